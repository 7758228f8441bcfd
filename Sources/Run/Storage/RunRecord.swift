import Text

/// What `run.json` says of a run, for people and tools. Nothing in it decides a result.
public struct RunRecord: Hashable, Sendable {
  /// How far a run came.
  public enum Status: String, Hashable, Sendable, CaseIterable {
    /// A process works on it (or died while it did: the lock tells).
    case running
    /// All steps are done.
    case finished
    /// A signal stopped it, or its process died; it can be continued.
    case interrupted
    /// Something outside stopped it: the disk, the data, the memory.
    case failed
    /// A loss or a gradient was not finite.
    case diverged
    /// A sweep stopped it early, as others were better; it can be continued.
    case pruned
  }

  /// How far the run came.
  public var status: Status
  /// The experiment's name.
  public var experiment: String
  /// The run's identity, 64 hexadecimal digits.
  public var identity: String
  /// The numerics version.
  public var numerics: Int
  /// Assay's version.
  public var version: String
  /// The machine's name.
  public var host: String
  /// The kernels' code path, as `avx512`.
  public var kernels: String
  /// The number of threads.
  public var threads: Int
  /// The process that works on it, or did last.
  public var pid: Int
  /// The digest of each data set by its name.
  public var data: [String: String]
  /// The values of the file's named parameters, as texts; schedules as formulas. The long form needs
  /// only some of them.
  public var parameters: [String: String]
  /// What the file has in place of numbers that were computed from parameters, and of formulas that
  /// a named loss stands for, by their paths in the long form.
  public var expressions: [String: String]
  /// Finished steps when the record was written.
  public var step: Int
  /// Steps in all.
  public var steps: Int
  /// When the run was first started, in UTC.
  public var created: String
  /// When the last process started on it.
  public var started: String
  /// When that process ended; nil while it runs.
  public var ended: String?
  /// Why it ended as it did, where there is more to say.
  public var message: String?

  /// A record of a run that this process starts now on this machine.
  public init(
    experiment: String, identity: String, numerics: Int, version: String, kernels: String,
    threads: Int, pid: Int, data: [String: String], parameters: [String: String] = [:],
    expressions: [String: String] = [:], steps: Int
  ) {
    status = .running
    self.experiment = experiment
    self.identity = identity
    self.numerics = numerics
    self.version = version
    host = hostName()
    self.kernels = kernels
    self.threads = threads
    self.pid = pid
    self.data = data
    self.parameters = parameters
    self.expressions = expressions
    step = 0
    self.steps = steps
    created = Timestamp.now()
    started = created
  }

  /// The record as JSON.
  public var json: JSON {
    var fields: [String: JSON] = [
      "status": .string(status.rawValue), "experiment": .string(experiment),
      "identity": .string(identity), "numerics": .integer(Int64(numerics)),
      "version": .string(version), "host": .string(host), "kernels": .string(kernels),
      "threads": .integer(Int64(threads)), "pid": .integer(Int64(pid)),
      "data": .object(data.mapValues { .string($0) }),
      "parameters": .object(parameters.mapValues { .string($0) }),
      "expressions": .object(expressions.mapValues { .string($0) }), "step": .integer(Int64(step)),
      "steps": .integer(Int64(steps)), "created": .string(created), "started": .string(started),
    ]
    fields["ended"] = ended.map { .string($0) }
    fields["message"] = message.map { .string($0) }
    return .object(fields)
  }

  /// The record that a JSON value is; nil where a value is missing or of another type, or where the
  /// experiment's name cannot be that of a folder.
  public init?(json: JSON) {
    func text(_ key: String) -> String? { json[key]?.string }
    func count(_ key: String) -> Int? { json[key]?.integer }
    guard let status = text("status").flatMap({ Status(rawValue: $0) }),
      let experiment = text("experiment"), RunDirectory.nameProblem(experiment) == nil,
      let identity = text("identity"),
      let numerics = count("numerics"), let version = text("version"), let host = text("host"),
      let kernels = text("kernels"), let threads = count("threads"), let pid = count("pid"),
      let data = json["data"]?.object, let step = count("step"), let steps = count("steps"),
      let created = text("created"), let started = text("started")
    else { return nil }
    self.status = status
    self.experiment = experiment
    self.identity = identity
    self.numerics = numerics
    self.version = version
    self.host = host
    self.kernels = kernels
    self.threads = threads
    self.pid = pid
    self.data = data.compactMapValues(\.string)
    // Runs of earlier versions have none.
    parameters = json["parameters"]?.object?.compactMapValues(\.string) ?? [:]
    expressions = json["expressions"]?.object?.compactMapValues(\.string) ?? [:]
    self.step = step
    self.steps = steps
    self.created = created
    self.started = started
    ended = text("ended")
    message = text("message")
  }

  /// Writes the record, whole or not at all, on an almost full disk too: it says that the run failed.
  public func write(to path: some Located) throws {
    try AtomicFile.write(json.indentedText, to: path, reserve: 0)
  }

  /// Reads a record; what is no record is refused.
  public init(reading located: some Located) throws {
    let path = located.place.path
    let bytes = try readWhole(located, limit: 1 << 20)
    do {
      guard let record = RunRecord(json: try JSON(parsing: bytes)) else {
        throw StorageError("read", path, .invalid("is not the record of a run"))
      }
      self = record
    } catch let error as JSONError {
      throw StorageError("read", path, .invalid("is not JSON: \(error)"))
    }
  }
}
