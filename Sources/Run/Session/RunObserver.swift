import Tensor

/// Looks at a run while it trains, and may stop it early: a sweep.
///
/// What a continued run has behind it is shown again, row by row, before it goes on; so an observer
/// sees the same rows however often the run was interrupted, and must decide them alike.
public protocol RunObserver: AnyObject {
  /// Whether the observer wants to decide at this row. It has to be on the disk then, which takes
  /// time.
  func judges(_ row: MeasuredRow) -> Bool
  /// Decides at a row; all of `metrics.csv` up to it is on the disk.
  func verdict(at row: MeasuredRow, _ position: CSVFile.Position) throws -> RunVerdict
  /// A step is done. Called often: it should hardly do anything.
  func advanced(to step: Int, of steps: Int)
}

/// What an observer decides at a row.
public enum RunVerdict: String, Hashable, Sendable {
  /// The run goes on.
  case goOn = "continue"
  /// The run stops here, with a checkpoint to be continued from.
  case prune
}

/// A row of `metrics.csv`.
public struct MeasuredRow {
  /// The number of finished steps.
  public let step: Int
  /// The cells, as the file has them.
  let cells: [Substring]
  private let columns: [String]

  init?(_ line: Substring, columns: [String]) {
    cells = line.split(separator: ",", omittingEmptySubsequences: false)
    guard cells.count == columns.count, let step = Int(cells[0]) else { return nil }
    self.step = step
    self.columns = columns
  }

  /// The number in a column, read from its text; nil where nothing was measured or there is no such
  /// column.
  public subscript(column: String) -> Double? {
    columns.firstIndex(of: column).flatMap { Double(cells[$0]) }
  }
}

/// The rows that a run's `metrics.csv` holds, each with the state of the file after it.
public struct MeasuredRows {
  /// The names of the columns.
  public let columns: [String]
  private let lines: [Substring]

  /// Reads a file that ``CSVFile`` wrote. A last line that was not finished is left out.
  public init(reading path: some Located) throws {
    let text = String(decoding: try readTable(path), as: UTF8.self)
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    columns = lines.first.map { $0.split(separator: ",").map(String.init) } ?? []
  }

  /// The last number in a column, up to a step.
  public func last(_ column: String, upTo step: Int = .max) -> (step: Int, value: Double)? {
    for line in lines.dropFirst().reversed() {
      guard let row = MeasuredRow(line, columns: columns), row.step <= step else { continue }
      if let value = row[column] { return (row.step, value) }
    }
    return nil
  }

  /// The number in a column at a step; nil where there is none.
  public subscript(column: String, at step: Int) -> Double? {
    for line in lines.dropFirst() {
      if let row = MeasuredRow(line, columns: columns), row.step == step { return row[column] }
    }
    return nil
  }

  /// The numbers in a column, in the order of the rows.
  func values(of column: String) -> [Double] {
    lines.dropFirst().compactMap { MeasuredRow($0, columns: columns)?[column] }
  }

  /// The step of the last row, up to one; 0 where there is none.
  public func lastStep(upTo step: Int = .max) -> Int {
    for line in lines.dropFirst().reversed() {
      if let row = MeasuredRow(line, columns: columns), row.step <= step { return row.step }
    }
    return 0
  }

  /// Shows an observer the rows up to a step that it judges; stops where it prunes.
  public func show(_ observer: any RunObserver, upTo step: Int = .max) throws -> RunVerdict {
    var digest = SHA256()
    for (number, line) in lines.enumerated() {
      digest.update(line.utf8)
      digest.update("\n".utf8)
      guard number > 0, let row = MeasuredRow(line, columns: columns) else { continue }
      if row.step > step { break }
      guard observer.judges(row) else { continue }
      let position = CSVFile.Position(length: digest.count, digest: digest.hex)
      if try observer.verdict(at: row, position) == .prune { return .prune }
    }
    return .goOn
  }

  /// The state of the file after the row of a step, or after its last row before that.
  public func position(upTo step: Int = .max) -> CSVFile.Position {
    var digest = SHA256()
    for (number, line) in lines.enumerated() {
      if number > 0, let row = MeasuredRow(line, columns: columns), row.step > step { break }
      digest.update(line.utf8)
      digest.update("\n".utf8)
    }
    return CSVFile.Position(length: digest.count, digest: digest.hex)
  }
}
