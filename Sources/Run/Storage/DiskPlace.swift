import Glibc

/// Where something lies on the disk: a path whose first part is the user's, and whose *guarded* part,
/// if it has one, is this program's own.
///
/// On the user's part links are followed: `runs` and an experiment's folder may lie elsewhere. The
/// guarded part, a run's or a sweep's directory and all that is in it, is walked folder by folder,
/// each opened from the one before it, and a link is refused: this program never makes one there, so
/// that it can only have been put there to have something written or removed elsewhere. No name in it
/// is `.` or `..`.
public struct DiskPlace: Hashable, Sendable {
  /// The path, for the system's eyes only where nothing is guarded, and for messages.
  public let path: String
  /// Where the guarded part begins, in bytes of the path; the path's length where there is none.
  private let guardedFrom: Int

  /// A place that is the user's to choose.
  public init(_ path: String) {
    self.path = path
    guardedFrom = path.utf8.count
  }

  private init(_ path: String, guardedFrom: Int) {
    self.path = path
    self.guardedFrom = guardedFrom
  }

  /// The place whose path is `path`, of which the last part is guarded, and all that comes below it.
  public static func guarding(_ path: String) -> DiskPlace {
    DiskPlace(path, guardedFrom: path.utf8.count - Run.name(of: path).utf8.count)
  }

  /// The place of a name in this folder. Once a part is guarded, so is all below.
  public func appending(_ name: String) -> DiskPlace {
    let isGuarded = guardedFrom < path.utf8.count
    let whole = "\(path)/\(name)"
    return DiskPlace(whole, guardedFrom: isGuarded ? guardedFrom : whole.utf8.count)
  }

  /// The folder that it lies in.
  public var parent: DiskPlace {
    let above = folder(of: path)
    return DiskPlace(above, guardedFrom: min(guardedFrom, above.utf8.count))
  }

  /// The last part of its path.
  public var name: String { Run.name(of: path) }

  /// Whether its last part may not be a link.
  var isGuarded: Bool { guardedFrom < path.utf8.count }

  /// What stands before the guarded part, and the guarded names.
  fileprivate var parts: (base: String, names: [String]) {
    guard isGuarded else { return (path, []) }
    let bytes = Array(path.utf8)
    return (
      String(decoding: bytes[..<guardedFrom], as: UTF8.self),
      String(decoding: bytes[guardedFrom...], as: UTF8.self)
        .split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    )
  }
}

/// What tells a place: a ``DiskPlace``, or a path from the user.
public protocol Located: Sendable {
  /// The place.
  var place: DiskPlace { get }
}

extension DiskPlace: Located {
  /// Itself.
  public var place: DiskPlace { self }
}

extension String: Located {
  /// The place of a path from the user: links are followed on the way to it.
  public var place: DiskPlace { DiskPlace(self) }
}

extension DefaultStringInterpolation {
  /// A text made of a place would be a path without its guard: use ``DiskPlace/appending(_:)``, or for a
  /// message ``DiskPlace/path``.
  @available(*, unavailable, message: "use `appending` or `path`")
  public mutating func appendInterpolation(_ place: DiskPlace) {}
}

// MARK: - Opening

/// A folder held open, and a name in it: what the system's calls are given in place of a path.
struct Anchor: ~Copyable {
  /// The folder's descriptor.
  let folder: Int32
  /// The name in it; where nothing above it is guarded, the whole path.
  let name: String

  /// Opens the folder of a place, walking its guarded part without following a link. `operation` is
  /// for the error.
  init(_ operation: String, _ place: DiskPlace) throws {
    var (path, names) = place.parts
    guard names.allSatisfy(isName) else {
      throw StorageError(operation, place.path, .invalid("is no place within its folder"))
    }
    var (opened, last) = (AT_FDCWD, place.path)
    for (index, name) in names.dropLast().enumerated() {
      path += index == 0 ? name : "/" + name
      let relative = index == 0 ? path : name
      let next = uninterrupted {
        openat(opened, relative, onlyToGoOn | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      }
      let fault = next < 0 ? Anchor.fault(operation, path, opened, relative) : nil
      if opened != AT_FDCWD { close(opened) }
      if let fault { throw fault }
      (opened, last) = (next, names[index + 1])
    }
    (folder, name) = (opened, last)
  }

  deinit { if folder != AT_FDCWD { close(folder) } }

  /// Why a folder could not be opened, as `errno` has it: a link is said to be one.
  static func fault(
    _ operation: String, _ path: String, _ folder: Int32, _ name: String
  ) -> StorageError {
    let code = errno
    var status = stat()
    let isLink =
      fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFLNK
    return StorageError(operation, path, isLink ? .invalid(linkFact) : .system(code))
  }
}

/// Linux's flag for opening a folder only to go on from it, which takes no right to read it; Glibc's
/// headers show it to GNU code only.
private let onlyToGoOn: Int32 = 0o10000000

/// What is said of a link where a folder of this program's own is to be.
private let linkFact = "is a link; in a run or a sweep no folder may be one"

/// Whether a text names something in a folder, and nothing above or below it.
public func isName(_ text: String) -> Bool {
  !text.isEmpty && text != "." && text != ".." && !text.utf8.contains { $0 == 0x2f || $0 == 0 }
}
