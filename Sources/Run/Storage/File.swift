import Glibc
import Tensor
import Text

/// Repeats a call of the system that a signal interrupted.
package func uninterrupted(_ call: () -> Int32) -> Int32 {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}

/// An open file. Short counts and interrupted calls are continued; every other failure throws a
/// ``StorageError``. Closed when the last reference goes.
package final class File: Sendable {
  /// The path it was opened by.
  package let path: String
  /// The system's number for it.
  package let descriptor: Int32

  /// Opens the file at a place; never follows a link in its last part, never waits for a pipe's other
  /// end.
  package init(_ operation: String, _ located: some Located, flags: Int32) throws {
    let place = located.place
    let anchor = try Anchor(operation, place)
    path = place.path
    descriptor = uninterrupted {
      openat(
        anchor.folder, anchor.name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0o644)
    }
    if descriptor < 0 {
      if errno == ELOOP, exists(place) {
        throw StorageError(operation, path, .invalid("is a link, not a file"))
      }
      throw StorageError.last(operation, path)
    }
  }

  /// A file that is open already; it is closed with this.
  init(_ path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  /// Opens a regular file for reading; anything else (folder, pipe, device, link) is refused.
  package convenience init(reading located: some Located) throws {
    try self.init("read", located, flags: O_RDONLY)
    guard try status().st_mode & S_IFMT == S_IFREG else {
      throw StorageError("read", path, .invalid("is not a regular file"))
    }
  }

  deinit { close(descriptor) }

  /// What the system knows of the file.
  package func status() throws -> stat {
    var status = stat()
    guard uninterrupted({ fstat(descriptor, &status) }) == 0 else {
      throw StorageError.last("read", path)
    }
    return status
  }

  /// Its size in bytes.
  package func size() throws -> Int { Int(try status().st_size) }

  /// Appends all of `bytes` at the file's position.
  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      // Linux moves at most 2 GiB less a page at a time.
      let count = Glibc.write(descriptor, rest.baseAddress, min(rest.count, 1 << 30))
      if count < 0 {
        if errno == EINTR { continue }
        throw StorageError.last("write", path)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Appends all of `bytes` at the file's position.
  package func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

  /// Fills `bytes` from `offset` on; a file that ends before is an error.
  package func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
      let count = pread(descriptor, rest.baseAddress, min(rest.count, 1 << 30), offset + done)
      if count < 0 {
        if errno == EINTR { continue }
        throw StorageError.last("read", path)
      }
      if count == 0 { throw StorageError("read", path, .invalid("ends before its size")) }
      done += count
    }
  }

  /// The `count` bytes from `offset` on.
  package func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
      filled = count
    }
  }

  /// The SHA-256 state after the `count` bytes from `offset` on, read a piece at a time.
  func digest(from offset: Int, count: Int) throws -> SHA256 {
    var digest = SHA256()
    let piece = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, min(count, 1 << 20)), alignment: 16)
    defer { piece.deallocate() }
    var done = 0
    while done < count {
      let part = UnsafeMutableRawBufferPointer(rebasing: piece[..<min(piece.count, count - done)])
      try read(into: part, at: offset + done)
      digest.update(UnsafeRawBufferPointer(part))
      done += part.count
    }
    return digest
  }

  /// Cuts the file to `size` bytes.
  package func truncate(to size: Int) throws {
    guard uninterrupted({ ftruncate(descriptor, size) }) == 0 else {
      throw StorageError.last("truncate", path)
    }
  }

  /// Returns when all that was written is on the disk. A failure is final: Linux forgets the pages
  /// that it could not write, so that a second try would report a success that is none.
  package func sync() throws {
    guard uninterrupted({ fsync(descriptor) }) == 0 else { throw StorageError.last("sync", path) }
  }
}

/// What a file holds, refused above `limit` bytes.
package func readWhole(_ located: some Located, limit: Int) throws -> [UInt8] {
  let file = try File(reading: located)
  let size = try file.size()
  guard size <= limit else {
    throw StorageError("read", file.path, .invalid("is larger than \(byteText(limit))"))
  }
  return try file.bytes(at: 0, count: size)
}

/// The folder part of a path, `.` where it has none.
package func folder(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The last part of a path.
package func name(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
  return String(path[path.utf8.index(after: slash)...])
}

/// Order by UTF-8 bytes: the same everywhere, whatever the locale.
package func byBytes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

/// Writes a text to a file that is not there yet.
public func writeNew(_ text: String, to path: String) throws {
  try File("write", path, flags: O_WRONLY | O_CREAT | O_EXCL).write(Array(text.utf8))
}
