import Formula
import Parts
import Tensor
import Text

/// What the formulas of an experiment use: the rest decides nothing.
struct Usage {
  /// The networks that are called.
  let networks: Set<Uses.Network>
  /// The names that are not defined by formulas.
  let names: Set<String>
  /// The paths of the formulas that decide something: losses, columns, pictures, and their parts.
  let definitions: Set<String>
  /// The parameters that the long form needs: its numbers have been computed, so only those that
  /// formulas name, and those that schedules among them name.
  let neededParameters: Set<String>

  /// What the formulas of an experiment use; `recorded` are the `let` names with a column, by player.
  init(_ experiment: Experiment, recorded: [String: Set<String>]) {
    var (networks, names, definitions) = (Set<Uses.Network>(), Set<String>(), Set<String>())
    for (formula, scope) in Usage.formulas(of: experiment, recorded) {
      let uses = Uses(of: formula, in: scope)
      definitions.insert(formula.path)
      networks.formUnion(uses.networks)
      names.formUnion(uses.names)
      definitions.formUnion(uses.definitions)
    }
    self.networks = networks
    self.names = names
    self.definitions = definitions
    var needed = names
    for parameter in experiment.parameters.reversed()
    where parameter.value == nil && needed.contains(parameter.name) {
      needed.formUnion(Uses(of: parameter.formula, in: NumberScope()).names)
    }
    neededParameters = needed
  }

  /// The paths of the `let` formulas that pictures use and no loss or metric does: no update
  /// computes them.
  static func drawnAlone(_ experiment: Experiment) -> Set<String> {
    let drawn = experiment.drawn.map { ($0, experiment.scopes.measured as any FormulaScope) }
    let others =
      experiment.players.map { ($0.minimize, experiment.scopes.scope(of: $0) as any FormulaScope) }
      + experiment.metrics.sets.flatMap(\.formulas).map { ($0.formula, experiment.scopes.measured) }
    func definitions(_ formulas: [(Formula, any FormulaScope)]) -> Set<String> {
      Set(formulas.flatMap { Uses(of: $0, in: $1).definitions })
    }
    return definitions(drawn).subtracting(definitions(others))
  }

  /// The formulas that decide something, each with what its names mean.
  private static func formulas(of experiment: Experiment, _ recorded: [String: Set<String>])
    -> [(Formula, any FormulaScope)]
  {
    var formulas: [(Formula, any FormulaScope)] = []
    for player in experiment.players {
      let scope = experiment.scopes.scope(of: player)
      let columns = player.lets.filter { recorded[player.name]?.contains($0.name) ?? false }
      formulas += ([player.minimize, player.rate] + columns.map(\.formula)).map { ($0, scope) }
    }
    let measured =
      experiment.drawn + experiment.metrics.sets.flatMap { $0.formulas.map(\.formula) }
    return formulas + measured.map { ($0, experiment.scopes.measured) }
  }
}

extension Experiment {
  /// The formulas of samples: those of pictures, and of measurements that are parts.
  fileprivate var drawn: [Formula] {
    let parts = metrics.sets.flatMap(\.parts)
    return (self.samples?.show ?? []).map(\.formula)
      + parts.compactMap { try? self.samples(for: $0.metric, named: $0.name) }
  }
}

extension Checks {
  /// Every network must be called by some formula, and everything with a name must decide something.
  func checkUse(_ usage: Usage) {
    let called = Set(usage.networks.map(\.name))
    for network in draft.networks {
      if !called.contains(network.name) {
        problems.add(
          Diagnostic(
            "unused-network", "no formula calls the network `\(network.name)`",
            at: network.place.span, label: "unused"))
      } else if network.average != nil,
        !usage.networks.contains(.init(name: network.name, isAveraged: true))
      {
        problems.add(
          Diagnostic(
            "unused-average", "no formula calls the averaged weights of `\(network.name)`",
            at: network.place.span(of: "average"), label: "unused",
            help: "write `average(\(network.name))(...)` in `samples` or `metrics`, "
              + "or leave `average` out"))
      }
    }
    let named = draft.usedNumbers.union(usage.names)
    for parameter in draft.parameters where !named.contains(parameter.name) {
      problems.add(
        parameter.formula.source.diagnostic(
          "unused-parameter", "nothing names the parameter `\(parameter.name)`", label: "unused"))
    }
    // What is a column is known only where all formulas could be read.
    if !problems.hasErrors { draft.players.forEach { checkLets($0, usage) } }
  }

  /// A `let` name that is no number, and so no column, must be part of what decides something.
  private func checkLets(_ player: Player, _ usage: Usage) {
    for definition in player.lets
    where !usage.definitions.contains(definition.formula.path)
      && definition.span.source.kind != .builtIn
    {
      problems.add(
        Diagnostic(
          "unused-let", "nothing uses `\(definition.name)`", at: definition.span, label: "unused",
          note: "a number, or one per example, would be a column; this is neither"))
    }
  }

  /// Whether there are pictures, and all of them are points in a plane.
  func areScatters(_ pictures: [ExampleShape]) -> Bool {
    !pictures.isEmpty && pictures.allSatisfy { $0 == ExampleShape([2]) }
  }

  /// Points are drawn into one picture, so that a grid of them means nothing.
  func checkGrid(_ pictures: [ExampleShape]) {
    guard areScatters(pictures), let samples = draft.samples, samples.place.isWritten("grid")
    else { return }
    problems.add(
      Diagnostic(
        "unreachable-setting", "`grid` has no meaning for points, which are drawn into one picture",
        at: samples.place.span(of: "grid"), help: "leave it out"))
  }
}
