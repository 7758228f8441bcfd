import Tensor
import Text

/// What the first line of a table and a count of its lines say.
struct CSVLayout: Hashable {
  /// The number of columns, the label's included.
  let columns: Int
  /// The number of examples.
  let rows: Int
  /// Which column holds the label.
  let labelColumn: Int?
  /// The names of the columns, where the first line gives them.
  let names: [String]?

  /// Whether the first line names the columns.
  var hasNames: Bool { names != nil }

  /// The number of columns that are values of an example.
  var features: Int { columns - (labelColumn == nil ? 0 : 1) }

  /// What was understood, in a line: `columns: a, b, label; the first line names them`.
  var summary: String {
    let all = names ?? (0..<columns).map(String.init)
    let listed = all.count <= 12 ? all : Array(all.prefix(10)) + ["...", all[all.count - 1]]
    let label = labelColumn.map { "; `\(shown(all[$0], limit: 40))` is the label" } ?? ""
    return "columns: \(listed.map { shown($0, limit: 40) }.joined(separator: ", "))\(label); "
      + (hasNames ? "the first line names them" : "the first line is data")
  }
}

/// What is said of the head of a table. Nothing is guessed that could be meant otherwise.
struct CSVHeader {
  /// The label column's name, or its number from 0; nil for none.
  let label: String?
  /// Whether the first line names the columns; nil where the line itself is to show it.
  let isGiven: Bool?

  /// A head with this label column and first line.
  init(label: String? = nil, isGiven: Bool? = nil) {
    self.label = label
    self.isGiven = isGiven
  }

  /// Finds a table's form: reads the first line and counts the others.
  func layout(of path: String) throws(DataError) -> CSVLayout {
    let lines = try LineReader(path)
    guard let first = try lines.next(), !CSVTable.isBlank(first) else {
      throw DataError(path, "starts with an empty line, not with names or numbers")
    }
    let fields = try CSVTable.fields(of: first, path, 1)
    try checkSeparator(fields, path)
    var rows = 0
    var second: [UInt8]?
    while let line = try lines.next() {
      if CSVTable.isBlank(line) { continue }
      second = second ?? line
      rows += 1
    }
    let hasNames = if let isGiven { isGiven } else { try hasNames(fields, second, path) }
    if !hasNames { rows += 1 }
    if rows == 0 { throw DataError(path, "holds no examples") }
    let names = hasNames ? fields.map(\.text) : nil
    let column = try labelColumn(fields.count, names, path)
    if column != nil, fields.count == 1 { throw DataError(path, "holds labels, but no values") }
    return CSVLayout(columns: fields.count, rows: rows, labelColumn: column, names: names)
  }

  private func checkSeparator(_ fields: [CSVField], _ path: String) throws(DataError) {
    guard fields.count == 1, let only = fields.first else { return }
    for (mark, name) in [(UInt8(ascii: ";"), "semicolons"), (0x09, "tabs")]
    where only.bytes.contains(mark) {
      throw DataError(
        path, at: "line 1", "has columns separated by \(name)",
        help: "columns are separated by commas, and decimals have a point: write it so")
    }
  }

  /// Whether the first line names the columns, where that is plain: all of its fields are numbers, or
  /// none is.
  private func hasNames(_ fields: [CSVField], _ second: [UInt8]?, _ path: String)
    throws(DataError) -> Bool
  {
    let numbers = fields.compactMap { parseNumber($0.bytes) }
    if numbers.count == fields.count {
      if isNumbering(numbers, second, path) {
        throw doubt(path, "counts its columns in the first line, or begins with such an example")
      }
      return false
    }
    if let empty = fields.firstIndex(where: { $0.bytes.isEmpty }) {
      throw doubt(path, "has no text in column \(empty) of the first line")
    }
    if let index = fields.firstIndex(where: { parseNumber($0.bytes) != nil }) {
      throw doubt(
        path,
        "has numbers and other texts in the first line, such as "
          + "`\(shown(fields[index].text, limit: 40))` in column \(index)")
    }
    if let index = fields.firstIndex(where: { CSVHeader.absent.contains($0.text.lowercased()) }) {
      throw doubt(
        path,
        "has `\(shown(fields[index].text, limit: 40))` in column \(index) of the first line")
    }
    return true
  }

  /// What programs write where a number is missing or not finite.
  private static let absent: Set = ["nan", "na", "n/a", "null", "none", "inf", "-inf"]

  /// Whether the numbers are 0, 1, 2 and so on, as pandas numbers columns that have no names. A
  /// single 0 is one if what follows has a point.
  private func isNumbering(_ numbers: [Double], _ second: [UInt8]?, _ path: String) -> Bool {
    guard numbers.enumerated().allSatisfy({ Double($0) == $1 }) else { return false }
    if numbers.count > 1 { return true }
    return second?.contains(UInt8(ascii: ".")) == true
  }

  private func doubt(_ path: String, _ fact: String) -> DataError {
    DataError(
      path, at: "line 1", fact,
      help: "write `header: true` if the first line names the columns, "
        + "`header: false` if it is an example")
  }

  /// The column that `label` means: by its name, or by its number where no column has that name.
  private func labelColumn(_ count: Int, _ names: [String]?, _ path: String) throws(DataError)
    -> Int?
  {
    guard let label else { return nil }
    let named = (names ?? []).indices.filter { names?[$0] == label }
    let numbered = Int(label).flatMap { (0..<count).contains($0) ? $0 : nil }
    let text = shown(label, limit: 40)
    if named.count > 1 {
      throw DataError(
        path, "has several columns `\(text)`: columns \(named[0]) and \(named[1])",
        help: "give them different names")
    }
    if let name = named.first {
      guard let numbered, numbered != name else { return name }
      throw DataError(
        path, "has a column `\(text)`, which is not its column number \(text)",
        help: (names ?? []).contains("\(name)")
          ? "give the columns names that are no numbers"
          : "write `label: \(name)` for the one of that name, or rename the columns")
    }
    if let numbered { return numbered }
    let some = (names ?? []).prefix(10).map { "`\(shown($0, limit: 40))`" }
    throw DataError(
      path, "has no column `\(text)`",
      help: names == nil
        ? "its columns have no names: give a number from 0"
        : "its columns are \(some.joined(separator: ", "))")
  }
}
