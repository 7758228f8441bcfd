import Run
import Text
import YAML

/// A name by which runs are sorted and filtered: `status`, a column of `metrics.csv` (its last value),
/// or a path of the experiment. A column or a path may be called by its end: `elbo` for
/// `validation.elbo`, `rate` for `players.vae.optimizer.adam.rate`.
public struct RunKey: Hashable, Sendable {
  /// As it was typed.
  public let name: String

  /// A key with this name.
  public init(_ name: String) { self.name = name }

  /// What a run has under a key.
  public enum Value: Hashable, Sendable {
    /// A number, NaN among them.
    case number(Double)
    /// A text.
    case text(String)

    /// For people: in full where that is short.
    public var text: String {
      switch self {
      case .number(let value):
        let full = Literal.text(of: value)
        return full.count <= 7 ? full : numberText(value)
      case .text(let text): return text
      }
    }

    /// For programs.
    public var json: JSON {
      switch self {
      case .number(let value): Int64(exactly: value).map { .integer($0) } ?? .number(value)
      case .text(let text): .string(text)
      }
    }

    /// The value of a setting.
    public init(_ setting: Settings.Value) {
      self = setting.number.map { .number($0) } ?? .text(setting.text)
    }
  }

  /// The keys that every run has.
  public static let ofRecord = [
    "id", "experiment", "status", "step", "steps", "created", "started", "ended", "message", "host",
    "kernels", "threads", "version", "numerics", "identity",
  ]

  /// Whether the record says it.
  var isOfRecord: Bool { RunKey.ofRecord.contains(name) }

  /// The columns that it can mean: the one with its name, else those that end in it.
  func columns(among all: [String]) -> [String] {
    if all.contains(name) { return [name] }
    let suffix = "." + name
    return all.filter { $0.hasSuffix(suffix) }
  }

  /// The value in a record; nil where it says nothing.
  func value(in record: RunRecord, id: String, step: Int) -> Value? {
    switch name {
    case "id": .text(id)
    case "experiment": .text(record.experiment)
    case "status": .text(record.status.rawValue)
    case "step": .number(Double(step))
    case "steps": .number(Double(record.steps))
    case "created": .text(record.created)
    case "started": .text(record.started)
    case "ended": record.ended.map { .text($0) }
    case "message": record.message.map { .text($0) }
    case "host": .text(record.host)
    case "kernels": .text(record.kernels)
    case "threads": .number(Double(record.threads))
    case "version": .text(record.version)
    case "numerics": .number(Double(record.numerics))
    case "identity": .text(record.identity)
    default: nil
    }
  }
}

/// What a list says of one run.
public struct RunRow: Sendable {
  /// The run.
  public let run: RunData
  /// Finished steps: those of the record, or of the last row where it says more.
  public let step: Int
  /// The first metric that is measured on the test set, else on the validation set, else a loss, with
  /// its last value.
  public let metric: (name: String, value: Double)?
  /// The values of the keys that were asked for, as far as the run has them.
  public let values: [RunKey: RunKey.Value]
  /// The keys that mean something for the run, measured yet or not.
  public let known: Set<RunKey>

  /// Reads what the keys need. Throws a `Rejection` where a key means several things of different
  /// values.
  public init(_ run: RunData, _ keys: [RunKey] = []) throws {
    let last = try run.lastValues { columns in
      RunRow.mainMetrics(columns) + keys.flatMap { $0.columns(among: columns) }
    }
    self.run = run
    step = max(run.record.step, last.step ?? 0)
    metric =
      RunRow.mainMetrics(last.columns).lazy.compactMap { name in
        last.values[name].map { (name, $0.value) }
      }.first
    var values: [RunKey: RunKey.Value] = [:]
    var known: Set<RunKey> = []
    for key in keys {
      let found = try RunRow.find(key, run, last, step: step)
      if found.isKnown { known.insert(key) }
      values[key] = found.value
    }
    self.values = values
    self.known = known
  }

  private static func mainMetrics(_ columns: [String]) -> [String] {
    let isMain: [(String) -> Bool] = [
      { $0.hasPrefix("test.") }, { $0.hasPrefix("validation.") }, { $0.hasSuffix(".loss") },
    ]
    return isMain.compactMap { isMain in columns.first(where: isMain) }
  }

  private static func find(_ key: RunKey, _ run: RunData, _ last: LastValues, step: Int) throws
    -> (isKnown: Bool, value: RunKey.Value?)
  {
    if key.isOfRecord {
      return (true, key.value(in: run.record, id: run.id, step: step))
    }
    let columns = key.columns(among: last.columns)
    if columns == [key.name] { return (true, last.values[key.name].map { .number($0.value) }) }
    let settings = try run.settings()
    let paths = settings.paths(named: key.name)
    if paths == [key.name] { return (true, settings[key.name].map(RunKey.Value.init)) }
    let found =
      columns.map { last.values[$0].map { RunKey.Value.number($0.value) } }
      + paths.map { settings[$0].map(RunKey.Value.init) }
    guard Set(found).count <= 1 else {
      throw Rejection([
        Diagnostic(
          "ambiguous-key", "`\(key.name)` can mean \(Suggest.list(columns + paths, joined: "or"))",
          at: nil, note: "their values differ in `\(run.path)`", help: "write more of the name")
      ])
    }
    return (!found.isEmpty, found.first ?? nil)
  }
}
