import Formula
import Graph
import Ops
import Parts
import Tensor
import Text
import YAML

/// Checks what needs the whole experiment, by building its graphs: shapes through all networks, the
/// types of all formulas, names that nothing uses.
struct Checks {
  let problems: Problems
  let draft: Draft
  private let names: Set<String>

  init(_ problems: Problems, _ draft: Draft) {
    self.problems = problems
    self.draft = draft
    names = Set(draft.networks.map(\.name))
  }

  /// The experiment, complete; nil where something is wrong with it.
  func complete(resolved: Node) -> Experiment? {
    checkNames()
    checkPlayers()
    let (variables, owned) = buildNetworks()
    guard !problems.hasErrors else { return nil }
    let bare = experiment(resolved, variables, owned, recorded: [:], takesBatch: [])
    var recorded: [String: Set<String>] = [:]
    var takesBatch: Set<String> = []
    for player in draft.players {
      let found = check(player, bare)
      recorded[player.name] = found.recorded
      if found.takesBatch { takesBatch.insert(player.name) }
    }
    checkBatches(takesBatch)
    checkSections()
    checkMeasurements(bare)
    checkUse()
    checkBest()
    guard !problems.hasErrors else { return nil }
    return experiment(
      resolved.keeping(parameters: neededParameters), variables, owned, recorded: recorded,
      takesBatch: takesBatch)
  }

  private func experiment(
    _ resolved: Node, _ variables: [Variable], _ owned: [String: [Int]],
    recorded: [String: Set<String>], takesBatch: Set<String>
  ) -> Experiment {
    Experiment(
      name: draft.name, seed: draft.seed, data: draft.data, parameters: draft.parameters,
      networks: draft.networks, players: draft.players, steps: draft.steps,
      checkpoints: draft.checkpoints, samples: draft.samples, metrics: draft.metrics,
      resolved: resolved, variables: variables, owned: owned, recordedLets: recorded,
      takesBatch: takesBatch)
  }

  /// Passes a batch through each network by itself: its shapes, and the variables that it has.
  private func buildNetworks() -> ([Variable], [String: [Int]]) {
    var variables: [Variable] = []
    var indices: [String: Int] = [:]
    var owned: [String: [Int]] = [:]
    for network in draft.networks {
      let context = LayerContext(
        graph: Graph(), batch: draft.data.batch, mode: .training, isTrained: true,
        isAveraged: false, path: network.name, place: "", initializer: network.initializer)
      do throws(LayerError) {
        let x = try context.op { () throws(ShapeError) in
          try context.graph.leaf(.input, "x", network.input.physical(batch: draft.data.batch))
        }
        let outputs = try network.build(Signal(x, network.input), in: context)
        checkScore(network, outputs)
      } catch {
        problems.add(network.diagnostic(error))
      }
      for variable in context.variables {
        let index = indices[variable.path] ?? variables.count
        if index == variables.count {
          variables.append(variable)
          indices[variable.path] = index
        }
        checkShared(variable, variables[index], network)
        owned[network.name, default: []].append(index)
      }
    }
    return (variables, owned)
  }

  /// Layers of several networks may share their weights, if these have one shape.
  private func checkShared(_ variable: Variable, _ first: Variable, _ network: Network) {
    guard variable.shape != first.shape else { return }
    problems.add(
      Diagnostic(
        "shape-mismatch",
        "`\(network.name)` shares the weights `\(first.path)`, which another network has as "
          + "\(first.shape), but needs them as \(variable.shape)", at: network.place.span,
        label: "does not fit", help: "give the weights of one of them another name"))
  }

  /// The adversarial losses need one number per example.
  private func checkScore(_ network: Network, _ outputs: [(name: String, signal: Signal)]) {
    let isScore = draft.lossRoles.contains { $0.isScore && $0.network == network.name }
    guard isScore, let output = outputs.first, output.signal.shape != .number else { return }
    let last = network.layers.layers.last?.place.span ?? network.place.span
    problems.add(
      Diagnostic(
        "shape-mismatch",
        "the loss needs one number per example from `\(network.name)`, but it gives "
          + "\(output.signal.shape)", at: last, label: "gives \(output.signal.shape)",
        note: "for patches, write the loss as `players` with formulas of your own",
        help: output.signal.shape.rank == 1
          ? "end with `dense: 1`" : "end with `flatten` and `dense: 1`"))
  }

