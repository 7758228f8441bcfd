import Glibc
import Run
import Text

/// What happened in a sweep, in one order: numbered entries, `record/000/000123.json`, that are
/// never changed. Of each whole thousand of them there is a copy in one file, its ``Block``.
///
/// Whoever wants to add an entry writes it to a file of its own, has it on the disk, and links it to
/// the next free number. Where that number is taken, another process was first: the entries are read,
/// and what was wanted is decided anew. So there is no lock that a dead process could keep, and each
/// entry follows from those before it.
///
/// What the file system must guarantee: `link(2)`, also from one folder to another, gives a name to
/// one process alone, and a file that was synced before has its content under that name. Locks are
/// not used.
public final class Record {
  /// The folder of the entries.
  public let folder: DiskPlace
  /// The sweep's identity, which each entry names.
  public let sweep: String
  /// Who writes.
  public let writer: String
  /// The number of entries that were read so far: the number of the next one.
  public private(set) var count = 0
  private var syncedFolders: Set<Int> = []
  private let readsBlocks: Bool
  /// The block of the next entry, where it is read from one.
  private var block: Block?
  /// The blocks that were not there, or not whole, when they were to be read.
  private var missing: Set<Int> = []
  /// The most bytes of an entry.
  static let limit = 1 << 24

  /// An entry.
  public struct Entry: Hashable, Sendable {
    /// Its place in the order, from 0.
    public var number: Int
    /// The process that wrote it.
    public var writer: String
    /// What it says.
    public var events: [Event]
  }

  /// The entries of a folder, of which none was read yet.
  ///
  /// - Parameter readsBlocks: whether a block may stand for its entries.
  public init(folder: some Located, sweep: String, writer: String, readsBlocks: Bool = true) {
    self.folder = folder.place
    self.sweep = sweep
    self.writer = writer
    self.readsBlocks = readsBlocks
  }

  /// The next entry that was not read yet; nil where there is none now.
  public func next() throws -> Entry? {
    if readsBlocks, count % Block.length == 0 {
      block = Block(count / Block.length, in: folder)
      if block == nil { missing.insert(count / Block.length) }
    }
    let copied = block.flatMap { try? entry(count, $0[count % Block.length]) }
    guard let entry = try copied ?? read(count) else { return nil }
    count += 1
    return entry
  }

  /// Adds an entry as the next one; false where another process had the number first: its entries
  /// must be read then. The entry is on the disk when this returns, and counts as read.
  public func append(_ events: [Event]) throws -> Bool {
    let number = count
    let path = Record.path(of: number, in: folder)
    let parent = path.parent
    if syncedFolders.insert(number / Block.length).inserted {
      _ = try makeFolder(parent)
      try syncFolder(folder)
    }
    let json: JSON = [
      "sweep": .string(sweep), "number": .integer(Int64(number)), "by": .string(writer),
      "events": .array(events.map(\.json)),
    ]
    let temporary = folder.appending(".\(writer).tmp")
    try removeFile(temporary)
    let file = try File("write", temporary, flags: O_WRONLY | O_CREAT | O_EXCL)
    defer { try? removeFile(temporary) }
    try file.write(Array((json.text + "\n").utf8))
    try file.sync()
    guard try Record.link(file, at: temporary, to: path) else { return false }
    try syncFolder(parent)
    count += 1
    // It is a copy: the disk that has no place for it may have some for the next entry.
    if count % Block.length == 0 { try? Block.make(number / Block.length, in: folder) }
    return true
  }

  /// Makes the blocks that are missing among the entries that were read: whoever added the last entry
  /// of one may have died before it could.
  func makeBlocks() throws {
    guard count >= Block.length else { return }
    try makeFolders(Block.folder(in: folder))
    try AtomicFile.removeLeftovers(in: Block.folder(in: folder))
    for number in missing.sorted() where number < count / Block.length {
      try Block.make(number, in: folder)
      missing.remove(number)
    }
  }

  /// Gives an open file, which lies at `place`, a second name; false where something has that name already.
  static func link(_ file: File, at place: DiskPlace, to path: DiskPlace) throws -> Bool {
    if try Run.link(place, to: path) { return true }
    let code = errno
    // Over a network the answer to a success may be lost, and the call made again.
    if try file.status().st_nlink > 1 { return true }
    if code == EEXIST { return false }
    throw StorageError("write", path.path, .system(code))
  }

  /// Where an entry lies.
  static func path(of number: Int, in folder: some Located) -> DiskPlace {
    folder.place.appending(digits(number / Block.length, 3)).appending("\(digits(number, 6)).json")
  }

  /// A number with at least so many digits.
  static func digits(_ number: Int, _ count: Int) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }

  private func read(_ number: Int) throws -> Entry? {
    let path = Record.path(of: number, in: folder)
    guard try status(of: path) != nil else { return nil }
    return try entry(number, try readWhole(path, limit: Record.limit))
  }

  private func entry(_ number: Int, _ bytes: [UInt8]) throws -> Entry {
    var path: String { Record.path(of: number, in: folder).path }
    guard let json = try? JSON(parsing: bytes), json["number"]?.integer == number,
      let writer = json["by"]?.string, isName(writer), let events = json["events"]?.array
    else { throw StorageError("read", path, .invalid("is not an entry of a sweep's record")) }
    guard json["sweep"]?.string == sweep else {
      throw StorageError("read", path, .invalid("belongs to another sweep"))
    }
    let known = events.compactMap { Event(json: $0) }
    guard known.count == events.count else {
      throw StorageError(
        "read", path, .invalid("holds what this version of the program does not know"))
    }
    return Entry(number: number, writer: writer, events: known)
  }
}

// MARK: - The folder as a whole

extension Record {
  /// Makes the folder, and proves that its disk has what a record needs. Throws where `link(2)` is
  /// missing.
  static func prepare(_ located: some Located, writer: String) throws {
    let folder = located.place
    // As for an entry: the name is in another folder, which some file systems refuse.
    let other = folder.appending(".links")
    try makeFolders(other)
    let name = ".\(writer).tmp"
    let (first, second) = (folder.appending(name), other.appending(name))
    try removeFile(first)
    try removeFile(second)
    let file = try File("write", first, flags: O_WRONLY | O_CREAT | O_EXCL)
    defer {
      try? removeFile(first)
      try? removeFile(second)
    }
    guard try Run.link(first, to: second) else {
      throw StorageError(
        "keep a sweep's record in", folder.path,
        .invalid(
          "lies on a file system without hard links (\(String(cString: strerror(errno)))), "
            + "which a sweep's record needs; `--runs` chooses another folder"))
    }
    try file.sync()
  }

  /// The names in the folder that no record has, and a gap in the numbers; nil where all is well.
  /// What dead writers left is no fault.
  static func fault(in located: some Located) throws -> StorageError? {
    let folder = located.place
    guard try status(of: folder) != nil else { return nil }
    var highest = -1
    var found = 0
    for group in try names(in: folder) where !group.hasPrefix(".") {
      for entry in try names(in: folder.appending(group)) {
        let path = folder.appending(group).appending(entry)
        guard entry.hasSuffix(".json"), let number = Int(entry.dropLast(5)),
          Record.path(of: number, in: folder) == path
        else { return StorageError("read", path.path, .invalid("does not belong to a record")) }
        highest = max(highest, number)
        found += 1
      }
    }
    guard found == highest + 1 else {
      let missing = (0...highest).first { !exists(path(of: $0, in: folder)) } ?? 0
      return StorageError("read", path(of: missing, in: folder).path, .invalid("is missing"))
    }
    return nil
  }
}
