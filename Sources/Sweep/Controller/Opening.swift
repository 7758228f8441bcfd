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
    guard access(directory.summaryFile, F_OK) != 0 else { return (directory, false) }
    try makeFolders(directory.path)
    try Record.prepare(directory.recordFolder, writer: "\(getpid())")
    try AtomicFile.write(plan.source.bytes, to: directory.experimentFile)
    try AtomicFile.write(plan.frozen.yaml, to: directory.resolvedFile)
    let kept = plan.kept
    var summary = SweepSummary(
      experiment: plan.base.name, identity: plan.identity, data: plan.digests,
      folder: kept.folder, overrides: kept.overrides, trials: plan.count,
      metric: plan.section.metric?.name, goal: plan.section.metric?.goal.rawValue, command: command)
    summary.status = .interrupted
    try summary.write(to: directory.summaryFile)
    return (directory, true)
  }
}
