import Experiment
import Parts

/// The time that training steps take: no measurements, no pictures, no checkpoints.
public struct Benchmark: Sendable {
  /// The seconds of each step that was timed, ascending.
  public let seconds: [Double]

  /// Steps before the first that is timed.
  public static let warmUp = 3
  /// The fewest steps that are timed.
  public static let fewest = 5

  /// Trains from the first weights for about `limit` seconds.
  public init(_ compiled: Compiled, seconds limit: Double) throws {
    let experiment = compiled.experiment
    let data = try experiment.data.load(matching: experiment.data.digests())
    let trainer = try Trainer(compiled, data)
    func step() throws -> Double {
      // Schedules mean nothing beyond the last step.
      if trainer.clock.step >= experiment.stepCount { try trainer.resume(at: 0) }
      let start = Timestamp.monotonic()
      try trainer.step()
      return Timestamp.monotonic() - start
    }
    for _ in 0..<Benchmark.warmUp { _ = try step() }
    let end = Timestamp.monotonic() + limit
    var times: [Double] = []
    while times.count < Benchmark.fewest || Timestamp.monotonic() < end {
      times.append(try step())
    }
    seconds = times.sorted()
  }

  /// The time that half of the steps stay below.
  public var median: Double {
    let middle = seconds.count / 2
    return seconds.count % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2
  }
}
