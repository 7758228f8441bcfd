import Formula
import Parts
import Text
import YAML

/// One of those who take turns in a step: minimises a formula over the parameters of some networks.
public struct Player: Sendable {
  /// Its name: the prefix of its columns.
  public let name: String
  /// The networks whose parameters it changes.
  public let trains: [String]
  /// How many updates it makes in a step.
  public let updates: Int
  /// Where its updates take their batch from.
  public let batch: BatchChoice
  /// Named parts of its formulas, in the order of the file.
  public let lets: [Definition]
  /// What it minimises.
  public let minimize: Formula
  /// How its parameters follow their gradients.
  public let optimizer: any Optimizer
  /// The learning rate.
  public let rate: Formula
  /// What is done to gradients before that.
  public let clipGradient: GradientClip
  /// The largest absolute value that its weights may have after an update; nil where they are free.
  public let clip: Double?
  /// Where it is written.
  public let place: Place

  /// A `let` name and its formula.
  public struct Definition: Sendable {
    /// The name.
    public let name: String
    /// Where the name is written.
    public let span: Span
    /// What it stands for.
    public let formula: Formula
  }

  /// Where an update takes its batch from.
  public enum BatchChoice: String, CaseIterable, Sendable {
    /// The next one of the epoch.
    case next
    /// The one that the player before had.
    case same
  }
}

/// How gradients are bounded before an update.
public struct GradientClip: Hashable, Sendable {
  /// The largest length of all gradients together; nil for no bound.
  public var norm: Double?
  /// The largest absolute value of each; nil for no bound.
  public var value: Double?

  /// No bounds.
  public static let none = GradientClip()
}

/// What players have that do not say otherwise: the settings of `train`.
struct PlayerDefaults {
  let optimizer: Placed<any Optimizer>?
  let clipGradient: GradientClip?
}

extension Player {
  /// Reads the player `name`; nil where something is wrong.
  static func read(_ name: String, _ fields: inout Fields, _ defaults: PlayerDefaults) -> Player? {
    let path = "players.\(name)"
    let trains = fields.strings("trains", "the networks whose parameters it changes")
    let updates = fields.int("updates", "updates in a step", in: 1...10_000, default: 1)
    let batch = fields.choice(
      "batch", "which batch: the next, or the same as the player before", default: BatchChoice.next)
    let lets = fields.formulas("let", "named parts of its formulas").compactMap { entry in
      fields.formula(entry.text, path: "\(path).let.\(entry.name)").map {
        Definition(name: entry.name, span: entry.span, formula: $0)
      }
    }
    fields.resolve("let", lets)
    let minimize = fields.parsedFormula("minimize", "what it minimises: a scalar", path: path)
    let optimizer = fields.optimizer(defaults.optimizer)
    let clipGradient = GradientClip.read(&fields) ?? defaults.clipGradient
    if let clipGradient, fields.peek("clip_gradient") == nil {
      fields.resolve("clip_gradient", clipGradient.node(at: fields.span))
    }
    let clip = fields.optionalNumber(
      "clip", "largest absolute value of its weights after an update", in: .above(0))
    guard let minimize, let optimizer,
      let rate = fields.formula(optimizer.rate, path: "\(path).optimizer.rate")
    else { return nil }
    return Player(
      name: name, trains: trains, updates: updates, batch: batch, lets: lets, minimize: minimize,
      optimizer: optimizer, rate: rate, clipGradient: clipGradient ?? .none, clip: clip,
      place: fields.place)
  }
}

extension GradientClip {
  /// Reads `clip_gradient`; nil where it is not written.
  static func read(_ fields: inout Fields) -> GradientClip? {
    fields.section(
      "clip_gradient", "bounds on gradients before an update", ifMissing: .isNone, mainKey: "norm"
    ) { clip in
      GradientClip(
        norm: clip.optionalNumber("norm", "largest length of all together", in: .above(0)),
        value: clip.optionalNumber("value", "largest absolute value of each", in: .above(0)))
    }
  }

  /// The long form.
  func node(at span: Span) -> Node {
    let entries = [("norm", norm), ("value", value)].compactMap { name, bound in
      bound.map { (name, Node.number($0, at: span)) }
    }
    return .mapping(entries, at: span)
  }
}

extension Fields {
  /// The player's optimiser, or the default of all players, which then stands in the long form.
  fileprivate mutating func optimizer(_ standard: Placed<any Optimizer>?) -> (any Optimizer)? {
    let own: Placed<any Optimizer>? = optionalPart(
      "optimizer", "how parameters follow their gradients; default `train.optimizer`",
      of: Catalog.optimizers)
    if own == nil, peek("optimizer") == nil {
      if let standard {
        resolve("optimizer", standard.resolved)
      } else if !isDescribing {
        problem(
          "missing-key", "\(subject) needs an `optimizer`", label: "has none",
          help: "write `train: {optimizer: {adam: {rate: 1e-3}}}` for all players")
      }
      return standard?.part
    }
    return own?.part
  }

  /// The formula under `key`, parsed; its canonical text stands in the long form.
  mutating func parsedFormula(_ key: String, _ summary: String, path: String) -> Formula? {
    let text = formula(key, summary)
    guard peek(key) != nil, let formula = formula(text, path: "\(path).\(key)") else { return nil }
    resolve(key, .text(formula.description, at: span(of: key)))
    return formula
  }

  /// A formula, with what is wrong with its form recorded.
  func formula(_ text: SpannedText, path: String) -> Formula? {
    do throws(Diagnostic) {
      return try Formula(text, path: path)
    } catch {
      record(error)
      return nil
    }
  }

  /// Puts the canonical texts of definitions into the long form.
  fileprivate mutating func resolve(_ key: String, _ definitions: [Player.Definition]) {
    guard !definitions.isEmpty else { return }
    let entries = definitions.map { definition in
      Node.Entry(
        definition.name, at: definition.span,
        .text(definition.formula.description, at: definition.formula.source.span))
    }
    resolve(key, Node(.mapping(entries), at: span(of: key)))
  }
}
