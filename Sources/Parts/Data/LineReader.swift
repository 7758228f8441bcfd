/// Reads a text file line by line, in bounded memory.
final class LineReader {
  /// The longest line that is read, in bytes.
  static let limit = 1 << 20

  /// The number of the line that `next` returned last, from 1.
  private(set) var number = 0
  private let reader: ByteReader
  private let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
  private var filled = 0
  private var place = 0

  /// Opens the file at `path`; a byte order mark of UTF-8 is skipped.
  init(_ path: String) throws(DataError) {
    reader = try ByteReader(path)
    if reader.isPacked {
      throw DataError(path, "is a gzip file, but tables are read unpacked", help: "unpack it")
    }
    filled = try reader.read(into: piece)
    if filled >= 2, [[0xFE, 0xFF], [0xFF, 0xFE]].contains(Array(piece[..<2])) {
      throw DataError(path, "is text in UTF-16, but must be UTF-8")
    }
    if filled >= 3, piece[0] == 0xEF, piece[1] == 0xBB, piece[2] == 0xBF { place = 3 }
  }

  deinit { piece.deallocate() }

  /// The next line without its end (`\n` or `\r\n`); nil after the last one.
  func next() throws(DataError) -> [UInt8]? {
    var line: [UInt8] = []
    number += 1
    while true {
      if place == filled {
        filled = try reader.read(into: piece)
        place = 0
        if filled == 0 {
          try reader.checkUnchanged()
          return line.isEmpty ? nil : withoutReturn(line)
        }
      }
      let rest = piece[place..<filled]
      let end = rest.firstIndex(of: 0x0A)
      line.append(contentsOf: rest[..<(end ?? filled)])
      place = end.map { $0 + 1 } ?? filled
      if line.count > Self.limit {
        throw DataError(
          reader.path, at: "line \(number)", "has a line of more than \(Self.limit) bytes",
          help: "is this a table of numbers, one example a line?")
      }
      if end != nil { return withoutReturn(line) }
    }
  }

  private func withoutReturn(_ line: [UInt8]) -> [UInt8] {
    line.last == 0x0D ? Array(line.dropLast()) : line
  }
}
