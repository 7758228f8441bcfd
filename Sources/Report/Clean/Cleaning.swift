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
        items.append(Item(run: run, bytes: try bytesOnDisk(of: run.directory.place)))
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
  public static func remove(_ run: RunData) throws {
    let lock = try RunLock(path: run.directory.lockFile)
    try withExtendedLifetime(lock) { try Trash.take(run.directory) }
    try Trash.empty(besides: run.directory)
  }

  /// Removes what an earlier cleaning left behind.
  public static func removeLeftovers(in folder: String) throws { try Trash(folder).empty() }
}

/// The folders into which runs are renamed before their files are removed: `.removed` in an
/// experiment's folder, where no command looks for runs. It is on the same disk as the run, wherever
/// the experiment's folder leads to.
private struct Trash {
  private let runs: String

  init(_ runs: String) { self.runs = runs }

  /// The trash of an experiment's folder.
  private static func place(in experiment: String) -> DiskPlace {
    .guarding("\(experiment)/.removed")
  }

  /// Renames a run into it.
  static func take(_ run: RunDirectory) throws {
    // A level deeper than runs lie, where the search for them finds no record.
    let experiment = folder(of: run.path)
    let place = place(in: experiment).appending("\(getpid())")
    try makeFolders(place)
    try move("remove", run.place, to: place.appending(run.id))
    try syncFolder(experiment)
  }

  /// All trash, with that of earlier versions.
  private func places() throws -> [DiskPlace] {
    guard exists(runs) else { return [] }
    let experiments = try names(in: runs).map { "\(runs)/\($0)" }.filter { isFolder($0) }
    return try ([runs] + experiments).map(Trash.place).filter { try status(of: $0) != nil }
  }

  /// What is in it.
  func leftovers() throws -> [String] {
    try places().flatMap { place in try names(in: place).map { place.appending($0).path } }
  }

  /// Removes all that is in it, and itself.
  func empty() throws { for place in try places() { try removeTree(place) } }

  /// The same for the trash of a run's experiment alone.
  static func empty(besides run: RunDirectory) throws {
    try removeTree(place(in: folder(of: run.path)))
  }
}

/// The bytes that a file or a folder takes on the disk, with all that is in it. Links are not followed.
private func bytesOnDisk(of place: DiskPlace) throws -> Int {
  guard let status = try status(of: place) else { return 0 }
  guard status.isFolder else { return status.bytesOnDisk }
  return try names(in: place).reduce(status.bytesOnDisk) {
    try $0 + bytesOnDisk(of: place.appending($1))
  }
}