  /// Networks are called by formulas; players and networks begin the names of columns.
  private func checkNames() {
    for network in draft.networks {
      if Function.named(network.name) != nil {
        problems.add(
          Diagnostic(
            "bad-name", "`\(network.name)` cannot name a network", at: network.place.span,
            label: "is a function of formulas"))
      } else {
        problems.add(
          Names.prefixProblem(network.name, at: network.place.span, "a network"))
      }
    }
    for player in draft.players {
      problems.add(Names.prefixProblem(player.name, at: player.place.span, "a player"))
    }
  }

  /// `batch: same` needs a player before that takes one.
  private func checkBatches(_ takesBatch: Set<String>) {
    for (index, player) in draft.players.enumerated() where player.batch == .same {
      guard !draft.players.prefix(index).contains(where: { takesBatch.contains($0.name) }) else {
        continue
      }
      problems.add(
        Diagnostic(
          "no-batch", "no player before `\(player.name)` takes a batch",
          at: player.place.span(of: "batch"), label: "the same as which?"))
    }
  }

  private func checkPlayers() {
    for player in draft.players {
      if player.trains.isEmpty {
        problems.add(
          Diagnostic(
            "nothing-to-train", "`\(player.name)` trains no network",
            at: player.place.span(of: "trains")))
      }
      for name in player.trains where !names.contains(name) {
        problems.add(
          Diagnostic(
            "unknown-name", "there is no network `\(name)`", at: player.place.span(of: "trains"),
            label: "unknown network",
            help: Suggest.help(for: name, among: draft.networks.map(\.name))))
      }
      for definition in player.lets {
        let isTaken =
          CommonScope.isTaken(definition.name) || names.contains(definition.name)
          || draft.parameters.contains { $0.name == definition.name }
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

  /// Elaborates everything that the player says.
  private func check(_ player: Player, _ bare: Experiment) -> (
    recorded: Set<String>, takesBatch: Bool
  ) {
    let graph = Graph()
    let calls = NetworkCalls(
      draft.networks, batch: draft.data.batch, mode: .training, trained: Set(player.trains))
    let scope = PlayerScope(common: bare.common, lets: player.lets)
    var recorded: Set<String> = []
    var takesBatch = Uses(of: player.minimize, in: scope).usesBatch
    do throws(Diagnostic) {
      let inputs = try bare.inputs(graph, batch: draft.data.batch)
      let elaborator = Elaborator(
        graph, batch: draft.data.batch, inputs: inputs, networks: calls)
      let loss = try elaborator.scalar(player.minimize, in: scope, what: "the loss")
      for definition in player.lets {
        let typed = try elaborator.elaborate(definition.formula, in: scope)
        guard typed.isNumber else { continue }
        recorded.insert(definition.name)
        takesBatch = takesBatch || Uses(of: definition.formula, in: scope).usesBatch
      }
      checkReach(player, loss, graph, bare)
      try bare.checkRate(of: player)
    } catch {
      problems.add(error)
    }
    return (recorded, takesBatch)
  }

  /// A network that a player trains must be part of its loss.
  private func checkReach(
    _ player: Player, _ loss: Value, _ graph: Graph, _ bare: Experiment
  ) {
    for name in player.trains {
      let paths = Set(bare.parameters(of: [name]).map(\.path))
      if paths.isEmpty {
        problems.add(
          Diagnostic(
            "nothing-to-train", "`\(name)` has no parameters to train",
            at: player.place.span(of: "trains")))
        continue
      }
      let leaves = graph.nodes.indices.filter { index in
        guard let leaf = graph.nodes[index].op as? Leaf else { return false }
        return leaf.role == .parameter && paths.contains(leaf.path)
      }.map(Value.init(index:))
      // What the loss depends on through `stop` alone has no gradient.
      let gradients = try? graph.gradients(of: loss, to: leaves)
      if gradients?.allSatisfy({ $0 == nil }) ?? false {
        problems.add(
          Diagnostic(
            "nothing-to-train",
            "`\(player.name)` trains `\(name)`, on which its loss does not "
              + "depend", at: player.place.span(of: "trains"),
            related: [.init(player.place.span(of: "minimize"), "the loss")]))
      }
    }
  }

  /// Sections of measurements and pictures must say what is measured and drawn.
  private func checkSections() {
    for set in draft.metrics.sets where set.columns.isEmpty {
      problems.add(
        Diagnostic(
          "missing-key", "`\(set.split.rawValue)` measures nothing", at: set.place.span,
          label: "has no metrics",
          help: "write a formula under a name, such as `spread: mean(norm(x))`"))
    }
    if let samples = draft.samples, samples.show.isEmpty {
      problems.add(
        Diagnostic(
          "missing-key", "`samples` draws nothing", at: samples.place.span,
          label: "`show` is missing",
          help: "write `show: {name: formula}`, where the formula gives images or points"))
    }
  }

  private func checkMeasurements(_ bare: Experiment) {
    for set in draft.metrics.sets {
      for formula in set.formulas {
        attempt {
          () throws(Diagnostic) in
          _ = try bare.measurement(
            [formula], batch: draft.data.batch, scalars: true)
        }
      }
      for (name, metric) in set.parts {
        attempt {
          () throws(Diagnostic) in
          let formula = try bare.samples(for: metric, named: "\(set.split.rawValue).\(name)")
          guard draft.data.info.mixture != nil else {
            throw Diagnostic(
              "wrong-data", "`\(metric.name)` needs a mixture, such as `ring` or `grid`",
              at: metric.place.span,
              related: [.init(draft.data.place.span(of: "dataset"), "is none")])
          }
          _ = try bare.measurement(
            [(name, formula)], batch: draft.data.batch, scalars: false)
        }
      }
    }
    for formula in draft.samples?.show ?? [] {
      attempt {
        () throws(Diagnostic) in
        _ = try bare.measurement([formula], batch: draft.data.batch, scalars: false)
      }
    }
  }

  private func attempt(_ body: () throws(Diagnostic) -> Void) {
    do throws(Diagnostic) { try body() } catch { problems.add(error) }
  }

  /// Every network must be called by some formula, and every parameter must decide something.
  private func checkUse() {
    let called = Set(uses.flatMap(\.networks).map(\.name))
    for network in draft.networks where !called.contains(network.name) {
      problems.add(
        Diagnostic(
          "unused-network", "no formula calls the network `\(network.name)`",
          at: network.place.span, label: "unused"))
    }
    let named = draft.usedNumbers.union(uses.flatMap(\.names))
    for parameter in draft.parameters where !named.contains(parameter.name) {
      problems.add(
        parameter.formula.source.diagnostic(
          "unused-parameter", "nothing names the parameter `\(parameter.name)`", label: "unused"))
    }
  }

  /// The parameters that formulas name, and those that schedules among them name: the long form needs
  /// no others, as its numbers have been computed.
  private var neededParameters: Set<String> {
    var needed = Set(uses.flatMap(\.names))
    for parameter in draft.parameters.reversed()
    where parameter.value == nil && needed.contains(parameter.name) {
      needed.formUnion(Uses(of: parameter.formula, in: NumberScope()).names)
    }
    return needed
  }

  /// What each formula of the experiment needs.
  private var uses: [Uses] {
    let common = CommonScope(draft.parameters, hasLabels: draft.data.info.classes != nil)
    let players = draft.players.flatMap { player in
      let scope = PlayerScope(common: common, lets: player.lets)
      return ([player.minimize, player.rate] + player.lets.map(\.formula)).map {
        Uses(of: $0, in: scope)
      }
    }
    let measured = MeasurementScope(common: common, players: draft.players)
    let parts = draft.metrics.sets.flatMap(\.parts).compactMap { name, metric in
      metric.part.of.flatMap { try? Formula($0, path: name) }
    }
    let formulas =
      draft.metrics.sets.flatMap(\.formulas).map(\.formula)
      + (draft.samples?.show ?? []).map(\.formula) + parts
    return players + formulas.map { Uses(of: $0, in: measured) }
  }

  /// The metric that decides which checkpoint is the best must be a column that is filled whenever a
  /// checkpoint is written.
  private func checkBest() {
    guard let best = draft.checkpoints.best else { return }
    let columns = draft.metrics.sets.flatMap(\.columns)
    guard let set = draft.metrics.sets.first(where: { $0.columns.contains(best.metric) }) else {
      problems.add(
        Diagnostic(
          "unknown-name", "there is no metric `\(best.metric)`", at: best.place.span(of: "metric"),
          label: "unknown metric",
          note: columns.isEmpty
            ? "nothing is measured on a set of data" : "there are \(Suggest.list(columns))",
          help: Suggest.help(for: best.metric, among: columns)))
      return
    }
    if !draft.checkpoints.every.isMultiple(of: set.every) {
      problems.add(
        Diagnostic(
          "not-measured",
          "`\(best.metric)` is measured every \(set.every), but checkpoints are "
            + "written every \(draft.checkpoints.every)", at: best.place.span(of: "metric"),
          help: "give both the same `every`"))
    }
    if set.split == .test {
      problems.add(
        Diagnostic(
          "chosen-by-test", "the best checkpoint is chosen by the test set",
          at: best.place.span(of: "metric"),
          note: "what was chosen by the test set is no longer measured by it",
          help: "write `data: {split: {validation: ...}}` and choose by `validation.`",
          severity: .warning))
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
