import Glibc

/// The directory of one run, `runs/<experiment>/<12 hexadecimal digits>/`, and the paths in it.
public struct RunDirectory: Hashable, Sendable {
  /// Where it lies. Links are followed up to its experiment's folder; neither it nor anything in it
  /// may be one.
  public let place: DiskPlace
  /// The directory's path.
  public var path: String { place.path }

  /// The directory at a path.
  public init(path: String) { place = .guarding(path) }

  /// The directory that a user names by its path: where that is a link, or ends in `.` or `..`, the
  /// one that it leads to.
  public init(named path: String) {
    let isPlain = isName(name(of: path)) && (try? status(of: path))??.isLink != true
    self.init(path: isPlain ? path : realPath(path) ?? path)
  }

  /// The last part of its path: the identity's first digits, and `-2` for a repetition.
  public var id: String { place.name }
  /// The name of the folder that it lies in.
  public var experiment: String { name(of: folder(of: path)) }

  /// The experiment's file as it was given.
  public var experimentFile: DiskPlace { place.appending("experiment.yaml") }
  /// The experiment with everything filled in.
  public var resolvedFile: DiskPlace { place.appending("resolved.yaml") }
  /// The ``RunRecord``.
  public var recordFile: DiskPlace { place.appending("run.json") }
  /// The measurements.
  public var metricsFile: DiskPlace { place.appending("metrics.csv") }
  /// The times, which differ from run to run.
  public var timingFile: DiskPlace { place.appending("timing.csv") }
  /// The folder of the ``CheckpointStore``.
  public var checkpointsFolder: DiskPlace { place.appending("checkpoints") }
  /// The folder of the pictures.
  public var samplesFolder: DiskPlace { place.appending("samples") }
  /// What happened, line by line.
  public var logFile: DiskPlace { place.appending("log.txt") }
  /// The file of the ``RunLock``.
  public var lockFile: DiskPlace { place.appending(".lock") }
}

// MARK: Claiming

extension RunDirectory {
  /// Makes the directory of a run, with those above it; making it is the claim. `isNew` is false
  /// where it was there before. `repetition` n from 2 on gives the directory that ends in `-n`.
  public static func claim(
    runs: String, experiment: String, identity: String, repetition: Int = 1
  ) throws -> (directory: RunDirectory, isNew: Bool) {
    if let problem = nameProblem(experiment) {
      throw StorageError("make", "\(runs)/\(experiment)", .invalid("has a name that \(problem)"))
    }
    try makeFolders(runs)
    _ = try makeFolder("\(runs)/\(experiment)")
    let suffix = repetition > 1 ? "-\(repetition)" : ""
    let directory = RunDirectory(
      path: "\(runs)/\(experiment)/\(identity.prefix(12))\(suffix)")
    return (directory, try makeFolder(directory.place))
  }

  /// Prepares a claimed directory for its lock's holder: removes what a killed writer left, makes
  /// the folder of pictures.
  public func prepare() throws {
    _ = try makeFolder(samplesFolder)
    try AtomicFile.removeLeftovers(in: place)
    try AtomicFile.removeLeftovers(in: samplesFolder)
  }

  /// Why a text cannot name an experiment's folder on every file system, to follow "a name that";
  /// nil where it can.
  public static func nameProblem(_ name: String) -> String? {
    if name.isEmpty { return "is empty" }
    if name.utf8.count > 100 { return "is longer than 100 characters" }
    let allowed = name.unicodeScalars.allSatisfy {
      switch $0 {
      case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_": true
      default: false
      }
    }
    if !allowed { return "holds other characters than letters, digits, `-`, `_` and `.`" }
    if name.hasPrefix(".") || name.hasPrefix("-") { return "starts with `\(name.prefix(1))`" }
    if name.hasSuffix(".") { return "ends in `.`" }
    return nil
  }
}

// MARK: Looking

extension RunDirectory {
  /// The record, with the status that the lock tells: `running` while no process holds the run is
  /// `interrupted`.
  public func record() throws -> RunRecord {
    // The lock first: a run that ends in between is then seen as running, never as interrupted.
    let isHeld = try RunLock.isHeld(path: lockFile)
    var record = try RunRecord(reading: recordFile)
    if record.status == .running && !isHeld { record.status = .interrupted }
    return record
  }

  /// All runs below a folder, sorted by path. None where the folder is missing.
  public static func all(in runs: String) throws -> [RunDirectory] {
    try folders(in: runs).flatMap { experiment in
      try folders(in: experiment).map { RunDirectory(path: $0) }
    }
    .filter { exists($0.recordFile) }
  }

  /// The runs that a text from the command line can mean: a run's directory, or the start of an id,
  /// or of `experiment/id`. An id or `experiment/id` written out whole means that run alone.
  public static func matching(_ text: String, in runs: String) throws -> [RunDirectory] {
    let asPath = text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
    if let directory = at(asPath) { return [directory] }
    let all = try all(in: runs)
    let exact = all.filter { $0.id == text || "\($0.experiment)/\($0.id)" == text }
    if !exact.isEmpty { return exact }
    return all.filter {
      $0.id.hasPrefix(text) || "\($0.experiment)/\($0.id)".hasPrefix(text)
    }
  }

  /// The run in the directory of a path, as a user names it; nil where there is none.
  public static func at(_ path: String) -> RunDirectory? {
    guard access("\(path)/run.json", F_OK) == 0 else { return nil }
    return RunDirectory(named: path)
  }

  /// The pictures in a folder, in the order of their names; none where it is missing.
  package static func pictures(in folder: some Located) throws -> [DiskPlace] {
    guard exists(folder) else { return [] }
    return try names(in: folder).filter { $0.hasSuffix(".png") && !$0.hasPrefix(".") }
      .map { folder.place.appending($0) }
  }

  /// The step after which a picture was drawn, by the name of its file; nil for other files.
  package static func step(ofPicture name: String) -> Int? {
    guard name.hasPrefix("step-") else { return nil }
    return Int(name.dropFirst("step-".count).prefix { $0.isNumber })
  }

  /// The folders in a folder; links to folders are such too.
  private static func folders(in path: String) throws -> [String] {
    guard access(path, F_OK) == 0 else { return [] }
    return try names(in: path).map { "\(path)/\($0)" }.filter {
      var status = stat()
      return stat($0, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
  }
}

/// The path without links, `.` and `..`; nil where there is nothing.
public func realPath(_ path: String) -> String? {
  guard let found = realpath(path, nil) else { return nil }
  defer { free(found) }
  return String(cString: found)
}
