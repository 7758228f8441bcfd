import Glibc
import Run
import YAML

extension SweepDirectory {
  /// The directory of a plan, made where it is not there yet. What it freezes is written once; the
  /// summary comes last, so that a directory with one is complete.
  public static func open(_ plan: SweepPlan, runs: String, command: [String]) throws -> (
    directory: SweepDirectory, isNew: Bool
  ) {
    let directory = SweepDirectory.of(
      runs: runs, experiment: plan.base.name, identity: plan.identity)
    guard !exists(directory.summaryFile) else { return (directory, false) }
    try makeFolders(directory.place)
    try Record.prepare(directory.recordFolder, writer: "\(getpid())")
    try AtomicFile.write(plan.source.bytes, to: directory.experimentFile)
    try AtomicFile.write(plan.frozen.yaml, to: directory.resolvedFile)
    let kept = plan.kept
    var summary = SweepSummary(
      experiment: plan.base.name, identity: plan.identity, data: plan.digests,
      folder: kept.folder, overrides: kept.overrides, trials: plan.count,
      seeds: plan.section.seeds.count,
      metric: plan.section.metric?.name, goal: plan.section.metric?.goal.rawValue, command: command)
    summary.status = .interrupted
    try summary.write(to: directory.summaryFile)
    return (directory, true)
  }

  /// The sweeps of the same experiment that were begun and are not done: the file, its data or the
  /// numerics version has changed since.
  public func interruptedOthers() throws -> [SweepDirectory] {
    try SweepDirectory.all(in: runs).filter { other in
      guard other.experiment == experiment, other.id != id,
        let summary = try? SweepSummary(reading: other.summaryFile)
      else { return false }
      switch summary.status {
      case .finished, .submitted: return false
      case .interrupted, .failed: return true
      case .running: return try !RunLock.isHeld(path: other.lockFile)
      }
    }
  }

  /// Says that Slurm has the sweep.
  public func markSubmitted() throws {
    var summary = try SweepSummary(reading: summaryFile)
    summary.status = .submitted
    summary.ended = nil
    try summary.write(to: summaryFile)
  }
}
