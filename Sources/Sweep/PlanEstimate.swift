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
    guard let (run, record) = finished, let seconds = try? PlanEstimate.seconds(run.timingFile)
    else {
      text = nil
      return
    }
    let whole =
      seconds / Double(record.steps) * Double(plan.base.stepCount) * Double(plan.count)
    text =
      "about \(durationText(whole)) of training for one worker, as run \(run.id) tells"
  }

  /// The sum of the column `seconds`; nil where there is none.
  private static func seconds(_ path: some Located) throws -> Double? {
    var lines = try TableLines(reading: path)
    func cells(_ line: ArraySlice<UInt8>) -> [String] {
      line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    }
    guard let head = try lines.next(), let column = cells(head).firstIndex(of: "seconds") else {
      return nil
    }
    var sum = 0.0
    while let line = try lines.next() {
      let texts = cells(line)
      sum += texts.indices.contains(column) ? Double(texts[column]) ?? 0 : 0
    }
    return sum
  }
}
