import Tensor
import Text

/// A table of numbers in a text file: one example a line, columns separated by commas.
///
/// Numbers are decimal, with a point: `-1.5e3`. A first line that is not all numbers names the
/// columns. Fields may stand in double quotes, and lines may end in `\r\n`.
struct CSVTable {
  /// What the first line and a count of lines say.
  struct Layout: Hashable {
    /// The number of columns, the label's included.
    let columns: Int
    /// The number of examples.
    let rows: Int
    /// Which column holds the label.
    let labelColumn: Int?
    /// Whether the first line names the columns.
    let hasNames: Bool

    /// The number of columns that are values of an example.
    var features: Int { columns - (labelColumn == nil ? 0 : 1) }
  }

  /// The table's form.
  let layout: Layout
  /// The values, one example after the other.
  let values: Numbers
  /// The labels; empty without a label column.
  let labels: [Int32]

  /// Finds the table's form: reads the first line and counts the others.
  ///
  /// - Parameter label: the label column's name, or its number from 0.
  static func inspect(_ path: String, label: String?) throws(DataError) -> Layout {
    let lines = try LineReader(path)
    guard let first = try lines.next(), !isBlank(first) else {
      throw DataError(path, "starts with an empty line, not with names or numbers")
    }
    let fields = try CSVTable.fields(of: first, path, 1)
    let hasNames = fields.contains { parseNumber($0.bytes) == nil }
    var rows = hasNames ? 0 : 1
    while let line = try lines.next() { if !isBlank(line) { rows += 1 } }
    if rows == 0 { throw DataError(path, "holds no examples") }
    let column = try labelColumn(label, among: fields, hasNames: hasNames, path)
    if column != nil, fields.count == 1 { throw DataError(path, "holds labels, but no values") }
    return Layout(columns: fields.count, rows: rows, labelColumn: column, hasNames: hasNames)
  }

  /// Reads the table.
  ///
  /// - Parameters:
  ///   - label: the label column's name, or its number from 0.
  ///   - classes: the number of classes: labels are whole numbers below it.
  ///   - range: what the values must lie in, where it is known.
  init(_ path: String, label: String?, classes: Int?, range: ClosedRange<Float>?)
    throws(DataError)
  {
    layout = try Self.inspect(path, label: label)
    let buffer: Buffer
    do { buffer = try Buffer(layout.rows * layout.features) } catch {
      throw DataError(path, "does not fit in memory: it needs \(error.bytes) bytes")
    }
    let rows = Rows(path: path, layout: layout, classes: classes ?? 0, range: range)
    labels = try rows.read(into: buffer.floats)
    values = .floats(buffer)
  }

  private static func labelColumn(
    _ label: String?, among fields: [Field], hasNames: Bool, _ path: String
  ) throws(DataError) -> Int? {
    guard let label else { return nil }
    if hasNames, let column = fields.firstIndex(where: { $0.text == label }) { return column }
    if let column = Int(label), fields.indices.contains(column) { return column }
    let names = fields.map { "`\(shown($0.text, limit: 40))`" }.prefix(10).joined(separator: ", ")
    throw DataError(
      path, "has no column `\(shown(label, limit: 40))`",
      help: hasNames
        ? "its columns are \(names)" : "its columns have no names: give a number from 0")
  }
}

/// A field of a line, without its quotes and the blanks around it, and where it starts.
private struct Field {
  let bytes: ArraySlice<UInt8>
  let column: Int

  var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// The reading of a table whose form is known.
private struct Rows {
  let path: String
  let layout: CSVTable.Layout
  let classes: Int
  let range: ClosedRange<Float>?

