import Glibc
import Run
import Search

/// A run's table of measurements by columns: `metrics.csv` or `timing.csv`. The table of a run that
/// is being written may end in the middle of a line; that line is left out.
public struct Series: Sendable {
  /// A measured value.
  public struct Point: Hashable, Sendable {
    /// The step after which it was measured.
    public let step: Int
    /// The value, NaN and infinities among them.
    public let value: Double

    /// A value at a step.
    public init(step: Int, value: Double) {
      self.step = step
      self.value = value
    }
  }

  /// The step of each row, rising.
  public private(set) var steps: [Int] = []
  /// The names of the columns behind `step`, in the file's order.
  public private(set) var columns: [String] = []
  private var cells: [[Double?]] = []

  /// A table of some rows, each with a cell a column.
  public init(columns: [String], rows: [(step: Int, cells: [Double?])]) {
    self.columns = columns
    steps = rows.map(\.step)
    cells = columns.indices.map { column in
      rows.map { $0.cells.indices.contains(column) ? $0.cells[column] : nil }
    }
  }

  /// Reads a table; one that is missing or has no head line yet is empty. Throws a `StorageError`
  /// where a line is not what a run writes.
  public init(reading located: some Located) throws {
    guard exists(located) else { return }
    var lines = try TableLines(reading: located)
    let path = located.place.path
    guard let head = try lines.next() else { return }
    columns = try TableText.columns(head, path)
    cells = Array(repeating: [], count: columns.count)
    while let line = try lines.next() {
      guard (steps.count + 1) * (columns.count + 1) <= TableLines.mostCells else {
        throw StorageError(
          "read", path, .invalid("has more than \(TableLines.mostCells) cells"))
      }
      let row = try TableText.row(line, columns.count, path)
      steps.append(row.step)
      for (column, cell) in row.cells.enumerated() { cells[column].append(cell) }
    }
  }

  /// The cells of a column, one a row; nil where nothing was measured, and for no such column.
  public subscript(column: String) -> [Double?]? {
    columns.firstIndex(of: column).map { cells[$0] }
  }

  /// The column that a name means: itself, else the only one that ends in it. Throws a `Rejection`
  /// where there is none, or more than one.
  public func column(named name: String) throws -> String {
    try RunComparison.column(name, columns)
  }

  /// The measured values of a column; none where there is no such column.
  public func points(of column: String) -> [Point] {
    zip(steps, self[column] ?? []).compactMap { step, cell in
      cell.map { Point(step: step, value: $0) }
    }
  }

  /// The last measured value of a column.
  public func last(of column: String) -> Point? {
    guard let cells = self[column], let row = cells.lastIndex(where: { $0 != nil }) else {
      return nil
    }
    return cells[row].map { Point(step: steps[row], value: $0) }
  }

  /// The best measured value of a column, the earlier one of two that are equal; NaN only where there
  /// is nothing else.
  public func best(of column: String, _ goal: Goal) -> Point? {
    points(of: column).reduce(nil as Point?) { best, point in
      guard let best else { return point }
      return goal.prefers(point.value, to: best.value) ? point : best
    }
  }
}

/// The last measured values of some columns, found from the end of the file.
public struct LastValues: Sendable {
  /// The names of all columns behind `step`, in the file's order.
  public private(set) var columns: [String] = []
  /// The step of the last row; nil where there is no row.
  public private(set) var step: Int?
  /// The last measured value of each column that was wanted and has one.
  public private(set) var values: [String: Series.Point] = [:]

  /// Reads as much of the end of a table as the columns that `wanted` chooses among all need. Empty
  /// where the table is missing.
  public init(reading located: some Located, of wanted: ([String]) -> [String]) throws {
    guard exists(located) else { return }
    let path = located.place.path
    let file = try File(reading: located)
    let size = try file.size()
    guard let head = try LastValues.head(of: file, size: size) else { return }
    columns = try TableText.columns(head[...], path)
    var missing = Set(wanted(columns)).intersection(columns)
    // Backwards, a piece at a time; what stands before a piece's first line end belongs to the next.
    var (end, length, rest) = (size, 1 << 13, [UInt8]())
    while end > head.count + 1, !(missing.isEmpty && step != nil) {
      let start = max(head.count + 1, end - length)
      var bytes = (try file.bytes(at: start, count: end - start) + rest)[...]
      if start > head.count + 1 {
        let first = bytes.firstIndex(of: 0x0a).map { $0 + 1 } ?? bytes.endIndex
        rest = Array(bytes[..<first])
        bytes = bytes[first...]
      }
      try TableLines.check(rest[...], of: file)
      try take(TableText.lines(bytes), &missing, path)
      (end, length) = (start, min(1 << 18, length * 8))
    }
  }

  private mutating func take(
    _ lines: [ArraySlice<UInt8>], _ missing: inout Set<String>, _ path: String
  ) throws {
    for line in lines.reversed() {
      if step != nil && missing.isEmpty { return }
      let row = try TableText.row(line, columns.count, path)
      step = step ?? row.step
      for (name, cell) in zip(columns, row.cells) {
        guard let cell, missing.remove(name) != nil else { continue }
        values[name] = Series.Point(step: row.step, value: cell)
      }
    }
  }

  /// The first line without its end; nil where it is not finished.
  private static func head(of file: File, size: Int) throws -> [UInt8]? {
    var count = min(size, 1 << 12)
    while true {
      let bytes = try file.bytes(at: 0, count: count)
      if let end = bytes.firstIndex(of: 0x0a) { return Array(bytes[..<end]) }
      if count == size || count > TableLines.longest { return nil }
      count = min(size, count * 8)
    }
  }
}

/// The lines of a table that ``CSVFile`` writes, as bytes.
private enum TableText {
  /// The columns behind `step` that a head line names.
  static func columns(_ line: ArraySlice<UInt8>, _ path: String) throws -> [String] {
    let names = texts(line)
    guard names.first == "step" else {
      throw StorageError("read", path, .invalid("does not begin with a line that names `step`"))
    }
    return Array(names.dropFirst())
  }

  /// The step and the cells of a line.
  static func row(_ line: ArraySlice<UInt8>, _ count: Int, _ path: String) throws
    -> (step: Int, cells: [Double?])
  {
    let texts = texts(line)
    guard texts.count == count + 1, let step = texts.first.flatMap({ Int($0) }) else {
      throw StorageError("read", path, .invalid("has a row that does not fit its first line"))
    }
    let cells = try texts.dropFirst().map { text -> Double? in
      if text.isEmpty { return nil }
      guard let value = Double(text) else {
        throw StorageError("read", path, .invalid("has the cell `\(text)`, which is no number"))
      }
      return value
    }
    return (step, cells)
  }

  private static func texts(_ line: ArraySlice<UInt8>) -> [String] {
    line.split(separator: 0x2c, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// The whole lines of some bytes, without their ends; a last one that is not finished is left out.
  static func lines(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    guard let end = bytes.lastIndex(of: 0x0a) else { return [] }
    return bytes[..<end].split(separator: 0x0a, omittingEmptySubsequences: true)
  }
}
