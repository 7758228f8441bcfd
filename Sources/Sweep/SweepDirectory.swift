import Glibc
import Run
import Text

/// The directory of one sweep, `runs/<experiment>/sweeps/<12 hexadecimal digits>/`, and the paths in
/// it. Its runs lie where every run lies.
public struct SweepDirectory: Hashable, Sendable {
  /// Where it lies. Links are followed up to its experiment's folder; neither it nor the folder of
  /// sweeps nor anything in them may be one.
  public let place: DiskPlace
  /// The directory's path.
  public var path: String { place.path }

  /// The directory at a path.
  public init(path: String) {
    let isAmongSweeps = name(of: folder(of: path)) == "sweeps"
    place =
      isAmongSweeps
      ? DiskPlace.guarding(folder(of: path)).appending(name(of: path)) : DiskPlace.guarding(path)
  }

  /// The directory that a user names by its path: where that is a link, or ends in `.` or `..`, the
  /// one that it leads to.
  public init(named path: String) {
    self.init(path: RunDirectory(named: path).path)
  }

  /// The last part of its path: the identity's first digits.
  public var id: String { place.name }
  /// The name of its experiment.
  public var experiment: String { name(of: folder(of: folder(of: path))) }
  /// The folder of all runs in which it lies.
  public var runs: String { folder(of: folder(of: folder(of: path))) }

  /// The experiment's file as it was given.
  public var experimentFile: DiskPlace { place.appending("experiment.yaml") }
  /// The experiment from which all points are made: what it extends and the overrides put in.
  public var resolvedFile: DiskPlace { place.appending("resolved.yaml") }
  /// The ``SweepSummary``.
  public var summaryFile: DiskPlace { place.appending("sweep.json") }
  /// The folder of the ``Record``.
  public var recordFolder: DiskPlace { place.appending("record") }
  /// The folder of the ``Presence`` of workers.
  public var workersFolder: DiskPlace { place.appending("workers") }
  /// What happened, line by line.
  public var logFile: DiskPlace { place.appending("log.txt") }
  /// The file of the controller's lock.
  public var lockFile: DiskPlace { place.appending(".lock") }
  /// The folder of what Slurm is given and gives.
  public var slurmFolder: DiskPlace { place.appending("slurm") }

  /// The directory of a sweep in a folder of runs.
  static func of(runs: String, experiment: String, identity: String) -> SweepDirectory {
    SweepDirectory(path: "\(runs)/\(experiment)/sweeps/\(identity.prefix(12))")
  }

  /// All sweeps below a folder of runs, sorted by path.
  public static func all(in runs: String) throws -> [SweepDirectory] {
    guard access(runs, F_OK) == 0 else { return [] }
    return try names(in: runs).flatMap { experiment -> [SweepDirectory] in
      let folder = DiskPlace.guarding("\(runs)/\(experiment)/sweeps")
      guard try status(of: folder) != nil else { return [] }
      return try names(in: folder).map { SweepDirectory(path: folder.appending($0).path) }
    }
    .filter { exists($0.summaryFile) }
  }

  /// The sweep in the directory of a path, as a user names it; nil where there is none.
  public static func at(_ path: String) -> SweepDirectory? {
    guard access("\(path)/sweep.json", F_OK) == 0 else { return nil }
    return SweepDirectory(named: path)
  }

  /// The sweeps that a text from the command line can mean: a sweep's directory, or the start of an
  /// id, or of `experiment/id`.
  public static func matching(_ text: String, in runs: String) throws -> [SweepDirectory] {
    let asPath = text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
    if let directory = at(asPath) { return [directory] }
    return try all(in: runs).filter {
      $0.id.hasPrefix(text) || "\($0.experiment)/\($0.id)".hasPrefix(text)
    }
  }

  /// The sweep that a text names, where it names no run: nil where it names none, or a run as well.
  /// Throws a `Rejection` where it names several.
  public static func only(_ text: String, in runs: String) throws -> SweepDirectory? {
    try RunDirectory.matching(text, in: runs).isEmpty ? named(text, in: runs) : nil
  }

  /// The sweep that a text names, where a sweep must be meant: nil where it names none. Throws a
  /// `Rejection` where it names several.
  public static func named(_ text: String, in runs: String) throws -> SweepDirectory? {
    let found = try matching(text, in: runs)
    guard let first = found.first else { return nil }
    guard found.count == 1 else {
      throw Rejection([
        Diagnostic(
          "ambiguous-run", "`\(text)` can mean \(found.count) sweeps", at: nil,
          note: Suggest.lines(found.map(\.path)), help: "write the start of an id")
      ])
    }
    return first
  }
}
