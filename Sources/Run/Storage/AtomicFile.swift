import Glibc

/// Files that are written whole or not at all: a temporary file in the same folder, fsync, rename,
/// fsync of the folder. A reader sees the old file or the new one, also after a power cut.
public enum AtomicFile {
  /// Bytes that stay free on the disk when a file was written, so that a failed run can still say so
  /// in its log and its record.
  public static let reserve = 1 << 20

  /// Writes `bytes` to `path`, replacing what is there.
  public static func write(_ bytes: [UInt8], to path: some Located) throws {
    try write(to: path, size: bytes.count) { try $0.write(bytes) }
  }

  /// Writes a text to `path`, replacing what is there, and leaves at least `reserve` bytes free.
  public static func write(_ text: String, to path: some Located, reserve: Int = reserve) throws {
    let bytes = Array(text.utf8)
    try write(to: path, size: bytes.count, reserve: reserve) { try $0.write(bytes) }
  }

  /// Writes several files of one folder, each whole or not at all, in their order; waits for the
  /// folder's names once.
  static func write(_ files: [(name: String, bytes: [UInt8])], in folder: DiskPlace) throws {
    for file in files {
      try place(at: folder.appending(file.name), size: file.bytes.count) {
        try $0.write(file.bytes)
      }
    }
    if !files.isEmpty { try syncFolder(folder) }
  }

  /// Writes what `body` writes; `size` is the number of bytes it will be. After a failure `path` is
  /// what it was before and the temporary file is gone.
  static func write(
    to path: some Located, size: Int, reserve: Int = reserve, body: (File) throws -> Void
  ) throws {
    try place(at: path.place, size: size, reserve: reserve, body: body)
    try syncFolder(path.place.parent)
  }

  /// Gives `path` to what `body` writes, but does not wait for the folder.
  private static func place(
    at place: DiskPlace, size: Int, reserve: Int = reserve, body: (File) throws -> Void
  ) throws {
    let temporary = place.parent.appending(".\(place.name).\(getpid())\(suffix)")
    do {
      // A leftover of a dead process that had our number.
      try removeFile(temporary)
      let file = try File("write", temporary, flags: O_WRONLY | O_CREAT | O_EXCL)
      try requireSpace(size, reserve, for: file)
      try body(file)
      try file.sync()
      try move("write", temporary, to: place)
    } catch {
      try? removeFile(temporary)
      throw error.naming(place.path, for: temporary.path)
    }
  }

  /// Removes what killed writers left in `folder`. Only the holder of the run's lock may call it.
  package static func removeLeftovers(in folder: some Located) throws {
    for name in try names(in: folder) where name.hasPrefix(".") && name.hasSuffix(suffix) {
      try removeFile(folder.place.appending(name))
    }
  }

  private static let suffix = ".tmp"

  /// Refuses before the first byte what would fill the disk half-way.
  private static func requireSpace(_ size: Int, _ reserve: Int, for file: File) throws {
    guard let free = Resources.freeSpace(for: file) else { return }
    if free - reserve < size {
      throw StorageError("write", file.path, .noSpace(needed: size, reserve: reserve, free: free))
    }
  }
}

extension Error {
  /// The same error about the file that was meant, where it was about the temporary one.
  fileprivate func naming(_ path: String, for temporary: String) -> any Error {
    guard var error = self as? StorageError, error.path == temporary else { return self }
    error.path = path
    return error
  }
}

/// Gives a file that is to be written in place contents of its own where it has a second name: what
/// is written would appear under that one too, wherever it is.
func makeOwn(_ located: some Located) throws {
  guard let status = try status(of: located), status.isRegular, status.names > 1 else { return }
  try AtomicFile.write(readWhole(located, limit: 1 << 30), to: located)
}
