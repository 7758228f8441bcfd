import Foundation
import Report
import Run
import Text
import YAML

/// `assay show RUN`: everything about one run.
enum ShowCommand: Command {
  static let name = "show"
  static let summary =
    "show a run or a sweep: how far it is, its metrics and curves, its files, its experiment"
  static let operands = "RUN|SWEEP"
  static let operandCount = 1...1
  static let plot = Flag("plot", "A,B", "the columns to draw (default: the metric and a loss)")
  static let logX = Flag("log-x", nil, "draw steps on a logarithmic axis")
  static let logY = Flag("log-y", nil, "draw values on a logarithmic axis")
  static let flags = [Flag.runs, plot, logX, logY, .json]
  static let details = """
    RUN is the start of a run's id, as `assay list` shows it, or the path of its directory. Values
    that are not numbers leave gaps in the curves, and are counted. Of a SWEEP the status, the best
    and the groups of its runs are shown, as `assay compare` has them.

    --json prints id, path, record (what run.json says), metrics (the last values), best_step,
    checkpoints (step, kind, path), samples (paths), and experiment (the long form); of a sweep id,
    path, record (what sweep.json says), counts, axes, and comparison (as `assay compare --json`).

    example:
      assay show 3f9a2c --plot critic.loss,validation.elbo --log-y
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    let folder = arguments[.runs] ?? "runs"
    let finder = RunFinder(folder)
    if case .sweep(let sweep) = try finder.find(arguments.operands[0]) {
      let shown = try SweepView(sweep)
      Output.result(arguments.has(.json) ? shown.json.text : shown.text)
      return 0
    }
    let data = try finder.run(arguments.operands[0])
    let run = try SavedRun(data.path, in: folder)
    Output.noteLostRows([data])
    let series = (try? data.metrics()) ?? Series(columns: [], rows: [])
    if arguments.has(.json) {
      Output.result(try json(run, series).text)
    } else {
      Output.result(try text(run, data, series, arguments))
    }
    return 0
  }

  private static func text(
    _ run: SavedRun, _ data: RunData, _ series: Series, _ arguments: Arguments
  ) throws -> String {
    let row = try RunRow(data)
    let rows = state(run, step: row.step) + (try best(data, series)) + (try claims(data))
    var blocks = [facts(rows)]
    if !series.steps.isEmpty { blocks.append(metrics(series)) }
    blocks += try plots(series, row, arguments)
    let files = try self.files(run)
    if !files.isEmpty { blocks.append("files\n" + files.joined(separator: "\n")) }
    blocks.append("experiment\n" + indented(try text(of: run.directory.resolvedFile)))
    return blocks.joined(separator: "\n\n")
  }

  private static func state(_ run: SavedRun, step: Int) -> [(name: String, text: String)] {
    let record = run.record
    var rows = [
      ("run", run.directory.path),
      ("status", "\(record.status.rawValue), step \(step) of \(record.steps)"),
    ]
    if let message = record.message { rows.append(("", message)) }
    rows += [
      ("created", record.created),
      ("last", "\(record.started) to \(record.ended ?? "now"), process \(record.pid)"),
      (
        "machine",
        "\(record.host), \(record.kernels), \(counted(record.threads, "thread"))"
      ),
      ("program", "assay \(record.version), numerics \(record.numerics)"),
    ]
    for (name, digest) in record.data.sorted(by: { $0.key < $1.key }) {
      rows.append(("data", "\(name) sha256 \(digest.prefix(16))..."))
    }
    let parameters = record.parameters.sorted { byBytes($0.key, $1.key) }
    for (index, (name, text)) in parameters.enumerated() {
      rows.append((index == 0 ? "parameters" : "", "\(name): \(text)"))
    }
    return rows
  }

  /// The best value of the metric that the run chooses by; nothing where it chooses by none.
  private static func best(_ data: RunData, _ series: Series) throws -> [(
    name: String, text: String
  )] {
    guard let metric = try data.chosenMetric(), let goal = try data.goal(of: metric),
      let best = series.best(of: metric, goal)
    else { return [] }
    let word = goal == .minimize ? "least" : "greatest"
    return [("best", "the \(word) \(metric) is \(numberText(best.value)), at step \(best.step)")]
  }

  /// The paper that the run follows, and its claims beside what the run measured.
  private static func claims(_ data: RunData) throws -> [(name: String, text: String)] {
    let (paper, claims) = try data.claims()
    let lines = try Reproduction(paper: paper, claims, [data]).checks.map(\.line)
    return (paper.map { [("paper", $0.text)] } ?? [])
      + (lines.isEmpty ? [] : [("claims", lines.joined(separator: "\n"))])
  }

  /// The last value of each column, and its way there.
  private static func metrics(_ series: Series) -> String {
    var lines = TextTable(["metric", "last", ""], rightAligned: [1])
    lines.add(["step", "\(series.steps.last ?? 0)", ""])
    for name in series.columns {
      guard let last = series.last(of: name) else { continue }
      let values = series.points(of: name).map(\.value).filter(\.isFinite)
      let line = name == "epoch" ? "" : Sparkline.text(values, width: 32)
      lines.add([name, numberText(last.value), line])
    }
    return lines.text
  }

  private static func plots(_ series: Series, _ row: RunRow, _ arguments: Arguments) throws
    -> [String]
  {
    var style = TerminalPlot.Style()
    style.width = min(Output.width, 120)
    style.isLogX = arguments.has(logX)
    style.isLogY = arguments.has(logY)
    let names =
      try arguments[plot].map { text in
        try text.split(separator: ",").map { try series.column(named: String($0)) }
      } ?? [row.metric?.name, series.columns.first { $0.hasSuffix(".loss") }].compactMap { $0 }
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }.compactMap { name in
      guard let plot = TerminalPlot(series.points(of: name), style) else { return nil }
      let hidden = plot.hidden > 0 ? " (\(counted(plot.hidden, "value")) cannot be drawn)" : ""
      return ([name + hidden] + plot.lines).joined(separator: "\n")
    }
  }

  private static func files(_ run: SavedRun) throws -> [String] {
    let best = (try? run.bestStep()) ?? nil
    let checkpoints = try run.checkpoints().map { entry in
      "  \(entry.path)\(entry.step == best ? "  (best)" : "")"
    }
    let pictures = try run.pictures()
    let last = pictures.suffix(4).map { "  \($0.path)" }
    let more = pictures.count - last.count
    return checkpoints + (more > 0 ? ["  ... \(counted(more, "earlier picture"))"] : []) + last
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \(shown(String($0)))" }
      .joined(separator: "\n").trimmingCharacters(in: .newlines)
  }

  private static func text(of file: DiskPlace) throws -> String {
    String(decoding: exists(file) ? try readWhole(file, limit: 1 << 20) : [], as: UTF8.self)
      .trimmingCharacters(in: .newlines)
  }

  private static func json(_ run: SavedRun, _ series: Series) throws -> JSON {
    var values = series.columns.compactMap { name in
      series.last(of: name).map { (name, JSON.number($0.value)) }
    }
    if let step = series.steps.last { values.append(("step", .count(step))) }
    let checkpoints = try run.checkpoints().map { entry -> JSON in
      [
        "step": .count(entry.step), "kind": .string(entry.kind.rawValue),
        "path": .string(entry.path),
      ]
    }
    return [
      "id": .string(run.directory.id), "path": .string(run.directory.path),
      "record": run.record.json,
      "metrics": .object(Dictionary(values) { $1 }),
      "best_step": ((try? run.bestStep()) ?? nil).map(JSON.count) ?? .null,
      "checkpoints": .array(checkpoints),
      "samples": .array(try run.pictures().map { .string($0.path) }),
      "experiment": run.experiment?.json ?? .null,
    ]
  }
}
