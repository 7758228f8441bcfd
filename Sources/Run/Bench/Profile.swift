/// Where the time of a training step goes.
public struct Profile: Sendable {
  /// All work of one kind for one line of the experiment.
  public struct Row: Sendable {
    /// The file and the line, `dcgan.yaml:12`; empty for work that no line asks for.
    public let line: String
    /// What stands there: `networks.generator.layers.3`.
    public let path: String
    /// The kernel.
    public let kernel: String
    /// Whether it belongs to the derivative.
    public let isGradient: Bool
    /// Calls in a step.
    public let calls: Int
    /// The time in a step: the median over all steps.
    public let seconds: Double
    /// Multiplications and additions in a step.
    public let operations: Int
    /// Bytes that must be read and written in a step, at least.
    public let bytes: Int
  }

  /// The rows, the slowest first.
  public let rows: [Row]
  /// The steps that were looked at.
  public let steps: Int
  /// What the machine could do.
  public let peaks: Peaks

  /// The time of all rows.
  public var seconds: Double { rows.reduce(0) { $0 + $1.seconds } }
  /// Multiplications and additions of a step.
  public var operations: Int { rows.reduce(0) { $0 + $1.operations } }

  /// What tells rows apart.
  private struct Key: Hashable {
    let line, path, kernel: String
    let isGradient: Bool
  }

  /// The profile of the steps that a probe has seen.
  init(_ probe: Probe, _ parts: [ProfiledPart], peaks: Peaks) {
    self.peaks = peaks
    steps = probe.steps.count
    var keys: [Key] = []
    var numbers: [Key: Int] = [:]
    let rowOfPart = parts.map { part in
      let key = Key(
        line: part.line, path: part.origin.path, kernel: part.name,
        isGradient: part.origin.isGradient)
      if let number = numbers[key] { return number }
      numbers[key] = keys.count
      keys.append(key)
      return keys.count - 1
    }
    var times = [[Double]](repeating: [], count: keys.count)
    var sum = [Double](repeating: 0, count: keys.count)
    for step in probe.steps {
      for row in sum.indices { sum[row] = 0 }
      for lap in probe.laps[step] {
        sum[rowOfPart[lap.part]] += Double(lap.end - lap.start) * 1e-9
      }
      for row in sum.indices { times[row].append(sum[row]) }
    }
    var work = [(calls: Int, operations: Int, bytes: Int)](
      repeating: (0, 0, 0), count: keys.count)
    // Every step has the same laps.
    for lap in probe.steps.last.map({ probe.laps[$0] }) ?? [] {
      let (row, part) = (rowOfPart[lap.part], parts[lap.part])
      work[row].calls += 1
      work[row].operations += part.operations
      work[row].bytes += part.bytes
    }
    rows = keys.indices.map { row in
      Row(
        line: keys[row].line, path: keys[row].path, kernel: keys[row].kernel,
        isGradient: keys[row].isGradient, calls: work[row].calls,
        seconds: Spread(times[row]).median, operations: work[row].operations,
        bytes: work[row].bytes)
    }.filter { $0.calls > 0 }.sorted { $0.seconds > $1.seconds }
  }
}
