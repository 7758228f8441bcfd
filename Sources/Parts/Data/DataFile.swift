import Glibc

/// A file of data, open for reading from its start to its end.
///
/// Only regular files are read, so that no pipe, socket or device can hang a run. Symbolic links are
/// followed.
final class DataFile {
  /// The path it was opened by.
  let path: String
  /// What the system said of the file when it was opened.
  let identity: Identity
  private let descriptor: Int32

  /// What changes when a file's content does: the key of the cache of digests.
  struct Identity: Hashable, Sendable {
    /// In bytes.
    let size: Int
    /// The time of the last change of the content, in nanoseconds since 1970; anybody can set it.
    let modified: Int
    /// The time of the last change of anything, the time above included; only the system sets it.
    let changed: Int
    /// The file's number in its file system.
    let inode: UInt64
  }

  /// Opens a regular file; anything else is refused with the reason.
  init(_ path: String) throws(DataError) {
    try checkPath(path)
    self.path = path
    descriptor = uninterrupted { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
    guard descriptor >= 0 else { throw DataError(path, openingFact(errno)) }
    guard let identity = Self.identity(of: descriptor) else {
      close(descriptor)
      throw DataError(path, "is not a file that holds data: only regular files are read")
    }
    self.identity = identity
  }

  deinit { close(descriptor) }

  /// Reads what comes next, as many bytes as there are and fit; 0 at the end of the file.
  func read(into bytes: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
      let count = Glibc.read(descriptor, rest.baseAddress, min(rest.count, 1 << 30))
      if count < 0 {
        if errno == EINTR { continue }
        throw DataError(path, "cannot be read: \(String(cString: strerror(errno)))")
      }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Returns to the first byte.
  func rewind() throws(DataError) {
    if lseek(descriptor, 0, SEEK_SET) != 0 { throw DataError(path, "cannot be read again") }
  }

  /// Throws if the file is no longer the one that was opened: what was read may be half old.
  func checkUnchanged(since earlier: Identity) throws(DataError) {
    if Self.identity(of: descriptor) != earlier {
      throw DataError(path, "changed while it was read", help: "run again when it is complete")
    }
  }

  /// The file's identity; nil for what is not a regular file.
  private static func identity(of descriptor: Int32) -> Identity? {
    var status = stat()
    guard uninterrupted({ fstat(descriptor, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG
    else { return nil }
    func nanoseconds(_ time: timespec) -> Int { time.tv_sec &* 1_000_000_000 &+ time.tv_nsec }
    return Identity(
      size: Int(status.st_size), modified: nanoseconds(status.st_mtim),
      changed: nanoseconds(status.st_ctim), inode: UInt64(status.st_ino))
  }
}

/// Throws for a text that cannot be the path of a file.
private func checkPath(_ path: String) throws(DataError) {
  if path.isEmpty { throw DataError(path, "is empty, but must be the path of a file") }
  if path.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
    throw DataError(path, "holds a control character, so it is no path")
  }
  if path.utf8.count >= Int(PATH_MAX) {
    throw DataError(path, "is longer than a path may be (\(PATH_MAX - 1) bytes)")
  }
  if path.utf8.last == UInt8(ascii: "/") {
    throw DataError(path, "ends in `/`, but must be the path of a file")
  }
}

/// Why a file could not be opened, as words that follow its name.
private func openingFact(_ code: Int32) -> String {
  switch code {
  case ENOENT, ENOTDIR: "does not exist"
  case EACCES, EPERM: "may not be read by this user"
  case ELOOP: "leads through too many symbolic links"
  case ENXIO, ENODEV: "is a socket or a device, not a file"
  case ENAMETOOLONG: "has a name that is too long"
  case ESTALE, EIO, ENOTCONN: "lies on a disk that cannot be read"
  default: "cannot be opened: \(String(cString: strerror(code)))"
  }
}

/// Repeats a call of the system that a signal interrupted.
private func uninterrupted(_ call: () -> Int32) -> Int32 {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}

/// A path written in an experiment's file, seen from where the program runs: relative paths start
/// at the folder of that file. `~` and variables are not expanded: a file is data.
func resolve(_ path: String, in folder: String) throws(DataError) -> String {
  if path.hasPrefix("~") {
    throw DataError(
      path, "starts with `~`, which is not expanded",
      help: "write the path in full, or from the folder of the experiment's file")
  }
  return path.isEmpty || path.hasPrefix("/") || folder.isEmpty || folder == "."
    ? path : folder + "/" + path
}
