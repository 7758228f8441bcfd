import Glibc

/// A folder held open: what is done to the names in it is done there, whatever its path leads to
/// meanwhile.
final class Folder: Sendable {
  /// Where it was when it was opened.
  let place: DiskPlace
  /// The system's number for it.
  let descriptor: Int32

  /// Opens a folder for reading its names; one whose name is guarded may not be a link.
  init(_ operation: String, _ place: DiskPlace) throws {
    let anchor = try Anchor(operation, place)
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (place.isGuarded ? O_NOFOLLOW : 0)
    descriptor = uninterrupted { openat(anchor.folder, anchor.name, flags) }
    self.place = place
    if descriptor < 0 {
      throw place.isGuarded
        ? Anchor.fault(operation, place.path, anchor.folder, anchor.name)
        : StorageError.last(operation, place.path)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The names in it, sorted by their bytes, without `.` and `..`.
  func names() throws -> [String] {
    // The stream takes the descriptor that it is given with it, and moves its position.
    let own = uninterrupted { openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    var opened: OpaquePointer?
    if own >= 0 {
      _ = uninterrupted {
        opened = fdopendir(own); return opened == nil ? -1 : 0
      }
    }
    guard let stream = opened else {
      let error = StorageError.last("read", place.path)
      if own >= 0 { close(own) }
      throw error
    }
    defer { closedir(stream) }
    var found: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw StorageError.last("read", place.path) }
        break
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { found.append(name) }
    }
    return found.sorted(by: byBytes)
  }

  /// Returns when the names in it are on the disk.
  func sync() throws {
    guard uninterrupted({ fsync(descriptor) }) == 0 else {
      throw StorageError.last("sync", place.path)
    }
  }
}

// MARK: - The names in a folder

/// What the system knows of something on the disk.
package struct Status: Sendable {
  private let status: stat

  init(_ status: stat) { self.status = status }

  private var kind: mode_t { status.st_mode & S_IFMT }
  /// Whether it is a folder, and no link to one.
  package var isFolder: Bool { kind == S_IFDIR }
  /// Whether it is a link.
  package var isLink: Bool { kind == S_IFLNK }
  /// Whether it is a file with contents of its own.
  package var isRegular: Bool { kind == S_IFREG }
  /// The number of its names.
  package var names: Int { Int(status.st_nlink) }
  /// The bytes that it takes on the disk.
  package var bytesOnDisk: Int { Int(status.st_blocks) * 512 }
  /// The bits that say who may read and write it.
  var mode: mode_t { status.st_mode & 0o7777 }

  /// Whether both are the same thing on the disk.
  func isSame(as other: Status) -> Bool {
    status.st_dev == other.status.st_dev && status.st_ino == other.status.st_ino
  }
}

/// What lies at a place, a link itself and not where it leads; nil where there is nothing.
package func status(of located: some Located) throws -> Status? {
  let place = located.place
  do {
    let anchor = try Anchor("read", place)
    var status = stat()
    let code = uninterrupted { fstatat(anchor.folder, anchor.name, &status, AT_SYMLINK_NOFOLLOW) }
    guard code == 0 else { throw StorageError.last("read", place.path) }
    return Status(status)
  } catch let error as StorageError
    where error.reason == .system(ENOENT) || error.reason == .system(ENOTDIR)
  {
    return nil
  }
}

/// Whether there is something at a place. A link in the way counts: whoever looks at what is there is
/// told of it.
public func exists(_ located: some Located) -> Bool {
  do { return try status(of: located) != nil } catch { return true }
}

/// Whether there is a folder at a place, which may be a link to one where links are the user's.
package func isFolder(_ located: some Located) -> Bool {
  (try? Folder("read", located.place)) != nil
}

/// The names in a folder, sorted by their bytes, without `.` and `..`.
package func names(in located: some Located) throws -> [String] {
  try Folder("read", located.place).names()
}

/// Returns when the names in a folder are on the disk.
package func syncFolder(_ located: some Located) throws {
  try Folder("sync", located.place).sync()
}

/// Makes a folder; false where there is one already.
package func makeFolder(_ located: some Located) throws -> Bool {
  let place = located.place
  let anchor = try Anchor("make the folder", place)
  if uninterrupted({ mkdirat(anchor.folder, anchor.name, 0o755) }) == 0 { return true }
  guard errno == EEXIST else { throw StorageError.last("make the folder", place.path) }
  do {
    _ = try Folder("make", place)
    return false
  } catch let error as StorageError where error.reason == .system(ENOTDIR) {
    throw StorageError("make", place.path, .invalid("is not a folder"))
  } catch let error as StorageError where error.reason == .system(EACCES) {
    return false
  }
}

/// Makes a folder with those above it, as far as they are missing.
public func makeFolders(_ located: some Located) throws {
  let place = located.place
  if try status(of: place) == nil, place.parent.path != place.path {
    try makeFolders(place.parent)
  }
  _ = try makeFolder(place)
}

/// Removes a file; one that is not there is as good as removed.
package func removeFile(_ located: some Located) throws {
  let anchor = try Anchor("remove", located.place)
  if uninterrupted({ unlinkat(anchor.folder, anchor.name, 0) }) != 0 && errno != ENOENT {
    throw StorageError.last("remove", located.place.path)
  }
}

/// Removes a file, or a folder with all that is in it; what is gone already is no fault. A link goes
/// itself, and what it leads to stays.
package func removeTree(_ located: some Located) throws {
  let place = located.place
  guard let status = try status(of: place) else { return }
  guard status.isFolder else { return try removeFile(place) }
  let folder = DiskPlace.guarding(place.path)
  for name in try names(in: folder) { try removeTree(folder.appending(name)) }
  let anchor = try Anchor("remove", place)
  guard
    uninterrupted({ unlinkat(anchor.folder, anchor.name, AT_REMOVEDIR) }) == 0 || errno == ENOENT
  else { throw StorageError.last("remove", place.path) }
}

/// Gives what lies at a place another place, and takes away what lay there.
package func move(_ operation: String, _ from: some Located, to: some Located) throws {
  let source = try Anchor(operation, from.place)
  let target = try Anchor(operation, to.place)
  guard
    uninterrupted({ renameat(source.folder, source.name, target.folder, target.name) }) == 0
  else { throw StorageError.last(operation, from.place.path) }
}

/// Gives a file a second name; false, with the reason in `errno`, where it cannot be had.
package func link(_ from: some Located, to: some Located) throws -> Bool {
  let source = try Anchor("write", from.place)
  let target = try Anchor("write", to.place)
  return uninterrupted { linkat(source.folder, source.name, target.folder, target.name, 0) } == 0
}

/// Sets a file's time to now, by the clock of whoever keeps the file; a fault is not told.
package func touch(_ located: some Located) {
  guard let anchor = try? Anchor("touch", located.place) else { return }
  _ = utimensat(anchor.folder, anchor.name, nil, AT_SYMLINK_NOFOLLOW)
}
