import Report
import Run
import Search
import Sweep
import Text

/// What `assay show` says of a sweep.
struct SweepView {
  private let sweep: SweepData
  private let comparison: RunComparison
  /// Of a sweep over seeds alone, the claims beside what its runs measured.
  private let reproduction: Reproduction?

  /// Reads what the runs of a sweep have measured.
  init(_ sweep: SweepData) throws {
    self.sweep = sweep
    comparison = try RunComparison(sweep.runs, try RunComparison.Query([.sweep(sweep)]))
    let groups = comparison.groups
    reproduction = groups.count == 1 ? try Reproduction(groups[0].runs) : nil
  }

  /// For people.
  var text: String {
    var blocks = [facts(state)]
    if !comparison.groups.isEmpty { blocks.append(TextTable(comparison.sheet).text) }
    if let reproduction { blocks.append(reproduction.text) }
    let unwell = sweep.trials.filter { $0.outcome == .failed || $0.outcome == .diverged }
    if !unwell.isEmpty {
      blocks.append("failed or diverged\n" + unwell.suffix(10).map(line).joined())
    }
    return blocks.joined(separator: "\n\n")
  }

  private var state: [(name: String, text: String)] {
    let summary = sweep.summary
    let counts = sweep.counts.map { "\(grouped($0.count)) \(summary.status.word(for: $0.name))" }
    var rows = [
      ("sweep", sweep.path),
      ("status", summary.status.rawValue),
      ("runs", "\(grouped(summary.trials)): \(counts.joined(separator: ", "))"),
    ]
    let gone = sweep.gone.count
    if gone > 0 { rows.append(("", SweepReport.gone(gone, sweep.id))) }
    if let message = summary.message { rows.append(("", message)) }
    if let metric = sweep.metric {
      rows.append(("metric", "\(metric.name), to \(metric.goal.rawValue)"))
    }
    if !sweep.axes.isEmpty { rows.append(("axes", sweep.axes.joined(separator: "\n"))) }
    let choice = BestGroup(comparison)
    if let best = choice.best, comparison.goal != nil {
      rows.append(("best", best.runs.map(\.path).joined(separator: "\n")))
      rows += comparison.settings(of: best).map { ("", "\($0.name): \($0.text)") }
      let others = choice.tied.count - 1
      if others > 0 { rows.append(("", "\(counted(others, "other group")) with the same mean")) }
    }
    return rows + [
      ("created", summary.created),
      ("last", "\(summary.started) to \(summary.ended ?? "now")"),
      ("program", "assay \(summary.version), numerics \(summary.numerics)"),
    ]
  }

  private func line(_ trial: SweepData.Trial) -> String {
    let point = trial.point.paths.map { path in
      "\(path)=\(trial.point[path].map { RunKey.Value($0).text } ?? "")"
    }
    let text = (point + ["seed=\(trial.seed)"]).joined(separator: " ")
    let end = "\(trial.outcome?.rawValue ?? "") \(trial.message ?? "")"
    // What was refused has no run to name.
    return shown("  \(trial.directory?.id ?? "refused"): \(text): \(end)") + "\n"
  }

  /// For programs.
  var json: JSON {
    let counts = sweep.counts.map { ($0.name, JSON.count($0.count)) }
    return [
      "id": .string(sweep.id), "path": .string(sweep.path), "record": sweep.summary.json,
      "counts": .object(Dictionary(counts) { $1 }), "gone": .count(sweep.gone.count),
      "axes": .array(sweep.axes.map(JSON.string)),
      "comparison": comparison.json,
    ]
  }
}
