import Text

/// What one measurement of an experiment's steps came to, as the line of JSON that is saved says it.
/// Times are milliseconds.
public struct BenchResult: Hashable, Sendable {
  /// The experiment's file without its ending.
  public let name: String
  /// The threads.
  public let threads: Int
  /// Steps that were timed.
  public let steps: Int
  /// The median of a step, the quartiles, the least and the greatest.
  public let median, lowerQuartile, upperQuartile, least, greatest: Double
  /// The most memory that the process held, in 10⁶ bytes.
  public let memory: Double
  /// The parameters of all networks.
  public let parameters: Int

  /// The result of a benchmark that this process has made.
  public init(_ benchmark: Benchmark, of compiled: Compiled, name: String, threads: Int) {
    func rounded(_ seconds: Double) -> Double { (seconds * 1e7).rounded() / 1e4 }
    self.name = name
    self.threads = threads
    steps = benchmark.seconds.values.count
    median = rounded(benchmark.seconds.median)
    lowerQuartile = rounded(benchmark.seconds.lowerQuartile)
    upperQuartile = rounded(benchmark.seconds.upperQuartile)
    least = rounded(benchmark.seconds.least)
    greatest = rounded(benchmark.seconds.greatest)
    memory = (Double(Resources.peakMemory()) / 1e5).rounded() / 10
    let networks = compiled.experiment.networks.map(\.name)
    parameters = compiled.experiment.parameterCount(of: networks)
  }

  /// What a line of JSON says; nil where it is no result. A line without quartiles, as other
  /// programs write it, has its least and greatest for them.
  public init?(json: JSON) {
    guard let name = json["name"]?.string, let threads = json["threads"]?.integer,
      let steps = json["steps"]?.integer, let median = json["ms_per_step"]?.number,
      let least = json["min_ms"]?.number, let greatest = json["max_ms"]?.number,
      let memory = json["peak_rss_mb"]?.number, let parameters = json["parameters"]?.integer,
      median > 0, least > 0, greatest > 0
    else { return nil }
    self.name = name
    self.threads = threads
    self.steps = steps
    self.median = median
    self.least = least
    self.greatest = greatest
    self.memory = memory
    self.parameters = parameters
    lowerQuartile = json["lower_quartile_ms"]?.number ?? least
    upperQuartile = json["upper_quartile_ms"]?.number ?? greatest
  }

  /// The line of JSON.
  public var json: JSON {
    [
      "name": .string(name), "threads": .integer(Int64(threads)), "steps": .integer(Int64(steps)),
      "ms_per_step": .number(median), "lower_quartile_ms": .number(lowerQuartile),
      "upper_quartile_ms": .number(upperQuartile), "min_ms": .number(least),
      "max_ms": .number(greatest), "peak_rss_mb": .number(memory),
      "parameters": .integer(Int64(parameters)),
    ]
  }
}