  func read(into values: UnsafeMutablePointer<Float>) throws(DataError) -> [Int32] {
    let lines = try LineReader(path)
    var labels: [Int32] = []
    var row = 0
    var blank: Int?
    if layout.hasNames { _ = try lines.next() }
    while let line = try lines.next() {
      if isBlank(line) {
        blank = blank ?? lines.number
        continue
      }
      if let blank { throw DataError(path, at: "line \(blank)", "has an empty line within") }
      if row == layout.rows { throw DataError(path, "changed while it was read") }
      let fields = try CSVTable.fields(of: line, path, lines.number)
      try checkCount(fields.count, line: lines.number)
      var target = values + row * layout.features
      for (index, field) in fields.enumerated() {
        let number = try number(field, lines.number)
        if index == layout.labelColumn {
          labels.append(try label(number, field, lines.number))
        } else {
          target.pointee = try value(number, field, lines.number)
          target += 1
        }
      }
      row += 1
    }
    if row != layout.rows { throw DataError(path, "changed while it was read") }
    return labels
  }

  private func checkCount(_ count: Int, line: Int) throws(DataError) {
    if count != layout.columns {
      throw DataError(
        path, at: "line \(line)",
        "has \(counted(count, "value")) in a line, but \(layout.columns) in the first")
    }
  }

  private func number(_ field: Field, _ line: Int) throws(DataError) -> Double {
    if let number = parseNumber(field.bytes) { return number }
    let text = field.text
    let help: String? =
      if text.contains(";") {
        "columns are separated by commas"
      } else if text.contains(",") {
        "decimals have a point, as in `1.5`"
      } else if !text.isEmpty, layout.hasNames {
        "only the first line may name the columns"
      } else {
        nil
      }
    throw failure(
      text.isEmpty
        ? "has an empty field where a number is due"
        : "holds `\(shown(text, limit: 40))` where a number is due", field, line, help: help)
  }

  private func value(_ number: Double, _ field: Field, _ line: Int) throws(DataError) -> Float {
    let single = Float(number)
    guard single.isFinite else {
      throw failure(
        "holds `\(shown(field.text, limit: 40))`, too large for single precision", field, line)
    }
    if let range, !range.contains(single) {
      throw failure(
        "holds \(text(of: number)), outside of its range \(text(of: range))", field, line)
    }
    return single
  }

  private func label(_ number: Double, _ field: Field, _ line: Int) throws(DataError) -> Int32 {
    guard let label = Int32(exactly: number), label >= 0, Int(label) < classes else {
      throw failure(
        "holds the label \(text(of: number)), but labels are whole numbers from 0 to "
          + "\(classes - 1)", field, line)
    }
    return label
  }

  private func failure(_ fact: String, _ field: Field, _ line: Int, help: String? = nil)
    -> DataError
  {
    DataError(path, at: "line \(line), column \(field.column)", fact, help: help)
  }
}

extension CSVTable {
  /// The fields of a line, quotes and surrounding blanks removed.
  fileprivate static func fields(of line: [UInt8], _ path: String, _ number: Int)
    throws(DataError) -> [Field]
  {
    if let column = line.firstIndex(of: 0) {
      throw DataError(
        path, at: "line \(number), column \(column + 1)", "holds a zero byte, so it is no text")
    }
    var fields: [Field] = []
    var start = 0
    var isQuoted = false
    for place in 0...line.count {
      if place < line.count, line[place] == UInt8(ascii: "\"") { isQuoted.toggle() }
      let isEnd = place == line.count || (line[place] == UInt8(ascii: ",") && !isQuoted)
      guard isEnd else { continue }
      fields.append(Field(bytes: unquoted(line[start..<place]), column: start + 1))
      start = place + 1
    }
    if isQuoted {
      throw DataError(path, at: "line \(number)", "has a quote that is not closed in its line")
    }
    return fields
  }

  private static func unquoted(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    var field = field.drop(while: isBlank)
    while let last = field.last, isBlank(last) { field.removeLast() }
    if field.count >= 2, field.first == UInt8(ascii: "\""), field.last == UInt8(ascii: "\"") {
      field = field.dropFirst().dropLast()
    }
    return field
  }
}

/// Whether a line holds nothing but blanks.
private func isBlank(_ line: [UInt8]) -> Bool { line.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
