import Glibc
import Run
import Text

/// Which runs would be removed, which would not, and why.
public struct Cleaning: Sendable {
  /// What is asked for.
  public struct Query: Sendable {
    /// Only runs of these statuses.
    public var statuses: Set<RunRecord.Status> = [.failed, .diverged]
    /// Only runs that ended before this time, in UTC, as records write it; nil for all.
    public var before: String?

    /// Failed and diverged runs.
    public init() {}
  }

  /// A run that would be removed.
  public struct Item: Sendable {
    /// The run.
    public let run: RunData
    /// The bytes that its files take on the disk.
    public let bytes: Int
  }

  /// A run that is asked for and stays.
  public struct Kept: Sendable {
    /// The run.
    public let run: RunData
    /// Why, to follow "stays:".
    public let reason: String
  }

  /// The runs that would be removed.
  public let items: [Item]
  /// The runs that are asked for and stay.
  public let kept: [Kept]
  /// What a cleaning that was cut short left behind.
  public let leftovers: [String]

  /// The bytes that would be free.
  public var bytes: Int { items.reduce(0) { $0 + $1.bytes } }

  /// Chooses among some runs of a folder. A run that is running stays, and so do those that
  /// `reasons` gives a reason for, by their paths.
  public init(
    _ runs: [RunData], _ query: Query, keeping reasons: [String: String], in folder: String
  )
    throws
  {
    var items: [Item] = []
    var kept: [Kept] = []
    for run in runs where query.statuses.contains(run.status) {
      let end = run.record.ended ?? run.record.started
      if let before = query.before, !byBytes(end, before) { continue }
      if try RunLock.isHeld(path: run.directory.lockFile) {
        kept.append(Kept(run: run, reason: "a process works on it"))
      } else if let reason = reasons[run.path] {
        kept.append(Kept(run: run, reason: reason))
      } else {
        items.append(Item(run: run, bytes: try Disk.bytes(of: run.path)))
      }
    }
    self.items = items
    self.kept = kept
    leftovers = try Trash(folder).leftovers()
  }
}

extension Cleaning {
  /// Removes a run: it is renamed away first, in one step, so that a cleaning that is cut short leaves
  /// no half of a run. Throws a `StorageError` where a process works on it by now.
  public static func remove(_ run: RunData, in folder: String) throws {
    let lock = try RunLock(path: run.directory.lockFile)
    try withExtendedLifetime(lock) {
      try Trash(folder).take(run.path)
    }
    try Trash(folder).empty()
  }

  /// Removes what an earlier cleaning left behind.
  public static func removeLeftovers(in folder: String) throws { try Trash(folder).empty() }
}

/// The folder into which runs are renamed before their files are removed: `.removed` beside the
/// experiments, where no command looks for runs.
private struct Trash {
  private let runs: String
  private var path: String { "\(runs)/.removed" }

  init(_ runs: String) { self.runs = runs }

  /// Renames a run into it.
  func take(_ run: String) throws {
    // Two levels deep, where the search for runs finds no record.
    let place = "\(path)/\(getpid())/\(name(of: folder(of: run)))"
    try makeFolders(place)
    guard rename(run, "\(place)/\(name(of: run))") == 0 else {
      throw StorageError("remove", run, .system(errno))
    }
    try syncFolder(folder(of: run))
  }

  /// The runs in it.
  func leftovers() throws -> [String] {
    guard access(path, F_OK) == 0 else { return [] }
    return try names(in: path).map { "\(path)/\($0)" }
  }

  /// Removes all that is in it, and itself.
  func empty() throws {
    if access(path, F_OK) == 0 { try Disk.remove(path) }
  }
}

/// Files below a folder. Links are never followed.
private enum Disk {
  /// The bytes that a file or a folder takes on the disk, with all that is in it.
  static func bytes(of path: String) throws -> Int {
    var status = stat()
    guard lstat(path, &status) == 0 else { return 0 }
    let own = Int(status.st_blocks) * 512
    guard status.st_mode & S_IFMT == S_IFDIR else { return own }
    return try names(in: path).reduce(own) { try $0 + bytes(of: "\(path)/\($1)") }
  }

  /// Removes a file, or a folder with all that is in it; what is gone already is no fault.
  static func remove(_ path: String) throws {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    if isFolder {
      for name in try names(in: path) { try remove("\(path)/\(name)") }
    }
    guard (isFolder ? rmdir(path) : unlink(path)) == 0 || errno == ENOENT else {
      throw StorageError("remove", path, .system(errno))
    }
  }
}
