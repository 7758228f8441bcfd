import Glibc

/// A checkpoint opened for reading; its digests were checked.
public struct Checkpoint: Sendable {
  /// Which file it is.
  public var entry: CheckpointStore.Entry
  /// What it says of itself.
  public var header: CheckpointHeader
  /// Its tensors.
  public var file: SafetensorsFile

  /// Opens and checks a checkpoint: format, digests, header, and that its step is that of its name.
  public init(opening entry: CheckpointStore.Entry) throws {
    self.entry = entry
    file = try SafetensorsFile(opening: entry.place)
    try file.verify()
    guard let header = CheckpointHeader(fields: file.metadata), header.step == entry.step else {
      throw StorageError(
        "read", entry.path, .invalid("does not hold a checkpoint of step \(entry.step)"))
    }
    self.header = header
  }
}

/// The checkpoints of one run, in its folder `checkpoints/`.
///
/// A *regular* checkpoint, `step-00004690.safetensors`, is written where the experiment says. An
/// *interim* one, `step-00004690-interim.safetensors`, is written because of an interruption or
/// because time passed; it goes away after the next regular one. So the final set of files, and
/// every byte in them, is that of a run that nothing disturbed. Nothing but these names is read:
/// there are no links and no pointer files.
public struct CheckpointStore: Sendable {
  /// Why a checkpoint is written.
  public enum Kind: String, Hashable, Sendable {
    /// The experiment says so.
    case regular
    /// The run was interrupted, or much time passed.
    case interim
  }

  /// Which values of the metric are better.
  public enum Goal: String, Hashable, Sendable {
    /// Smaller ones.
    case minimize
    /// Larger ones.
    case maximize
  }

  /// A checkpoint's file, known by its name alone.
  public struct Entry: Hashable, Sendable {
    /// The number of finished steps.
    public var step: Int
    /// Why it was written.
    public var kind: Kind
    /// Where it lies.
    public var place: DiskPlace
    /// Its path.
    public var path: String { place.path }
  }

  /// The folder.
  public let folder: DiskPlace
  /// How many regular checkpoints stay, beside the best; at least 1.
  public let keep: Int
  /// What makes a checkpoint the best; nil where none is to be.
  public let goal: Goal?

  /// The store of a folder; makes the folder where there is none.
  public init(folder: some Located, keep: Int, goal: Goal? = nil) throws {
    self.folder = folder.place
    self.keep = max(1, keep)
    self.goal = goal
    _ = try makeFolder(folder)
  }

  /// The checkpoints that a folder's names promise, by rising step, a step's regular one last.
  /// None where the folder is missing.
  public static func entries(in located: some Located) throws -> [Entry] {
    let folder = located.place
    guard exists(folder) else { return [] }
    return try names(in: folder).compactMap { entry(named: $0, in: folder) }
      .sorted { ($0.step, $0.kind == .regular ? 1 : 0) < ($1.step, $1.kind == .regular ? 1 : 0) }
  }

  /// The name of a checkpoint's file.
  public static func fileName(step: Int, kind: Kind) -> String {
    "step-\(stepText(step))\(kind == .interim ? "-interim" : "").safetensors"
  }

  private static func entry(named name: String, in folder: DiskPlace) -> Entry? {
    guard name.hasPrefix("step-") else { return nil }
    let digits = name.dropFirst(5).prefix { $0.isNumber }
    guard let step = Int(digits) else { return nil }
    for kind in [Kind.regular, .interim] where fileName(step: step, kind: kind) == name {
      return Entry(step: step, kind: kind, place: folder.appending(name))
    }
    return nil
  }
}

/// A number of steps as names of files have it: at least 8 digits.
public func stepText(_ step: Int) -> String {
  let digits = "\(step)"
  return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
}

// MARK: Reading

extension CheckpointStore {
  /// The valid checkpoint with the highest step that `isUsable`; nil where there is none. A damaged
  /// one is renamed to end in `.corrupt`, told to `report`, and the one before it is tried. Those
  /// after the one that is found stay until the run has come to their steps again. Removes what a
  /// killed run left over. Only the holder of the run's lock may call it.
  public func latest(
    where isUsable: (Checkpoint) throws -> Bool = { _ in true }, report: (StorageError) -> Void
  ) throws -> Checkpoint? {
    for entry in try CheckpointStore.entries(in: folder).reversed() {
      guard let checkpoint = try opened(entry, report), try isUsable(checkpoint) else { continue }
      try AtomicFile.removeLeftovers(in: folder)
      try prune(best: checkpoint.header.best, upTo: checkpoint.header.step)
      return checkpoint
    }
    try AtomicFile.removeLeftovers(in: folder)
    return nil
  }

  private func opened(_ entry: Entry, _ report: (StorageError) -> Void) throws -> Checkpoint? {
    do {
      return try Checkpoint(opening: entry)
    } catch let error as StorageError where error.isInvalid {
      report(error)
      try setAside(entry)
      return nil
    }
  }

  private func setAside(_ entry: Entry) throws {
    try move("set aside", entry.place, to: folder.appending(entry.place.name + ".corrupt"))
    try syncFolder(folder)
  }
}

// MARK: Writing

extension CheckpointStore {
  /// The best checkpoint after one at `step` whose metric is `value`: a better one replaces the best
  /// so far, an equal one or NaN does not.
  public func best(
    after best: CheckpointHeader.Best?, value: Double, step: Int
  ) -> CheckpointHeader.Best? {
    guard let goal, !value.isNaN else { return best }
    guard let best else { return CheckpointHeader.Best(value: value, step: step) }
    let isBetter = goal == .minimize ? value < best.value : value > best.value
    return isBetter ? CheckpointHeader.Best(value: value, step: step) : best
  }

  /// Writes a checkpoint whole or not at all, and then removes those that are no longer to be kept.
  /// `header.best` is the best so far; the metrics that the header speaks of must be on the disk.
  public func save(
    _ kind: Kind, _ tensors: [Safetensors.Tensor], header: CheckpointHeader
  ) throws {
    let name = CheckpointStore.fileName(step: header.step, kind: kind)
    try Safetensors.write(tensors, metadata: header.fields, to: folder.appending(name))
    try prune(best: header.best, upTo: header.step)
  }

  /// Removes, oldest first, the regular checkpoints up to a step that are neither among the last
  /// `keep` nor the best, and the interim ones but for the newest of all.
  private func prune(best: CheckpointHeader.Best?, upTo step: Int) throws {
    let entries = try CheckpointStore.entries(in: folder).filter { $0.step <= step }
    let regular = entries.filter { $0.kind == .regular }
    let kept = Set(regular.suffix(keep).map(\.step)).union(best.map { [$0.step] } ?? [])
    let newest = entries.last
    for entry in entries {
      let stays = entry.kind == .regular ? kept.contains(entry.step) : entry == newest
      if !stays { try removeFile(entry.place) }
    }
  }
}
