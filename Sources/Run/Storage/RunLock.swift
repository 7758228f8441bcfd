import Glibc

/// The right to write into a run's directory. The system takes it back when the process ends,
/// however it ends: there is nothing to clean up, and no process number is ever trusted.
public final class RunLock: Sendable {
  private let file: File

  /// Takes the lock whose file is at `path`. Throws ``StorageError/Reason/held(_:)`` with the holder's
  /// process, host and time where another process, or another part of this one, has it.
  public init(path located: some Located) throws {
    let place = located.place
    var file = try RunLock.locked(place)
    if let status = try status(of: place), status.names > 1 {
      // Its other name is somebody's file: neither is that written, nor does its lock count.
      file = try RunLock.fresh(in: place, holding: file)
    }
    self.file = file
    try file.truncate(to: 0)
    try file.write(Array("process \(getpid()) on \(hostName()) since \(Timestamp.now())\n".utf8))
  }

  /// The file at a place, locked, and still the one of that name.
  private static func locked(_ place: DiskPlace) throws -> File {
    while true {
      let file = try File("lock", place, flags: O_RDWR | O_CREAT)
      try lock(file, place)
      let own = Status(try file.status())
      guard own.isRegular else {
        throw StorageError("lock", place.path, .invalid("is not a regular file"))
      }
      if let present = try status(of: place), present.isSame(as: own) { return file }
    }
  }

  /// Another file in the place of one that this process holds locked, locked before it is there.
  private static func fresh(in place: DiskPlace, holding old: File) throws -> File {
    let temporary = place.parent.appending(".\(place.name).\(getpid()).tmp")
    try removeFile(temporary)
    let file = try File("lock", temporary, flags: O_RDWR | O_CREAT | O_EXCL)
    try lock(file, place)
    try move("lock", temporary, to: place)
    return withExtendedLifetime(old) { file }
  }

  private static func lock(_ file: File, _ place: DiskPlace) throws {
    var request = writeLock()
    guard uninterrupted({ fcntl(file.descriptor, setOpenFileLock, &request) }) == 0 else {
      if errno == EAGAIN || errno == EACCES {
        throw StorageError("lock", place.parent.path, .held(try RunLock.holder(file)))
      }
      throw StorageError.last("lock", place.path)
    }
  }

  /// Whether some process holds the lock whose file is at `path`; where there is no such file, none.
  public static func isHeld(path located: some Located) throws -> Bool {
    guard exists(located) else { return false }
    let file = try File(reading: located)
    var request = writeLock()
    guard uninterrupted({ fcntl(file.descriptor, getOpenFileLock, &request) }) == 0 else {
      throw StorageError.last("lock", file.path)
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
