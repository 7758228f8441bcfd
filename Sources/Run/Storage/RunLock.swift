import Glibc

/// The right to write into a run's directory. The system takes it back when the process ends,
/// however it ends: there is nothing to clean up, and no process number is ever trusted.
public final class RunLock: Sendable {
  private let file: File

  /// Takes the lock whose file is `path`. Throws ``StorageError/Reason/held(_:)`` with the holder's
  /// process, host and time where another process, or another part of this one, has it.
  public init(path: String) throws {
    file = try File("lock", path, flags: O_RDWR | O_CREAT)
    var request = writeLock()
    guard uninterrupted({ fcntl(file.descriptor, setOpenFileLock, &request) }) == 0 else {
      if errno == EAGAIN || errno == EACCES {
        throw StorageError("lock", folder(of: path), .held(try RunLock.holder(file)))
      }
      throw StorageError.last("lock", path)
    }
    try file.truncate(to: 0)
    try file.write(Array("process \(getpid()) on \(hostName()) since \(Timestamp.now())\n".utf8))
  }

  /// Whether some process holds the lock whose file is `path`; where there is no such file, none.
  public static func isHeld(path: String) throws -> Bool {
    guard access(path, F_OK) == 0 else { return false }
    let file = try File(reading: path)
    var request = writeLock()
    guard uninterrupted({ fcntl(file.descriptor, getOpenFileLock, &request) }) == 0 else {
      throw StorageError.last("lock", path)
    }
    return Int32(request.l_type) != F_UNLCK
  }

  private static func holder(_ file: File) throws -> String {
    let text = try file.bytes(at: 0, count: min(file.size(), 1024))
    let line = String(decoding: text.prefix { $0 >= 0x20 }, as: UTF8.self)
    return line.isEmpty ? "another process" : line
  }
}

/// Linux's numbers for locks that belong to an open file; Glibc's headers show them to GNU code only.
private let getOpenFileLock: Int32 = 36
private let setOpenFileLock: Int32 = 37

/// A request for the whole file.
private func writeLock() -> flock {
  var request = flock()
  request.l_type = Int16(F_WRLCK)
  request.l_whence = Int16(SEEK_SET)
  return request
}

/// The machine's name.
public func hostName() -> String {
  var name = utsname()
  guard uname(&name) == 0 else { return "unknown" }
  return withUnsafeBytes(of: &name.nodename) { bytes in
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
