import Run
import Tensor
import Text

/// What `sweep.json` says of a sweep, for people and tools, and what is fixed when it begins: the
/// digests of its data and the folder that paths start from.
public struct SweepSummary: Hashable, Sendable {
  /// How far a sweep came.
  public enum Status: String, Hashable, Sendable, CaseIterable {
    /// Workers are on it (or were, when their machine died: the controller's lock tells).
    case running
    /// Every trial is over.
    case finished
    /// It was stopped, and can be continued.
    case interrupted
    /// Slurm has it.
    case submitted
    /// Something outside stopped it: the disk, the data.
    case failed

    /// What people call the trials of a count: those that a dead process had are only begun.
    public func word(for count: String) -> String {
      switch count {
      case "fresh": "to do"
      case "running" where self == .interrupted: "begun"
      default: count
      }
    }
  }

  /// How far it came.
  public var status: Status
  /// The experiment's name.
  public var experiment: String
  /// The sweep's identity, 64 hexadecimal digits.
  public var identity: String
  /// The numerics version.
  public var numerics: Int
  /// Assay's version.
  public var version: String
  /// The digest of each data set of the experiment by its name.
  public var data: [String: String]
  /// The folder that relative paths of data start from.
  public var folder: String
  /// Changes to the experiment that all points share, as the command line had them.
  public var overrides: [String]
  /// The number of trials.
  public var trials: Int
  /// How many trials stand where, by the words of ``SweepState/Standing``.
  public var counts: [String: Int]
  /// The metric's name, if it has one.
  public var metric: String?
  /// Whether the metric is to be `maximize`d or `minimize`d.
  public var goal: String?
  /// How many seeds each point has; nil where an earlier version wrote no number.
  public var seeds: Int?
  /// The best point so far, by the mean of the metric over its seeds.
  public var best: Best?
  /// The words that began the sweep.
  public var command: [String]
  /// When it began, in UTC.
  public var created: String
  /// When a controller last began to work on it.
  public var started: String
  /// When that ended; nil while it runs.
  public var ended: String?
  /// Why it ended as it did, where there is more to say.
  public var message: String?

  /// The best point, as people are told of it.
  public struct Best: Hashable, Sendable {
    /// The ids of its finished runs.
    public var runs: [String]
    /// The mean of the metric over them.
    public var mean: Double
    /// How many points have this mean.
    public var ties: Int

    /// What is told of a point.
    public init(_ point: BestPoint) {
      runs = point.runs.map { String($0.prefix(12)) }
      mean = point.mean
      ties = point.ties
    }

    /// The best that a JSON value is; nil where a value is missing.
    init?(json: JSON) {
      guard let runs = json["runs"]?.array, let mean = json["mean"]?.number,
        let ties = json["ties"]?.integer
      else { return nil }
      self.runs = runs.compactMap(\.string)
      self.mean = mean
      self.ties = ties
    }

    /// As JSON: `runs`, `mean`, `ties`.
    public var json: JSON {
      [
        "runs": .array(runs.map { .string($0) }), "mean": .number(mean),
        "ties": .integer(Int64(ties)),
      ]
    }

    /// For people: the mean and the run, with how many seeds and ties there are:
    /// `-241.0 (6939b2b8b34c +4, and 2 that tie)`.
    public var text: String {
      let seeds = runs.count > 1 ? " +\(runs.count - 1)" : ""
      let tied = ties > 1 ? ", and \(ties - 1) that tie\(ties == 2 ? "s" : "")" : ""
      return "\(numberText(mean)) (\(runs.first ?? "")\(seeds)\(tied))"
    }
  }

  /// The summary as JSON.
  public var json: JSON {
    var fields: [String: JSON] = [
      "status": .string(status.rawValue), "experiment": .string(experiment),
      "identity": .string(identity), "numerics": .integer(Int64(numerics)),
      "version": .string(version), "data": .object(data.mapValues { .string($0) }),
      "folder": .string(folder), "overrides": .array(overrides.map { .string($0) }),
      "trials": .integer(Int64(trials)),
      "counts": .object(counts.mapValues { .integer(Int64($0)) }),
      "command": .array(command.map { .string($0) }), "created": .string(created),
      "started": .string(started),
    ]
    fields["metric"] = metric.map { .string($0) }
    fields["goal"] = goal.map { .string($0) }
    fields["seeds"] = seeds.map { .integer(Int64($0)) }
    fields["best"] = best?.json
    fields["ended"] = ended.map { .string($0) }
    fields["message"] = message.map { .string($0) }
    return .object(fields)
  }

  /// The summary that a JSON value is; nil where a value is missing or of another type.
  public init?(json: JSON) {
    func text(_ key: String) -> String? { json[key]?.string }
    guard let status = text("status").flatMap({ Status(rawValue: $0) }),
      let experiment = text("experiment"), let identity = text("identity"),
      let numerics = json["numerics"]?.integer, let version = text("version"),
      let data = json["data"]?.object, let folder = text("folder"),
      let overrides = json["overrides"]?.array,
      let trials = json["trials"]?.integer, let counts = json["counts"]?.object,
      let command = json["command"]?.array, let created = text("created"),
      let started = text("started")
    else { return nil }
    self.status = status
    self.experiment = experiment
    self.identity = identity
    self.numerics = numerics
    self.version = version
    self.data = data.compactMapValues(\.string)
    self.folder = folder
    self.overrides = overrides.compactMap(\.string)
    self.trials = trials
    self.counts = counts.compactMapValues(\.integer)
    self.command = command.compactMap(\.string)
    self.created = created
    self.started = started
    metric = text("metric")
    goal = text("goal")
    seeds = json["seeds"]?.integer
    best = json["best"].flatMap { Best(json: $0) }
    ended = text("ended")
    message = text("message")
  }

  /// A sweep that begins now.
  init(
    experiment: String, identity: String, data: [String: String], folder: String,
    overrides: [String],
    trials: Int, seeds: Int, metric: String?, goal: String?, command: [String]
  ) {
    status = .running
    self.experiment = experiment
    self.identity = identity
    numerics = Numerics.version
    version = Assay.version
    self.data = data
    self.folder = folder
    self.overrides = overrides
    self.trials = trials
    self.seeds = seeds
    counts = [:]
    self.metric = metric
    self.goal = goal
    self.command = command
    created = Timestamp.now()
    started = created
  }

  /// Says where the trials stand.
  mutating func take(_ state: SweepState) {
    counts = Dictionary(
      uniqueKeysWithValues: SweepState.Standing.allCases.map { ("\($0)", state.counts[$0] ?? 0) })
    best = state.best.map { Best($0) }
  }

  /// Writes the summary, whole or not at all.
  func write(to path: some Located) throws {
    try AtomicFile.write(json.indentedText, to: path, reserve: 0)
  }

  /// Reads a summary; what is none is refused.
  public init(reading located: some Located) throws {
    let path = located.place.path
    let bytes = try readWhole(located, limit: 1 << 24)
    guard let json = try? JSON(parsing: bytes), let summary = SweepSummary(json: json) else {
      throw StorageError("read", path, .invalid("is not the summary of a sweep"))
    }
    self = summary
  }
}
