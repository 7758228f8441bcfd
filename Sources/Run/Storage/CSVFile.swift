import Glibc
import Tensor

/// A table of numbers that only grows: the columns are fixed by its first line, each row is one
/// write, and it can be cut back to an earlier state that is proven by a digest.
///
/// Numbers are written in the shortest form that reads back as the same bits; NaN and infinities
/// are `nan`, `inf`, `-inf`; a cell is empty where nothing was measured.
public final class CSVFile {
  /// A number in a row.
  public enum Cell: Hashable, Sendable {
    /// Nothing was measured.
    case empty
    /// A count, as of steps.
    case integer(Int)
    /// A number in single precision.
    case float(Float)
    /// A number in double precision.
    case double(Double)

    /// The cell's text.
    public var text: String {
      switch self {
      case .empty: ""
      case .integer(let value): "\(value)"
      case .float(let value): value.isNaN ? "nan" : "\(value)"
      case .double(let value): value.isNaN ? "nan" : "\(value)"
      }
    }
  }

  /// A state of a table: its first `length` bytes, whose SHA-256 is `digest` (hexadecimal).
  public struct Position: Hashable, Sendable {
    /// Bytes from the start.
    public var length: Int
    /// The digest of these bytes.
    public var digest: String

    /// A state with these values.
    public init(length: Int, digest: String) {
      self.length = length
      self.digest = digest
    }
  }

  /// The open file.
  let file: File
  private let columns: Int
  private var digest: SHA256

  /// Starts a table, in the place of one that is there. Names of columns hold no comma, quote or line
  /// break.
  ///
  /// It is another file than that one, and so it is when a table is continued: where locks do not
  /// reach, a process that was taken for dead may still write, and does no harm to a file without a
  /// name.
  public init(creating path: some Located, columns: [String]) throws {
    try removeFile(path)
    file = try File("create", path, flags: O_RDWR | O_CREAT | O_EXCL | O_APPEND)
    self.columns = columns.count
    digest = SHA256()
    try append(columns)
  }

  /// Goes on with a table after `position`: what follows is cut off. A table that is shorter or
  /// whose bytes before differ was changed by someone else, and is refused.
  public init(continuing located: some Located, columns: [String], at position: Position) throws {
    self.columns = columns.count
    let path = located.place.path
    let old = try File(reading: located)
    let size = try old.size()
    guard position.length <= size else {
      throw StorageError(
        "read", path, .invalid("has \(size) bytes, but had \(position.length) at the checkpoint"))
    }
    digest = try old.digest(from: 0, count: position.length)
    guard digest.hex == position.digest else {
      throw StorageError("read", path, .invalid("was changed after the checkpoint was written"))
    }
    try AtomicFile.write(to: located, size: position.length) {
      for start in stride(from: 0, to: position.length, by: 1 << 20) {
        try $0.write(old.bytes(at: start, count: min(1 << 20, position.length - start)))
      }
    }
    file = try File("read", located, flags: O_RDWR | O_APPEND)
  }

  /// Goes on with a table of which only the first column, a step, decides what stays: all rows up to
  /// `step`. For tables whose other columns differ from run to run, such as timings. A table that is
  /// missing or has other columns is started anew.
  public init(continuing path: some Located, columns: [String], upTo step: Int) throws {
    try makeOwn(path)
    file = try File("read", path, flags: O_RDWR | O_CREAT | O_APPEND)
    self.columns = columns.count
    let kept = try CSVFile.prefix(of: file, columns: columns, upTo: step)
    digest = try file.digest(from: 0, count: kept)
    try file.truncate(to: kept)
    if kept == 0 { try append(columns) }
  }

  /// The table's present state.
  public var position: Position { Position(length: digest.count, digest: digest.hex) }

  /// Adds a row, one cell for each column.
  public func append(_ row: [Cell]) throws {
    try append(row.map(\.text))
  }

  private func append(_ texts: [String]) throws {
    precondition(texts.count == columns)
    let line = Array((texts.joined(separator: ",") + "\n").utf8)
    try file.write(line)
    digest.update(line)
  }

  /// The length of the head line and the whole rows whose first cell is at most `step`; 0 where the
  /// head line is another one. What no run writes counts as cut off.
  private static func prefix(of file: File, columns: [String], upTo step: Int) throws -> Int {
    var lines = TableLines(file)
    func next() throws -> ArraySlice<UInt8>? {
      do { return try lines.next() } catch let error as StorageError where error.isInvalid {
        return nil
      }
    }
    guard try next()?.elementsEqual(columns.joined(separator: ",").utf8) == true else {
      return 0
    }
    var end = lines.end
    while let line = try next() {
      let cell = String(decoding: line.prefix { $0 != 0x2c }, as: UTF8.self)
      guard let found = Int(cell), found <= step else { break }
      end = lines.end
    }
    return end
  }
}
