import Tensor
import Text

/// A table of numbers in a text file: one example a line, columns separated by commas.
///
/// Numbers are decimal, with a point: `-1.5e3`. Whether the first line names the columns is said, or
/// plain from it (`CSVHeader`). Fields may stand in double quotes, and lines may end in `\r\n`.
struct CSVTable {
  /// The table's form.
  let layout: CSVLayout
  /// The values, one example after the other.
  let values: Numbers
  /// The labels; empty without a label column.
  let labels: [Int32]
  /// The first whole number that is not held exactly; nil where all are.
  let rounded: RoundedNumber?

  /// Reads the table.
  ///
  /// - Parameters:
  ///   - header: what is said of its first line and its columns.
  ///   - classes: the number of classes: labels are whole numbers below it.
  ///   - range: what the values must lie in, where it is known.
  init(_ path: String, _ header: CSVHeader, classes: Int?, range: ClosedRange<Float>?)
    throws(DataError)
  {
    layout = try header.layout(of: path)
    let buffer: Buffer
    do { buffer = try Buffer(layout.rows * layout.features) } catch {
      throw DataError(path, "does not fit in memory: it needs \(error.bytes) bytes")
    }
    let rows = Rows(path: path, layout: layout, classes: classes ?? 0, range: range)
    (labels, rounded) = try rows.read(into: buffer.floats)
    values = .floats(buffer)
  }

  /// Checks the first rows of a table, so that what a run would refuse there is known before.
  static func check(
    _ path: String, _ layout: CSVLayout, classes: Int?, range: ClosedRange<Float>?
  ) throws(DataError) {
    let rows = Rows(path: path, layout: layout, classes: classes ?? 0, range: range)
    let buffer: Buffer
    do { buffer = try Buffer(min(layout.rows, checkedRows) * layout.features) } catch {
      throw DataError(path, "does not fit in memory: it needs \(error.bytes) bytes")
    }
    _ = try rows.read(into: buffer.floats, upTo: checkedRows)
  }

  /// The rows that are looked at before a run.
  private static let checkedRows = 1000
}

/// A field of a line, without its quotes and the blanks around it, and where it starts.
struct CSVField {
  /// Its text.
  let bytes: ArraySlice<UInt8>
  /// The byte of the line that it starts at, from 1.
  let column: Int

  /// Its text, whatever is no UTF-8 replaced.
  var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// The reading of a table whose form is known.
private struct Rows {
  let path: String
  let layout: CSVLayout
  let classes: Int
  let range: ClosedRange<Float>?

  /// Reads the rows, or the first `limit` of them, and gives their labels.
  func read(into values: UnsafeMutablePointer<Float>, upTo limit: Int = .max) throws(DataError) -> (
    labels: [Int32], rounded: RoundedNumber?
  ) {
    var rounded: RoundedNumber?
    let lines = try LineReader(path)
    var labels: [Int32] = []
    var row = 0
    var blank: Int?
    if layout.hasNames { _ = try lines.next() }
    while row < limit, let line = try lines.next() {
      if CSVTable.isBlank(line) {
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
          if rounded == nil {
            rounded = RoundedNumber(
              number, held: target.pointee, path,
              at: "line \(lines.number), column \(field.column)")
          }
          target += 1
        }
      }
      row += 1
    }
    if row != min(layout.rows, limit) { throw DataError(path, "changed while it was read") }
    return (labels, rounded)
  }

  private func checkCount(_ count: Int, line: Int) throws(DataError) {
    if count != layout.columns {
      throw DataError(
        path, at: "line \(line)",
        "has \(counted(count, "value")) in a line, but \(layout.columns) in the first")
    }
  }

  private func number(_ field: CSVField, _ line: Int) throws(DataError) -> Double {
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

  private func value(_ number: Double, _ field: CSVField, _ line: Int) throws(DataError) -> Float {
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

  private func label(_ number: Double, _ field: CSVField, _ line: Int) throws(DataError) -> Int32 {
    guard let label = Int32(exactly: number), label >= 0, Int(label) < classes else {
      throw failure(
        "holds the label \(text(of: number)), but labels are whole numbers from 0 to "
          + "\(classes - 1)", field, line)
    }
    return label
  }

  private func failure(_ fact: String, _ field: CSVField, _ line: Int, help: String? = nil)
    -> DataError
  {
    DataError(path, at: "line \(line), column \(field.column)", fact, help: help)
  }
}

extension CSVTable {
  /// The fields of a line, quotes and surrounding blanks removed.
  static func fields(of line: [UInt8], _ path: String, _ number: Int)
    throws(DataError) -> [CSVField]
  {
    if let column = line.firstIndex(of: 0) {
      throw DataError(
        path, at: "line \(number), column \(column + 1)", "holds a zero byte, so it is no text")
    }
    var fields: [CSVField] = []
    var start = 0
    var isQuoted = false
    for place in 0...line.count {
      if place < line.count, line[place] == UInt8(ascii: "\"") { isQuoted.toggle() }
      let isEnd = place == line.count || (line[place] == UInt8(ascii: ",") && !isQuoted)
      guard isEnd else { continue }
      fields.append(CSVField(bytes: unquoted(line[start..<place]), column: start + 1))
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

  /// Whether a line holds nothing but blanks.
  static func isBlank(_ line: [UInt8]) -> Bool { line.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
}
