import Experiment
import Run

/// How long a sweep may take, by what a step took in the last finished run of its experiment.
public struct PlanEstimate {
  /// In words; nil where no run tells.
  public let text: String?

  /// The estimate for a plan, from the runs in a folder.
  public init(_ plan: SweepPlan, in runs: String) throws {
    let finished = try RunDirectory.all(in: runs).filter { $0.experiment == plan.base.name }
      .compactMap { run in (try? run.record()).map { (run, $0) } }
      .filter { $1.status == .finished && $1.steps > 0 }
      .max { ($0.1.ended ?? "") < ($1.1.ended ?? "") }
    guard let (run, record) = finished, let table = try? Table(reading: run.timingFile),
      let column = table.columns.firstIndex(of: "seconds")
    else {
      text = nil
      return
    }
    let seconds = table.rows.compactMap { Double($0[column]) }.reduce(0, +)
    let whole =
      seconds / Double(record.steps) * Double(plan.base.stepCount) * Double(plan.count)
    text =
      "about \(durationText(whole)) of training for one worker, as run \(run.id) tells"
  }
}
