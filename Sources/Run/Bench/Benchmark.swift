import CKernels
import Experiment
import Parts

/// The time that training steps take: no measurements, no pictures, no checkpoints.
public struct Benchmark: Sendable {
  /// What is looked at beside the time of whole steps.
  public struct Details: OptionSet, Sendable {
    /// As a set of bits.
    public let rawValue: Int
    /// The bits as a set.
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// The time of each kernel.
    public static let profile = Details(rawValue: 1)
    /// What each thread does during a few more steps.
    public static let trace = Details(rawValue: 2)
  }

  /// The seconds of the steps that were timed.
  public let seconds: Spread
  /// Where the time goes, if that was looked at.
  public let profile: Profile?
  /// What each thread did, if that was looked at.
  public let trace: Trace?

  /// Steps before the first that is timed.
  public static let warmUp = 3
  /// The fewest steps that are timed.
  public static let fewest = 5

  /// Trains from the first weights for about `limit` seconds.
  public init(_ compiled: Compiled, seconds limit: Double, details: Details = []) throws {
    let peaks = details.contains(.profile) ? try Peaks() : nil
    let experiment = compiled.experiment
    let data = try experiment.data.load(matching: experiment.data.digests())
    let bench = Bench(try Trainer(compiled, data))
    for _ in 0..<Benchmark.warmUp { _ = try bench.step() }
    let parts = details.isEmpty ? [] : ProfiledPart.all(of: compiled)
    let probe = peaks.map { _ in Probe() }
    bench.trainer.attach(probe)
    seconds = Spread(try bench.steps(atLeast: Benchmark.fewest, seconds: limit, probe))
    profile = peaks.flatMap { peaks in probe.map { Profile($0, parts, peaks: peaks) } }
    trace = details.contains(.trace) ? try bench.trace(parts) : nil
  }
}

/// A trainer that is timed.
private struct Bench {
  let trainer: Trainer

  init(_ trainer: Trainer) { self.trainer = trainer }

  /// Makes a step; its seconds.
  func step() throws -> Double {
    // Schedules mean nothing beyond the last step.
    if trainer.clock.step >= trainer.experiment.stepCount { try trainer.resume(at: 0) }
    let start = Timestamp.monotonic()
    try trainer.step()
    return Timestamp.monotonic() - start
  }

  /// The seconds of each of the steps that a stretch of time holds, or a probe can remember.
  func steps(atLeast fewest: Int, seconds: Double, _ probe: Probe?) throws -> [Double] {
    let end = Timestamp.monotonic() + seconds
    var times: [Double] = []
    while times.count < fewest
      || (Timestamp.monotonic() < end && (probe?.laps.count ?? 0) < Probe.limit)
    {
      times.append(try step())
    }
    return times
  }

  /// Traces a few steps.
  func trace(_ parts: [ProfiledPart]) throws -> Trace {
    let probe = Probe()
    trainer.attach(probe)
    defer { trainer.attach(nil) }
    var shares = [assay_share](repeating: assay_share(), count: Trace.shares)
    let count = try shares.withUnsafeMutableBufferPointer { shares in
      assay_shares_record(shares.baseAddress, Int64(shares.count))
      defer { assay_shares_record(nil, 0) }
      for _ in 0..<Trace.steps { _ = try step() }
      return Int(assay_shares_recorded())
    }
    return Trace(probe, parts, shares: Array(shares[..<count]))
  }
}
