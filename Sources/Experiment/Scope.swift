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

  /// Whether formulas know a name whatever the file says.
  static func isTaken(_ name: String) -> Bool {
    ["x", "label", "pi"].contains(name) || Schedules.counters.contains(name)
  }
}

/// The names that a player's formulas know: its own `let` names beside the common ones.
struct PlayerScope: FormulaScope {
  let common: CommonScope
  let lets: [Player.Definition]

  var names: [String] { common.names + lets.map(\.name) }

  func meaning(of name: String) -> Meaning? {
    if let definition = lets.first(where: { $0.name == name }) {
      return .definition(definition.formula, in: self)
    }
    return common.meaning(of: name)
  }
}

/// The names that metrics and samples know: the `let` names of all players, alone where one player
/// only has the name, and always as `critic.fake`.
struct MeasurementScope: FormulaScope {
  let common: CommonScope
  let players: [Player]

  var names: [String] {
    common.names + players.flatMap { player in player.lets.map { "\(player.name).\($0.name)" } }
  }

  func meaning(of name: String) -> Meaning? {
    if let known = common.meaning(of: name) { return known }
    let found = players.filter { player in
      player.lets.contains { $0.name == name || "\(player.name).\($0.name)" == name }
    }
    guard found.count == 1, let player = found.first else { return nil }
    let short = name.split(separator: ".").last.map(String.init) ?? name
    return PlayerScope(common: common, lets: player.lets).meaning(of: short)
  }
}
