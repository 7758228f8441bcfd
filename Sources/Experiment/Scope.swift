import Formula

/// A parameter of the file: a number with a name, or a schedule.
public struct Parameter: Sendable {
  /// Its name.
  public let name: String
  /// What it stands for.
  public let formula: Formula
  /// The number; nil for a schedule.
  public let value: Double?
}

/// The names that all formulas know: the batch, the counters, the parameters.
struct CommonScope: FormulaScope {
  private let meanings: [String: Meaning]
  let names: [String]

  /// The scope of an experiment's formulas; `hasLabels` tells whether there is a `label`.
  init(_ parameters: [Parameter], hasLabels: Bool) {
    var meanings: [String: Meaning] = ["x": .batch, "pi": .number(.pi)]
    if hasLabels { meanings["label"] = .batch }
    for name in Schedules.counters { meanings[name] = .schedule }
    for parameter in parameters {
      meanings[parameter.name] = parameter.value.map(Meaning.number) ?? .schedule
    }
    self.meanings = meanings
    names = meanings.keys.sorted()
  }

  func meaning(of name: String) -> Meaning? { meanings[name] }

  func absence(of name: String) -> (fact: String, help: String)? {
    guard name == "label", meanings[name] == nil else { return nil }
    return (
      "the data have no `label`",
      "give the dataset labels: `labels` and `classes` of `npy` and `idx`, `label` and `classes` of "
        + "`csv`"
    )
  }

  /// Whether formulas know a name whatever the file says.
  static func isTaken(_ name: String) -> Bool {
    ["x", "label", "pi"].contains(name) || Schedules.counters.contains(name)
  }
}

/// The names that a player's formulas know: its own `let` names beside the common ones.
struct PlayerScope: FormulaScope {
  let names: [String]
  private let common: CommonScope
  private let lets: [String: Formula]
  /// The players that have a `let` of a name, alone and with the player's: `policy.reward`.
  private let others: [String: String]

  /// The scope of `player` among `players`.
  init(common: CommonScope, of player: Player, among players: [Player]) {
    self.common = common
    let lets = player.lets
    var others: [String: String] = [:]
    for other in players where other.name != player.name {
      for definition in other.lets {
        others[definition.name] = other.name
        others["\(other.name).\(definition.name)"] = other.name
      }
    }
    self.others = others
    self.lets = Dictionary(lets.map { ($0.name, $0.formula) }, uniquingKeysWith: { a, _ in a })
    names = common.names + lets.map(\.name)
  }

  func meaning(of name: String) -> Meaning? {
    lets[name].map { .definition($0, in: self) } ?? common.meaning(of: name)
  }

  func absence(of name: String) -> (fact: String, help: String)? {
    guard let other = others[name] else { return common.absence(of: name) }
    let short = name.split(separator: ".").last.map(String.init) ?? name
    return (
      "`\(name)` is a `let` of the player `\(other)`, which other players do not see",
      "write a `let` named `\(short)` in this player too; draws in it are its own"
    )
  }
}

/// The names that metrics and samples know: the `let` names of all players, alone where one player
/// only has the name, and always as `critic.fake`.
struct MeasurementScope: FormulaScope {
  let names: [String]
  private let common: CommonScope
  private let lets: [String: Meaning]

  init(common: CommonScope, players: [(player: Player, scope: PlayerScope)]) {
    var lets: [String: Meaning] = [:]
    var shared: Set<String> = []
    for (player, scope) in players {
      for definition in player.lets {
        let meaning = Meaning.definition(definition.formula, in: scope)
        lets["\(player.name).\(definition.name)"] = meaning
        if lets.updateValue(meaning, forKey: definition.name) != nil {
          shared.insert(definition.name)
        }
      }
    }
    for name in shared { lets[name] = nil }
    self.common = common
    self.lets = lets
    names =
      common.names
      + players.flatMap { player, _ in
        player.lets.map { shared.contains($0.name) ? "\(player.name).\($0.name)" : $0.name }
      }
  }

  func meaning(of name: String) -> Meaning? { common.meaning(of: name) ?? lets[name] }

  func absence(of name: String) -> (fact: String, help: String)? { common.absence(of: name) }
}

/// What the names in an experiment's formulas mean.
struct Scopes: Sendable {
  /// The names that all formulas know.
  let common: CommonScope
  /// The names of metrics and samples.
  let measured: MeasurementScope
  private let players: [String: PlayerScope]

  init(_ parameters: [Parameter], hasLabels: Bool, _ players: [Player]) {
    let common = CommonScope(parameters, hasLabels: hasLabels)
    let scopes = players.map { ($0, PlayerScope(common: common, of: $0, among: players)) }
    self.common = common
    measured = MeasurementScope(common: common, players: scopes)
    self.players = Dictionary(
      scopes.map { ($0.name, $1) }, uniquingKeysWith: { first, _ in first })
  }

  /// The names of a player's formulas.
  func scope(of player: Player) -> PlayerScope {
    players[player.name] ?? PlayerScope(common: common, of: player, among: [])
  }
}
