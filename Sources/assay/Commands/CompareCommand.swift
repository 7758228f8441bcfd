import Report
import Run
import Search
import Text

/// `assay compare`: runs side by side, over seeds.
enum CompareCommand: Command {
  static let name = "compare"
  static let summary = "compare runs: metrics over seeds, and the settings that differ"
  static let operands = "RUN|SWEEP|EXPERIMENT ..."
  static let operandCount = 1...Int.max
  static let unfinished = Flag(
    "unfinished", nil, "count the last values of runs that are not finished too")
  static let limit = Flag("limit", "N", "at most N rows, the best")
  static let csv = Flag("csv", nil, "the table as CSV, with numbers in full")
  static let markdown = Flag("markdown", nil, "the table in GitHub's Markdown")
  static let latex = Flag("latex", nil, "the table in LaTeX, with the rules of booktabs")
  static let flags = [
    Flag.runs, .metrics, .goal, unfinished, limit, csv, .json, markdown, latex,
  ]
  static let details = """
    Runs that differ in the seed alone are one row: the mean of each metric's last value ± its
    standard error s / √n, where s² is the sample's variance with n - 1. One run has no error. Only
    finished runs count; n says how many, and how the others ended. A value that is not a number
    makes the mean one. Repetitions of a run count once.

    Without --metrics the metrics are that of the sweep or the one that the runs choose by, and those
    on the test set, else on the validation set, else the losses. The best row of the first metric
    stands first; what is better is said by the sweep, by `checkpoints.best` or by --goal, else the
    least stands first. A star marks what `assay best` chooses. A named parameter of the file stands
    for all that is computed from it in the same way.

    --json prints metrics, goal, differing (names and paths) and groups (runs, settings, and for each
    metric n, mean, standard_error, values). In CSV a metric m is the columns m, m.standard_error,
    m.n, and the column `left` says how the runs ended that do not count.

    examples:
      assay compare gan-ring --metrics test.modes,high_quality --goal maximize
      assay compare 3f9a2c 81d0b7 --latex > table.tex
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    let formats = [csv, .json, markdown, latex].filter { arguments.has($0) }
    guard formats.count < 2 else {
      throw UsageError("`--\(formats[0].name)` and `--\(formats[1].name)` exclude each other", self)
    }
    let comparison = try Selection(arguments).comparison(
      countsUnfinished: arguments.has(unfinished))
    let rows = try arguments.int(limit, in: 1...Int.max) ?? .max
    let sheet = comparison.sheet(first: rows)
    switch formats.first {
    case csv: Output.text(sheet.csv)
    case .json: Output.result(comparison.json.text)
    case markdown: Output.text(sheet.markdown)
    case latex: Output.text(sheet.latex)
    default:
      Output.result(TextTable(sheet).text)
      let more = comparison.groups.count - rows
      if more > 0 { Output.error("and \(counted(more, "row")) more") }
    }
    return 0
  }
}

extension TextTable {
  /// A table of results for a terminal; `*` follows the best of a column.
  init(_ sheet: Sheet) {
    self.init(sheet.columns, rightAligned: sheet.numeric)
    let best = sheet.best
    for (row, texts) in sheet.texts.enumerated() {
      add(
        texts.enumerated().map { column, text in
          let isMarked = best.contains { $0.column == column }
          let isBest = best.contains { $0.row == row && $0.column == column }
          return text + (isBest ? " *" : isMarked ? "  " : "")
        })
    }
  }
}

/// The runs that a command line names, and by which metric they are judged.
struct Selection {
  /// The runs, each once.
  let runs: [RunData]
  /// What each operand is.
  let found: [Found]
  /// By what the runs are judged, and what is shown of them.
  private(set) var query = RunComparison.Query()

  /// Finds what the operands name. The metric of sweeps counts where they agree, and of one alone the
  /// points are shown.
  init(_ arguments: Arguments) throws {
    let goal = try arguments.goal()
    let finder = RunFinder(arguments[.runs] ?? "runs")
    found = try arguments.operands.map { try finder.find($0) }
    var seen: Set<String> = []
    runs = found.flatMap(\.runs).filter { seen.insert($0.path).inserted }
    for case .sweep(let sweep) in found {
      let gone = sweep.gone.count
      if gone > 0 { Output.error("note: \(SweepReport.gone(gone, sweep.id))") }
    }
    if runs.isEmpty {
      throw Failure("no-such-run", "nothing has been started there yet", exitCode: 2)
    }
    Output.noteLostRows(runs)
    query = try RunComparison.Query(found)
    query.metrics =
      try arguments.names(.metrics) ?? arguments[.metric].map { [$0] } ?? []
    query.goal = goal
  }

  /// The runs side by side.
  func comparison(countsUnfinished: Bool) throws -> RunComparison {
    var query = query
    query.countsUnfinished = countsUnfinished
    return try RunComparison(runs, query)
  }
}

extension Flag {
  static let metrics = Flag("metrics", "A,B", "the metrics to show, the first to sort by")
  static let metric = Flag("metric", "M", "the metric to judge by")
  static let goal = Flag("goal", "GOAL", "what is better: minimize or maximize")
}

extension Arguments {
  /// What `--goal` says; nil where it was not given.
  func goal() throws(UsageError) -> Goal? {
    guard let text = self[.goal] else { return nil }
    guard let goal = Goal(rawValue: text) else {
      throw UsageError(
        "`--goal` is minimize or maximize, but this is `\(text)`", command,
        help: Suggest.help(for: text, among: Goal.allCases.map(\.rawValue)))
    }
    return goal
  }
}
