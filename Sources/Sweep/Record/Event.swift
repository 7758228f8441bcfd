import Run
import Text

/// One fact in the record of a sweep.
public enum Event: Hashable, Sendable {
  /// A worker took a trial that nobody had; the point is as `Search` writes it.
  case started(trial: Int, seed: UInt64, run: String, point: JSON)
  /// A run came to a row that a pruner judges, and this was decided.
  case reached(trial: Int, Judgement)
  /// A trial is over.
  case ended(trial: Int, End)
  /// A worker took over a trial whose worker was gone; its run had a checkpoint at `step`.
  case taken(trial: Int, step: Int)
  /// A worker gave a trial back, with a checkpoint: it was asked to stop.
  case left(trial: Int)
  /// A controller began to work on the sweep: deaths before it count no more.
  case resumed
  /// A failed trial is to be tried again.
  case retried(trial: Int)

  /// What was seen at a row, and what was decided.
  public struct Judgement: Hashable, Sendable {
    /// The number of finished steps.
    public var step: Int
    /// The number of whole finished epochs.
    public var epochs: Int
    /// The value of the sweep's metric.
    public var value: Double
    /// The SHA-256 of `metrics.csv` up to the row.
    public var digest: String
    /// What was decided.
    public var verdict: RunVerdict
  }

  /// How a trial ended.
  public struct End: Hashable, Sendable {
    /// In what way.
    public var outcome: Outcome
    /// The step up to which the run counts for the sweep.
    public var step: Int
    /// The last value of the sweep's metric up to there; nil where there is none.
    public var value: Double?
    /// The SHA-256 of `metrics.csv` up to there; empty where there is no such file.
    public var digest: String
    /// Why, where there is more to say.
    public var message: String?
  }
}

/// In what way a trial ended.
public enum Outcome: String, Hashable, Sendable, CaseIterable {
  /// All steps are done.
  case finished
  /// The pruner stopped it.
  case pruned
  /// A loss or a gradient was not finite.
  case diverged
  /// It could not be trained: its experiment was refused, or its worker died again and again.
  case failed
}

// MARK: - As JSON

extension Event {
  /// The event as JSON: an object with one name.
  var json: JSON {
    switch self {
    case .started(let trial, let seed, let run, let point):
      [
        "started": [
          "trial": .integer(Int64(trial)), "seed": .string("\(seed)"), "run": .string(run),
          "point": point,
        ]
      ]
    case .reached(let trial, let judgement):
      [
        "reached": [
          "trial": .integer(Int64(trial)), "step": .integer(Int64(judgement.step)),
          "epochs": .integer(Int64(judgement.epochs)), "value": Event.json(judgement.value),
          "digest": .string(judgement.digest), "verdict": .string(judgement.verdict.rawValue),
        ]
      ]
    case .ended(let trial, let end): ["ended": .object(end.fields(of: trial))]
    case .taken(let trial, let step):
      ["taken": ["trial": .integer(Int64(trial)), "step": .integer(Int64(step))]]
    case .left(let trial): ["left": ["trial": .integer(Int64(trial))]]
    case .resumed: ["resumed": [:]]
    case .retried(let trial): ["retried": ["trial": .integer(Int64(trial))]]
    }
  }

  /// The event that a JSON value is; nil for what is none.
  init?(json: JSON) {
    guard let entry = json.object?.first, json.object?.count == 1 else { return nil }
    let (kind, fields) = entry
    func count(_ key: String) -> Int? { fields[key]?.integer.flatMap { $0 >= 0 ? $0 : nil } }
    if kind == "resumed" {
      self = .resumed
      return
    }
    guard let trial = count("trial") else { return nil }
    switch kind {
    case "started":
      guard let seed = fields["seed"]?.string.flatMap({ UInt64($0) }),
        let run = fields["run"]?.string, let point = fields["point"]
      else { return nil }
      self = .started(trial: trial, seed: seed, run: run, point: point)
    case "reached":
      guard let step = count("step"), let epochs = count("epochs"),
        let value = fields["value"].flatMap(Event.number), let digest = fields["digest"]?.string,
        let verdict = fields["verdict"]?.string.flatMap({ RunVerdict(rawValue: $0) })
      else { return nil }
      self = .reached(
        trial: trial,
        Judgement(step: step, epochs: epochs, value: value, digest: digest, verdict: verdict))
    case "ended":
      guard let end = End(fields: fields) else { return nil }
      self = .ended(trial: trial, end)
    case "taken":
      guard let step = count("step") else { return nil }
      self = .taken(trial: trial, step: step)
    case "left": self = .left(trial: trial)
    case "retried": self = .retried(trial: trial)
    default: return nil
    }
  }

  /// A number; what JSON has no number for is a text.
  fileprivate static func json(_ value: Double) -> JSON {
    value.isFinite ? .number(value) : .string(value.isNaN ? "nan" : value > 0 ? "inf" : "-inf")
  }

  fileprivate static func number(_ json: JSON) -> Double? {
    json.number ?? json.string.flatMap { Double($0) }
  }
}

extension Event.End {
  fileprivate func fields(of trial: Int) -> [String: JSON] {
    var fields: [String: JSON] = [
      "trial": .integer(Int64(trial)), "outcome": .string(outcome.rawValue),
      "step": .integer(Int64(step)), "digest": .string(digest),
    ]
    fields["value"] = value.map(Event.json)
    fields["message"] = message.map { .string($0) }
    return fields
  }

  fileprivate init?(fields: JSON) {
    guard let outcome = fields["outcome"]?.string.flatMap({ Outcome(rawValue: $0) }),
      let step = fields["step"]?.integer, let digest = fields["digest"]?.string
    else { return nil }
    self.init(
      outcome: outcome, step: step, value: fields["value"].flatMap(Event.number), digest: digest,
      message: fields["message"]?.string)
  }
}
