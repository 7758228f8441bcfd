import Report
import Run
import Text

/// `assay diff A B`: in what two runs differ.
enum DiffCommand: Command {
  static let name = "diff"
  static let summary = "show in what two runs differ, and where their numbers part"
  static let operands = "A B"
  static let operandCount = 2...2
  static let flags = [Flag.runs, .json]
  static let details = """
    The experiments are compared by meaning, in their long forms: + is a setting that only B has, - one
    that only A has, ~ one with another value. What follows from named parameters is only counted. Then
    the data's digests, the versions, the machine, the first step whose numbers differ in any column
    that both have measured, and the last values.

    --json prints runs, same, parameters, experiment, data, program and machine (lists of path, old,
    new), parting (step, columns, old, new, or null), common_rows, and final by column.

    example:
      assay diff 3f9a2c 81d0b7
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    let finder = RunFinder(arguments[.runs] ?? "runs")
    let runs = try arguments.operands.map { try finder.run($0) }
    let difference = try RunDifference(runs[0], runs[1])
    Output.result(arguments.has(.json) ? difference.json.text : text(difference))
    return 0
  }

  private static func text(_ difference: RunDifference) -> String {
    let (old, new) = difference.runs
    var blocks = [
      facts([
        ("A", "\(old.path), \(old.status.rawValue)"), ("B", "\(new.path), \(new.status.rawValue)"),
      ])
    ]
    blocks.append(experiment(difference))
    for (name, changes) in [
      ("data", difference.data), ("program", difference.program),
      ("machine (changes no bit)", difference.machine),
    ] where !changes.isEmpty {
      blocks.append("\(name)\n" + table(changes))
    }
    blocks.append(parting(difference))
    blocks.append(finals(difference))
    return blocks.joined(separator: "\n\n")
  }

  /// The settings that differ, without those that follow from others.
  private static func experiment(_ difference: RunDifference) -> String {
    if difference.experiment.isEmpty { return "experiment: no difference" }
    let all = difference.parameters + difference.experiment
    let own = all.filter { !difference.following.contains($0.path) }
    let rest = all.count - own.count
    let note = rest > 0 ? "\n  (and \(counted(rest, "setting")) that follow from these)" : ""
    return "experiment\n" + table(own) + note
  }

  private static func table(_ changes: [TreeDifference.Change]) -> String {
    changes.map { change in
      switch (change.old, change.new) {
      case (let old?, let new?): "  ~ \(change.path): \(old) -> \(new)"
      case (let old?, nil): "  - \(change.path): \(old)"
      case (nil, let new): "  + \(change.path): \(new ?? "")"
      }
    }.map(shown).joined(separator: "\n")
  }

  private static func parting(_ difference: RunDifference) -> String {
    let rows = counted(difference.commonRows, "row")
    guard let parting = difference.parting else {
      return difference.commonRows == 0
        ? "metrics: no step that both have measured"
        : "metrics: the same numbers in \(rows) with the same steps"
    }
    let more = parting.columns.count - 1
    let others = more > 0 ? ", and \(counted(more, "other column"))" : ""
    return "metrics part at step \(parting.step): \(parting.columns[0]) is \(parting.old[0]) in A, "
      + "\(parting.new[0]) in B\(others)"
  }

  private static func finals(_ difference: RunDifference) -> String {
    var table = TextTable(["last value", "A", "B", "B - A"], rightAligned: [1, 2, 3])
    let (old, new) = difference.runs
    table.add(["step", "\(old.record.step)", "\(new.record.step)", ""])
    for final in difference.finals {
      let gap = final.old.flatMap { old in final.new.map { $0.value - old.value } }
      table.add([
        final.column, final.old.map { numberText($0.value) } ?? "",
        final.new.map { numberText($0.value) } ?? "", gap.map { numberText($0) } ?? "",
      ])
    }
    return table.text
  }
}
