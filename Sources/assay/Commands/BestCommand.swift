import Report
import Run
import Text

/// `assay best`: the best of a sweep or an experiment.
enum BestCommand: Command {
  static let name = "best"
  static let summary = "show the best run of a sweep or an experiment"
  static let operands = "SWEEP|EXPERIMENT|RUN ..."
  static let operandCount = 1...Int.max
  static let flags = [Flag.runs, .metric, .goal, .json]
  static let details = """
    The best mean over seeds of the metric's last value. The metric and its goal are those of the
    sweep or of `checkpoints.best`; --metric and --goal name others. Groups with runs that are not
    finished are left out as long as there are others: a mean over fewer seeds is no match.

    --json prints metric, goal, best (as a group of `assay compare --json`), tied (others with the same
    mean), groups, and left_out.

    examples:
      assay best vae-sweep
      assay best gan-ring --metric test.high_quality --goal maximize
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    let comparison = try Selection(arguments).comparison(countsUnfinished: false)
    guard let metric = comparison.metrics.first else {
      throw Failure("no-such-metric", "the runs measure nothing yet", exitCode: 2)
    }
    guard comparison.goal != nil else {
      throw UsageError(
        "nothing says what is better in `\(metric)`", self,
        help: "add `--goal minimize` or `--goal maximize`")
    }
    let choice = BestGroup(comparison)
    guard let best = choice.best else {
      throw Failure("no-such-run", "no finished run has measured `\(metric)`", exitCode: 2)
    }
    Output.result(
      arguments.has(.json) ? json(choice, best).text : text(choice, best))
    return 0
  }

  private static func text(_ choice: BestGroup, _ best: RunComparison.Group) -> String {
    let comparison = choice.comparison
    var rows: [(name: String, text: String)] = [
      ("best", best.runs.map(\.path).joined(separator: "\n")),
      ("seeds", best.seeds.joined(separator: ", ")),
    ]
    for (metric, estimate) in zip(comparison.metrics, best.estimates) where estimate.count > 0 {
      rows.append(
        (metric, "\(estimate.text)\(estimate.count > 1 ? ", n = \(estimate.count)" : "")"))
    }
    rows += comparison.settings(of: best)
    let goal = comparison.goal == .minimize ? "least" : "greatest"
    rows.append(
      ("of", "\(counted(choice.candidates, "group")): the \(goal) \(comparison.metrics[0])"))
    if choice.tied.count > 1 {
      let names = choice.tied.dropFirst().prefix(10).map(\.name).joined(separator: ", ")
      let rest = choice.tied.count > 11 ? ", and \(choice.tied.count - 11) more" : ""
      rows.append(("tied with", names + rest))
    }
    if !choice.leftOut.isEmpty { rows.append(("left out", text(leftOut: choice.leftOut))) }
    return facts(rows)
  }

  /// How the runs ended of groups that could not be chosen: `14 groups: 1 finished, 14 pruned`.
  private static func text(leftOut groups: [RunComparison.Group]) -> String {
    let counts = RunRecord.Status.allCases.map { status in
      (status, groups.reduce(0) { $0 + $1.runs.count { $0.status == status } })
    }
    let texts = counts.filter { $1 > 0 }.map { "\($1) \($0.rawValue)" }
    return "\(counted(groups.count, "group")): \(texts.joined(separator: ", "))"
  }

  private static func json(_ choice: BestGroup, _ best: RunComparison.Group) -> JSON {
    let comparison = choice.comparison
    return [
      "metric": .string(comparison.metrics[0]),
      "goal": comparison.goal.map { .string($0.rawValue) } ?? .null,
      "best": comparison.json(best),
      "tied": .array(choice.tied.dropFirst().map(comparison.json)),
      "groups": .count(choice.candidates),
      "left_out": .array(choice.leftOut.map(comparison.json)),
    ]
  }
}
