import Run
import Text

/// A thousand entries of a record in one file, `record/.blocks/000.jsonl`: their bytes in their
/// order, so that a record of a hundred thousand trials is read without opening as many files.
///
/// It is a copy that is made when the last of the entries is there, after which none of them changes:
/// whoever makes it makes the same bytes. Where there is none, or one that is not whole, the entries
/// themselves are read.
struct Block {
  /// The number of entries.
  static let length = 1000
  private let bytes: [UInt8]
  /// The place of each line's end.
  private let ends: [Int]

  /// The block of a number, whose first entry is a thousand times that; nil where none can be read.
  init?(_ number: Int, in folder: some Located) {
    guard let bytes = try? readWhole(Block.path(of: number, in: folder), limit: Block.limit) else {
      return nil
    }
    self.init(bytes)
  }

  private init?(_ bytes: [UInt8]) {
    self.bytes = bytes
    ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
    guard ends.count == Block.length, ends.last == bytes.count - 1 else { return nil }
  }

  /// The bytes of the entry at a place, from 0, without the line's end.
  subscript(place: Int) -> [UInt8] {
    Array(bytes[(place == 0 ? 0 : ends[place - 1] + 1)..<ends[place]])
  }

  /// Makes the block of a number. Entries that are no line each, or together more than 256 MiB, make
  /// none.
  static func make(_ number: Int, in folder: some Located) throws {
    guard let block = Block(try entries(of: number, in: folder)), block.bytes.count <= limit else {
      return
    }
    try makeFolders(self.folder(in: folder))
    try AtomicFile.write(block.bytes, to: path(of: number, in: folder))
  }

  /// Whether there is a block of a number that is not what its entries are.
  static func isWrong(_ number: Int, in folder: some Located) throws -> Bool {
    guard let block = Block(number, in: folder) else { return false }
    return try block.bytes != entries(of: number, in: folder)
  }

  /// Where a block lies.
  static func path(of number: Int, in folder: some Located) -> DiskPlace {
    self.folder(in: folder).appending("\(Record.digits(number, 3)).jsonl")
  }

  /// The folder of all blocks of a record.
  static func folder(in folder: some Located) -> DiskPlace { folder.place.appending(".blocks") }

  private static let limit = 1 << 28

  private static func entries(of number: Int, in folder: some Located) throws -> [UInt8] {
    var bytes: [UInt8] = []
    for entry in number * length..<(number + 1) * length {
      bytes += try readWhole(Record.path(of: entry, in: folder), limit: Record.limit)
    }
    return bytes
  }
}
