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

  /// Opens `path`; never follows a link in its last part, never waits for a pipe's other end.
  package init(_ operation: String, _ path: String, flags: Int32) throws {
    self.path = path
    descriptor = uninterrupted {
      open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0o644)
    }
    if descriptor < 0 { throw StorageError.last(operation, path) }
  }

  /// Opens a regular file for reading; anything else (folder, pipe, device, link) is refused.
  package convenience init(reading path: String) throws {
    do {
      try self.init("read", path, flags: O_RDONLY)
    } catch let error as StorageError where error.reason == .system(ELOOP) {
      throw StorageError("read", path, .invalid("is a link, not a file"))
    }
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

/// What `path` holds, refused above `limit` bytes.
package func readWhole(_ path: String, limit: Int) throws -> [UInt8] {
  let file = try File(reading: path)
  let size = try file.size()
  guard size <= limit else {
    throw StorageError("read", path, .invalid("is larger than \(byteText(limit))"))
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

/// Returns when the names in a folder are on the disk.
package func syncFolder(_ path: String) throws {
  try File("sync", path, flags: O_RDONLY | O_DIRECTORY).sync()
}

/// The names in a folder, sorted by their bytes, without `.` and `..`.
package func names(in folder: String) throws -> [String] {
  var opened = opendir(folder)
  while opened == nil && errno == EINTR { opened = opendir(folder) }
  guard let stream = opened else { throw StorageError.last("read", folder) }
  defer { closedir(stream) }
  var found: [String] = []
  while true {
    errno = 0
    guard let entry = readdir(stream) else {
      if errno != 0 { throw StorageError.last("read", folder) }
      break
    }
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != "." && name != ".." { found.append(name) }
  }
  return found.sorted(by: byBytes)
}

/// Order by UTF-8 bytes: the same everywhere, whatever the locale.
package func byBytes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

/// Makes a folder; false where there is one already.
package func makeFolder(_ path: String) throws -> Bool {
  if uninterrupted({ mkdir(path, 0o755) }) == 0 { return true }
  if errno == EEXIST {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return false }
    throw StorageError("make", path, .invalid("is not a folder"))
  }
  throw StorageError.last("make the folder", path)
}

/// Makes a folder with those above it, as far as they are missing.
public func makeFolders(_ path: String) throws {
  if access(path, F_OK) != 0, errno == ENOENT, folder(of: path) != path {
    try makeFolders(folder(of: path))
  }
  _ = try makeFolder(path)
}

/// Writes a text to a file that is not there yet.
public func writeNew(_ text: String, to path: String) throws {
  try File("write", path, flags: O_WRONLY | O_CREAT | O_EXCL).write(Array(text.utf8))
}

/// Removes a file; one that is not there is as good as removed.
package func removeFile(_ path: String) throws {
  if uninterrupted({ unlink(path) }) != 0 && errno != ENOENT {
    throw StorageError.last("remove", path)
  }
}
