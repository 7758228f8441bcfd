/// The lines of a table that ``CSVFile`` writes, read a piece at a time.
///
/// The file may be a stranger's, or damaged: a line that no run writes, longer than 1 MiB or with a
/// byte 0 as holes of a file have, throws a ``StorageError`` before it takes memory.
package struct TableLines {
  /// The longest line, in bytes.
  package static let longest = 1 << 20
  /// The most cells of a table that are held at once: a gibibyte of numbers.
  package static let mostCells = 1 << 26

  private let file: File
  private var piece: [UInt8] = []
  /// Where the next line begins in the piece.
  private var place = 0
  /// Where the piece ends in the file.
  private var offset: Int
  /// Where the last line that was returned ends in the file, its line break included.
  package private(set) var end: Int

  /// The lines from a place on where one begins.
  package init(_ file: File, from start: Int = 0) {
    self.file = file
    offset = start
    end = start
  }

  /// The lines of the file at a path.
  package init(reading located: some Located) throws { self.init(try File(reading: located)) }

  /// The next whole line without its end, empty lines left out; nil where there is none yet.
  package mutating func next() throws -> ArraySlice<UInt8>? {
    while true {
      if let lineEnd = piece[place...].firstIndex(of: 0x0a) {
        let line = piece[place..<lineEnd]
        try TableLines.check(line, of: file)
        end += lineEnd + 1 - place
        place = lineEnd + 1
        if line.isEmpty { continue }
        return line
      }
      try TableLines.check(piece[place...], of: file)
      let count = min(1 << 18, try file.size() - offset)
      guard count > 0 else { return nil }
      piece = Array(piece[place...]) + (try file.bytes(at: offset, count: count))
      place = 0
      offset += count
    }
  }

  /// Refuses a line, or the beginning of one, that no run writes.
  package static func check(_ line: ArraySlice<UInt8>, of file: File) throws {
    if line.contains(0) {
      throw StorageError("read", file.path, .invalid("has bytes that are 0, as no text has"))
    }
    if line.count > longest {
      throw StorageError("read", file.path, .invalid("has a line longer than 1 MiB"))
    }
  }
}

/// The bytes of a table's whole lines, at most a gibibyte.
package func readTable(_ located: some Located) throws -> [UInt8] {
  let file = try File(reading: located)
  let size = try file.size()
  var lines = TableLines(file)
  while try lines.next() != nil {
    guard lines.end <= 1 << 30 else {
      throw StorageError("read", file.path, .invalid("is larger than 1 GiB"))
    }
  }
  return try file.bytes(at: 0, count: min(size, lines.end))
}
