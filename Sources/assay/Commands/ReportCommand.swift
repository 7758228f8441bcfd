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
  static let flags = [out, .metric, .goal, .runs]
  static let details = """
    The file holds all it shows and loads nothing: it opens from the disk, offline. Without --metric
    runs are judged by the sweep's metric, or by that of `checkpoints.best`.

    examples:
      assay report wgan-gp --out report.html
      assay report 5d0c --metric validation.elbo --goal maximize --out report.html
    """

  static let out = Flag("out", "FILE", "where to (default: report.html)")

  static func run(_ arguments: Arguments) throws -> Int32 {
    let selection = try Selection(arguments)
    var (title, sweep) = (selection.runs[0].experiment, nil as SweepData?)
    switch selection.found.count == 1 ? selection.found[0] : nil {
    case .run(let run): title += " \(run.id)"
    case .sweep(let found):
      title += ", sweep \(found.id)"
      sweep = found
    default: break
    }
    let page = try Page(selection.runs, title: title, selection.query, sweep: sweep)
    let file = arguments[out] ?? "report.html"
    try OutFile.write(try page.html(), to: file)
    Output.result(file)
    return 0
  }
}
