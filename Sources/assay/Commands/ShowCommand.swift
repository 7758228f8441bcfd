import Foundation
import Run
import Text
import YAML

/// `assay show RUN`: everything about one run.
enum ShowCommand: Command {
  static let name = "show"
  static let summary = "show a run: how far it is, its metrics, its files, its experiment"
  static let operands = "RUN"
  static let operandCount = 1...1
  static let flags = [Flag.runs, .json]
  static let details = """
    RUN is the start of a run's id, as `assay list` shows it, or the path of its directory.
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    let run = try SavedRun(arguments.operands[0], in: arguments[.runs] ?? "runs")
    let table = try? Table(reading: run.directory.metricsFile)
    Output.result(try arguments.has(.json) ? json(run, table).text : text(run, table))
    return 0
  }

  private static func text(_ run: SavedRun, _ table: Table?) throws -> String {
    var blocks = [facts(state(run, step: max(run.record.step, table?.lastStep ?? 0)))]
    if let table, !table.rows.isEmpty { blocks.append(metrics(table)) }
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
    return rows
  }

  /// The last value of each column, and its way there.
  private static func metrics(_ table: Table) -> String {
    var lines = TextTable(["metric", "last", ""], rightAligned: [1])
    for (name, value) in table.lastValues {
      let isCounter = name == "step" || name == "epoch"
      let line = isCounter ? "" : Sparkline.text(table.numbers(of: name), width: 32)
      lines.add([name, isCounter ? value : Double(value).map { numberText($0) } ?? value, line])
    }
    return lines.text
  }

  private static func files(_ run: SavedRun) throws -> [String] {
    let best = (try? run.bestStep()) ?? nil
    let checkpoints = try run.checkpoints().map { entry in
      "  \(entry.path)\(entry.step == best ? "  (best)" : "")"
    }
    let pictures = try run.pictures()
    let shown = pictures.suffix(4).map { "  \($0)" }
    let more = pictures.count - shown.count
    return checkpoints + (more > 0 ? ["  ... \(counted(more, "earlier picture"))"] : []) + shown
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
      .joined(separator: "\n").trimmingCharacters(in: .newlines)
  }

  private static func text(of path: String) throws -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
      .trimmingCharacters(in: .newlines)
  }

  private static func json(_ run: SavedRun, _ table: Table?) throws -> JSON {
    let values = (table?.lastValues ?? []).map { ($0.name, Double($0.value).map(JSON.number)) }
    let checkpoints = try run.checkpoints().map { entry -> JSON in
      [
        "step": .count(entry.step), "kind": .string(entry.kind.rawValue),
        "path": .string(entry.path),
      ]
    }
    return [
      "id": .string(run.directory.id), "path": .string(run.directory.path),
      "record": run.record.json,
      "metrics": .object(Dictionary(values.map { ($0, $1 ?? .null) }) { $1 }),
      "best_step": ((try? run.bestStep()) ?? nil).map(JSON.count) ?? .null,
      "checkpoints": .array(checkpoints),
      "samples": .array(try run.pictures().map(JSON.string)),
      "experiment": run.experiment?.json ?? .null,
    ]
  }
}

/// A line of numbers as a row of small bars.
enum Sparkline {
  private static let bars = Array("▁▂▃▄▅▆▇█")

  /// At most `width` bars, each the mean of as many numbers; empty for fewer than two numbers.
  static func text(_ numbers: [Double], width: Int) -> String {
    guard numbers.count > 1 else { return "" }
    let count = min(width, numbers.count)
    let means = (0..<count).map { bar in
      let part = numbers[(bar * numbers.count / count)..<((bar + 1) * numbers.count / count)]
      return part.reduce(0) { $0 + $1 / Double(part.count) }
    }
    let (low, high) = (means.min() ?? 0, means.max() ?? 0)
    guard high > low, (high - low).isFinite else {
      return String(repeating: bars[0], count: count)
    }
    return String(
      means.map { bars[min(bars.count - 1, Int(($0 - low) / (high - low) * Double(bars.count)))] })
  }
}
