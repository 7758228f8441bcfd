import Foundation
import Report
import Run
import Text

/// `assay tail RUN`: rows and log lines of a run as they come.
enum TailCommand: Command {
  static let name = "tail"
  static let summary = "follow a run's metrics and log until it ends"
  static let operands = "RUN"
  static let operandCount = 1...1
  static let lines = Flag("lines", "N", "begin with the last N rows (default: 10)")
  static let csv = Flag(
    "csv", nil, "print the rows as they stand in metrics.csv, with its first line")
  static let columns = Flag(
    "columns", "A,B", "the columns to show (default: all that are measured)")
  static let flags = [Flag.runs, lines, columns, csv]
  static let details = """
    Rows go to standard output, lines of the log to standard error. Ends when the run ends: exit code
    1 where it failed or diverged, else 0. A run that no process works on is shown as it is. Where a
    run goes back to a checkpoint, a note says so.

    example:
      assay tail 3f9a2c --columns critic.loss,validation.elbo
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    let count = try arguments.int(lines, in: 0...Int.max) ?? 10
    let run = try RunFinder(arguments[.runs] ?? "runs").run(arguments.operands[0])
    var printer = try Printer(arguments)
    var rows = MetricsFollower(run.directory)
    var log = LineFollower(run.directory.logFile)
    var (isFirst, step) = (true, 0)
    while true {
      // The status first: what was written before a run ended is then read after.
      let record = try run.directory.record()
      for line in try lines(of: &log, last: isFirst ? 3 : nil) { Output.error(shown(line)) }
      var news = try rows.next()
      // Of what was there before only the end is shown.
      while isFirst && rows.isMore {
        let next = try rows.next()
        news = ((news.rows + next.rows).suffix(count), next.returned ?? news.returned)
      }
      if let step = news.returned { Output.error("note: the run went back to step \(step)") }
      try printer.print(news.rows.suffix(isFirst ? count : Int.max), head: rows.head)
      (isFirst, step) = (false, news.rows.last?.step ?? step)
      if record.status != .running { return end(record, step: max(step, record.step)) }
      usleep(200_000)
    }
  }

  /// The lines that are new; of those that were there before only the last ones.
  private static func lines(of log: inout LineFollower, last count: Int?) throws -> [String] {
    var news = try log.next()
    while let count, news.isMore {
      let lines = news.lines.suffix(count)
      news = try log.next()
      news.lines = lines + news.lines
    }
    return count.map { news.lines.suffix($0) } ?? news.lines
  }

  private static func end(_ record: RunRecord, step: Int) -> Int32 {
    let message = record.message.map { ": \(shown($0))" } ?? ""
    Output.error("\(record.status.rawValue), step \(step) of \(record.steps)\(message)")
    return record.status == .failed || record.status == .diverged ? 1 : 0
  }

  /// Prints rows, as text or as they are.
  private struct Printer {
    private let isCSV: Bool
    private let wanted: [String]?
    private var hasHead = false

    init(_ arguments: Arguments) throws {
      isCSV = arguments.has(csv)
      wanted = try arguments.names(columns)
    }

    mutating func print(_ rows: some Sequence<MetricsFollower.Row>, head: String?) throws {
      guard let head else { return }
      let names = head.split(separator: ",").map(String.init)
      let chosen = try wanted.map { names in
        let series = Series(columns: head.split(separator: ",").map(String.init), rows: [])
        return try names.map { try series.column(named: $0) }
      }
      if isCSV && !hasHead { Output.result(head) }
      hasHead = true
      for row in rows {
        Output.result(isCSV ? row.line : text(row, chosen ?? names.filter { $0 != "epoch" }))
      }
    }

    private func text(_ row: MetricsFollower.Row, _ columns: [String]) -> String {
      let cells = columns.compactMap { column in
        row.values.first { $0.column == column }.map { "\(column) \(numberText($0.value))" }
      }
      return (["step \(row.step)"] + cells).joined(separator: "  ")
    }
  }
}
