import Glibc

/// Files that a user asked for by a path, as `--out FILE`: written through what is there.
///
/// A new name, or a plain file of one name, gets its contents whole or not at all (``AtomicFile``). A
/// link gives them to what it leads to. A pipe, a device, what a standard stream leads to and a file
/// with several names are written into, and stay what they are. A file that nobody may write is
/// refused.
public enum OutFile {
  /// Writes a text.
  public static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Writes some bytes.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    var status = stat()
    guard uninterrupted({ stat(path, &status) }) == 0 else {
      guard errno == ENOENT else { throw StorageError.last("write", path) }
      return try AtomicFile.write(bytes, to: try end(of: path))
    }
    if status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o222 == 0 {
      throw StorageError("write", path, .invalid("is read-only"))
    }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1, standardStream(status) == nil
    else {
      return try pour(bytes, into: path, status)
    }
    guard access(path, W_OK) == 0, let target = realPath(path) else {
      throw StorageError.last("write", path)
    }
    try AtomicFile.write(to: target, size: bytes.count) { file in
      guard fchmod(file.descriptor, status.st_mode & 0o7777) == 0 else {
        throw StorageError.last("write", file.path)
      }
      try file.write(bytes)
    }
  }

  /// Where a path without a file leads to, through links to what is not there yet.
  private static func end(of path: String) throws -> String {
    var path = path
    for _ in 0..<40 {
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(path, &buffer, buffer.count)
      guard count >= 0 else { return path }
      let target = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      path = target.hasPrefix("/") ? target : "\(folder(of: path))/\(target)"
    }
    throw StorageError("write", path, .system(ELOOP))
  }

  /// The standard stream, output or errors, that leads to a file, as `/dev/stdout` does; nil for any
  /// other file.
  private static func standardStream(_ status: stat) -> Int32? {
    [1, 2].first { descriptor in
      var stream = stat()
      return fstat(descriptor, &stream) == 0 && stream.st_dev == status.st_dev
        && stream.st_ino == status.st_ino
    }
  }

  /// Writes into what is there; a pipe without a reader waits for one.
  private static func pour(_ bytes: [UInt8], into path: String, _ status: stat) throws {
    let isFile = status.st_mode & S_IFMT == S_IFREG
    // Another opening of a stream's file would have a place of its own in it.
    let stream = standardStream(status)
    let descriptor =
      stream.map { fcntl($0, F_DUPFD_CLOEXEC, 3) }
      ?? uninterrupted { open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | (isFile ? O_TRUNC : 0)) }
    guard descriptor >= 0 else { throw StorageError.last("write", path) }
    let file = File(path, descriptor: descriptor)
    try file.write(bytes)
    if isFile, stream == nil { try file.sync() }
  }
}
