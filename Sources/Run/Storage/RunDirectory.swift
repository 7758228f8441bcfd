import Glibc

/// The directory of one run, `runs/<experiment>/<12 hexadecimal digits>/`, and the paths in it.
public struct RunDirectory: Hashable, Sendable {
  /// The directory's path.
  public let path: String

  /// The directory at a path.
  public init(path: String) { self.path = path }

  /// The last part of its path: the identity's first digits, and `-2` for a repetition.
  public var id: String { name(of: path) }
  /// The name of the folder that it lies in.
  public var experiment: String { name(of: folder(of: path)) }

  /// The experiment's file as it was given.
  public var experimentFile: String { "\(path)/experiment.yaml" }
  /// The experiment with everything filled in.
  public var resolvedFile: String { "\(path)/resolved.yaml" }
  /// The ``RunRecord``.
  public var recordFile: String { "\(path)/run.json" }
  /// The measurements.
  public var metricsFile: String { "\(path)/metrics.csv" }
  /// The times, which differ from run to run.
  public var timingFile: String { "\(path)/timing.csv" }
  /// The folder of the ``CheckpointStore``.
  public var checkpointsFolder: String { "\(path)/checkpoints" }
  /// The folder of the pictures.
  public var samplesFolder: String { "\(path)/samples" }
  /// What happened, line by line.
  public var logFile: String { "\(path)/log.txt" }
  /// The file of the ``RunLock``.
  public var lockFile: String { "\(path)/.lock" }
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
    let path = "\(runs)/\(experiment)/\(identity.prefix(12))\(suffix)"
    let isNew = try makeFolder(path)
    return (RunDirectory(path: path), isNew)
  }

  /// Prepares a claimed directory for its lock's holder: removes what a killed writer left, makes
  /// the folder of pictures.
  public func prepare() throws {
    _ = try makeFolder(samplesFolder)
    try AtomicFile.removeLeftovers(in: path)
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
    .filter { access($0.recordFile, F_OK) == 0 }
  }

  /// The runs that a text from the command line can mean: a run's directory, or the start of an id,
  /// or of `experiment/id`. An id or `experiment/id` written out whole means that run alone.
  public static func matching(_ text: String, in runs: String) throws -> [RunDirectory] {
    let asPath = text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
    if access("\(asPath)/run.json", F_OK) == 0 { return [RunDirectory(path: asPath)] }
    let all = try all(in: runs)
    let exact = all.filter { $0.id == text || "\($0.experiment)/\($0.id)" == text }
    if !exact.isEmpty { return exact }
    return all.filter {
      $0.id.hasPrefix(text) || "\($0.experiment)/\($0.id)".hasPrefix(text)
    }
  }

  /// The paths of the pictures in a folder, in the order of their names; none where it is missing.
  package static func pictures(in folder: String) throws -> [String] {
    guard access(folder, F_OK) == 0 else { return [] }
    return try names(in: folder).filter { $0.hasSuffix(".png") && !$0.hasPrefix(".") }
      .map { "\(folder)/\($0)" }
  }

  /// The step after which a picture was drawn, by its name; nil for other files.
  package static func step(ofPicture path: String) -> Int? {
    let name = name(of: path)
    guard name.hasPrefix("step-") else { return nil }
    return Int(name.dropFirst("step-".count).prefix { $0.isNumber })
  }

  private static func folders(in path: String) throws -> [String] {
    guard access(path, F_OK) == 0 else { return [] }
    return try names(in: path).map { "\(path)/\($0)" }.filter {
      var status = stat()
      return stat($0, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
  }
}
