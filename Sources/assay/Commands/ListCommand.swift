import Run
import Text

/// `assay list`: all runs.
enum ListCommand: Command {
  static let name = "list"
  static let summary = "list the runs, the latest last"
  static let operands = ""
  static let operandCount = 0...0
  static let flags = [Flag.runs, .json]
  static let details = """
    The metric is the first one that is measured on the test set, else on the validation set, else a
    loss: its last value. A run whose process died is shown as interrupted.
    """

  /// A run in the list.
  private struct Row {
    let directory: RunDirectory
    let record: RunRecord
    let metric: (name: String, value: String)?
  }

  static func run(_ arguments: Arguments) throws -> Int32 {
    var rows: [Row] = []
    for directory in try RunDirectory.all(in: arguments[.runs] ?? "runs") {
      do {
        var record = try directory.record()
        let table = try? Table(reading: directory.metricsFile)
        record.step = max(record.step, table?.lastStep ?? 0)
        rows.append(Row(directory: directory, record: record, metric: table?.mainMetric))
      } catch {
        Output.error("note: left out: \(error)")
      }
    }
    rows.sort { ($0.record.created, $0.directory.path) < ($1.record.created, $1.directory.path) }
    if arguments.has(.json) {
      Output.result(JSON.array(rows.map(json)).text)
    } else if rows.isEmpty {
      Output.error("there are no runs in `\(arguments[.runs] ?? "runs")`")
    } else {
      Output.result(table(rows))
    }
    return 0
  }

  private static func table(_ rows: [Row]) -> String {
    var table = TextTable(
      ["run", "experiment", "status", "steps", "metric", "", "created"], rightAligned: [3, 5])
    for row in rows {
      let record = row.record
      table.add([
        row.directory.id, record.experiment, record.status.rawValue,
        "\(record.step)/\(record.steps)", row.metric?.name ?? "",
        row.metric.map { Double($0.value).map { numberText($0) } ?? $0.value } ?? "",
        record.created,
      ])
    }
    return table.text
  }

  private static func json(_ row: Row) -> JSON {
    var metrics: [String: JSON] = [:]
    if let metric = row.metric { metrics[metric.name] = Double(metric.value).map(JSON.number) }
    return [
      "id": .string(row.directory.id), "path": .string(row.directory.path),
      "metric": .object(metrics), "record": row.record.json,
    ]
  }
}

extension Table {
  /// The last value of each column that has one, in the order of the columns.
  var lastValues: [(name: String, value: String)] {
    columns.indices.compactMap { index in
      rows.last { !$0[index].isEmpty }.map { (columns[index], $0[index]) }
    }
  }

  /// The step of the last row.
  var lastStep: Int? { rows.last.flatMap { $0.first }.flatMap { Int($0) } }

  /// What says most of how good a run is.
  var mainMetric: (name: String, value: String)? {
    let values = lastValues
    return values.first { $0.name.hasPrefix("test.") }
      ?? values.first { $0.name.hasPrefix("validation.") }
      ?? values.first { $0.name.hasSuffix(".loss") }
  }

  /// The numbers of a column, in order; what is not finite is left out.
  func numbers(of column: String) -> [Double] {
    guard let index = columns.firstIndex(of: column) else { return [] }
    return rows.compactMap { Double($0[index]) }.filter(\.isFinite)
  }
}
