import Report
import Run
import Search
import Text

/// `assay report RUN...`: a page of one file.
enum ReportCommand: Command {
  static let name = "report"
  static let summary = "write a report of runs as one HTML file: curves, samples, comparison"
  static let operands = "RUN|SWEEP|EXPERIMENT ..."
  static let operandCount = 1...10_000
  static let flags = [out, metric, goal, .runs]
  static let details = """
    The file holds all it shows and loads nothing: it opens from the disk, offline. Without --metric
    runs are judged by the sweep's metric, or by that of `checkpoints.best`.

    assay report wgan-gp --out report.html
    assay report 5d0c --metric validation.elbo --goal maximize --out report.html
    """

  static let out = Flag("out", "FILE", "where to (default: report.html)")
  static let metric = Flag("metric", "COLUMN", "the column of metrics.csv that decides")
  static let goal = Flag("goal", "GOAL", "what is better: minimize or maximize")

  static func run(_ arguments: Arguments) throws -> Int32 {
    let finder = RunFinder(arguments[.runs] ?? "runs")
    let found = try arguments.operands.map { try finder.find($0) }
    var seen: Set<String> = []
    let runs = found.flatMap(\.runs).filter { seen.insert($0.path).inserted }
    let sweep = found.lazy.compactMap { if case .sweep(let sweep) = $0 { sweep } else { nil } }
      .first
    var title = runs.first?.experiment ?? "no runs"
    if found.count == 1, let sweep { title += ", sweep \(sweep.id)" }
    if runs.count == 1 { title += " \(runs[0].id)" }
    let page = try Page(
      runs, title: title, metric: arguments[metric] ?? sweep?.metric?.name,
      goal: try chosenGoal(arguments) ?? (arguments.has(metric) ? nil : sweep?.metric?.goal))
    let file = arguments[out] ?? "report.html"
    try AtomicFile.write(Array(try page.html().utf8), to: file)
    Output.result(file)
    return 0
  }

  private static func chosenGoal(_ arguments: Arguments) throws(UsageError) -> Goal? {
    guard let text = arguments[goal] else { return nil }
    guard let goal = Goal(rawValue: text) else {
      throw UsageError(
        "`--goal` is `minimize` or `maximize`, but this is `\(text)`", self,
        help: Suggest.help(for: text, among: Goal.allCases.map(\.rawValue)))
    }
    return goal
  }
}
