import Formula
import Graph
import Parts
import Tensor
import Text
import YAML

extension Checks {
  /// What players train must be there, and their lets must have names of their own.
  func checkPlayers() {
    for player in draft.players {
      if player.trains.isEmpty {
        problems.add(
          Diagnostic(
            "nothing-to-train", "`\(player.name)` trains no network",
            at: player.place.span(of: "trains")))
      }
      checkTrains(player)
      for definition in player.lets {
        let isTaken =
          scopes.common.meaning(of: definition.name) != nil
          || CommonScope.isTaken(definition.name) || networks[definition.name] != nil
          || Names.columns.contains(definition.name)
        if isTaken {
          problems.add(
            Diagnostic(
              "bad-name", "`\(definition.name)` cannot name a part of a formula",
              at: definition.span, label: "has a meaning already"))
        } else {
          problems.add(
            Names.problem(definition.name, at: definition.span, "a part of a formula"))
        }
      }
    }
  }

  /// The networks that a player trains must be there, each named once.
  private func checkTrains(_ player: Player) {
    var seen: Set<String> = []
    for name in player.trains where !seen.insert(name).inserted {
      problems.add(
        Diagnostic(
          "duplicate-name", "`\(player.name)` trains `\(name)` twice",
          at: player.place.span(of: "trains"), help: "name it once"))
    }
    for name in player.trains where networks[name] == nil {
      problems.add(
        Diagnostic(
          "unknown-name", "there is no network `\(name)`", at: player.place.span(of: "trains"),
          label: "unknown network",
          help: Suggest.help(for: name, among: draft.networks.map(\.name))))
    }
  }

  /// Elaborates everything that the player says; the names of its lets that are recorded: those
  /// that are numbers, other than `drawn` ones.
  func check(_ player: Player, _ bare: Experiment, drawn: Set<String>) -> Set<String> {
    let graph = Graph(budget: budget)
    let calls = NetworkCalls(
      networks, batch: draft.data.batch, mode: .training, trained: Set(player.trains))
    let scope = scopes.scope(of: player)
    var recorded: Set<String> = []
    do throws(Diagnostic) {
      let inputs = try bare.inputs(graph, batch: draft.data.batch)
      let elaborator = Elaborator(
        graph, batch: draft.data.batch, inputs: inputs, networks: calls)
      let loss = try elaborator.scalar(player.minimize, in: scope, what: "the loss")
      for definition in player.lets {
        let typed = try elaborator.elaborate(definition.formula, in: scope)
        guard typed.isNumber, !drawn.contains(definition.formula.path) else { continue }
        recorded.insert(definition.name)
      }
      values.check(graph, elaborator.assumed)
      try checkReach(player, loss, graph, bare)
    } catch {
      problems.add(error)
    }
    return recorded
  }

  /// A network that a player trains must be part of its loss.
  private func checkReach(
    _ player: Player, _ loss: Value, _ graph: Graph, _ bare: Experiment
  ) throws(Diagnostic) {
    let owners = player.trains.map { ($0, bare.parameters(of: [$0]).map(\.path)) }
    let leaves = graph.leaves(at: Set(owners.flatMap(\.1)))
    let flowing = try gradients(of: loss, to: leaves, graph, player)
    for (name, paths) in owners {
      if paths.isEmpty {
        problems.add(
          Diagnostic(
            "nothing-to-train", "`\(name)` has no parameters to train",
            at: player.place.span(of: "trains")))
      } else if !paths.contains(where: flowing.contains) {
        problems.add(
          Diagnostic(
            "nothing-to-train",
            "`\(player.name)` trains `\(name)`, on which its loss does not "
              + "depend", at: player.place.span(of: "trains"),
            related: [.init(player.place.span(of: "minimize"), "the loss")]))
      }
    }
  }

  /// The paths of the leaves that the loss depends on; through `stop` alone there is no gradient.
  private func gradients(
    of loss: Value, to leaves: [(path: String, value: Value)], _ graph: Graph, _ player: Player
  ) throws(Diagnostic) -> Set<String> {
    do throws(ShapeError) {
      let gradients = try graph.gradients(of: loss, to: leaves.map(\.value))
      return Set(zip(leaves, gradients).filter { $1 != nil }.map(\.0.path))
    } catch {
      let span = player.place.span(of: "minimize")
      throw error.excess?.refusal(at: span)
        ?? Diagnostic("formula-shape", "`\(error.op)` \(error.fact)", at: span)
    }
  }
}

extension Graph {
  /// The parameters among the leaves that have one of these paths.
  fileprivate func leaves(at paths: Set<String>) -> [(path: String, value: Value)] {
    nodes.indices.compactMap { index in
      guard let leaf = nodes[index].op as? Leaf, leaf.role == .parameter,
        paths.contains(leaf.path)
      else { return nil }
      return (leaf.path, Value(index: index))
    }
  }
}

extension Typed {
  /// Whether it is one number for the batch or for each example.
  fileprivate var isNumber: Bool {
    switch self {
    case .number: true
    case .quantity(let quantity): quantity.shape == nil || quantity.shape == .number
    case .label, .outputs: false
    }
  }
}
