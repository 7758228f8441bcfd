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
  let scopes: Scopes
  private let networks: [String: Network]
  private let budget = Budget()

  init(_ problems: Problems, _ draft: Draft) {
    self.problems = problems
    self.draft = draft
    scopes = Scopes(
      draft.parameters, hasLabels: draft.data.info.classes != nil, draft.players)
    networks = Dictionary(
      draft.networks.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
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
    for player in draft.players where !budget.isSpent {
      let found = check(player, bare)
      recorded[player.name] = found.recorded
      if found.takesBatch { takesBatch.insert(player.name) }
    }
    checkRates(bare)
    checkBatches(takesBatch)
    checkSections()
    let pictures = checkMeasurements(bare)
    let usage = Usage(bare, recorded: recorded)
    checkUse(usage)
    checkGrid(pictures)
    checkBest()
    guard !problems.hasErrors else { return nil }
    var long = resolved.keeping(parameters: usage.neededParameters)
    if areScatters(pictures) { long = long.withoutGrid() }
    return experiment(long, variables, owned, recorded: recorded, takesBatch: takesBatch)
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
      scopes: scopes, networksByName: networks, takesBatch: takesBatch)
  }

  /// Passes a batch through each network by itself: its shapes, and the variables that it has.
  private func buildNetworks() -> ([Variable], [String: [Int]]) {
    var variables: [Variable] = []
    var indices: [String: Int] = [:]
    var owned: [String: [Int]] = [:]
    for network in draft.networks {
      let context = LayerContext(
        graph: Graph(budget: budget), batch: draft.data.batch, mode: .training, isTrained: true,
        isAveraged: false, path: network.name, place: "", initializer: network.initializer)
      do throws(LayerError) {
        let x = try context.op { () throws(ShapeError) in
          try context.graph.leaf(.input, "x", network.input.physical(batch: draft.data.batch))
        }
        let outputs = try network.build(Signal(x, network.input), in: context)
        checkScore(network, outputs)
      } catch {
        problems.add(network.diagnostic(error))
        if budget.isSpent { break }
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

  /// Schedules and learning rates must be numbers at the start.
  private func checkRates(_ bare: Experiment) {
    var schedules = bare.schedules
    do throws(Diagnostic) {
      try schedules.advance(
        to: Clock(steps: bare.stepCount, batchesPerEpoch: draft.data.batchesPerEpoch))
      for index in draft.players.indices {
        attempt { () throws(Diagnostic) in _ = try schedules.rate(ofPlayer: index) }
      }
    } catch {
      problems.add(error)
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

  /// Elaborates everything that the player says.
  private func check(_ player: Player, _ bare: Experiment) -> (
    recorded: Set<String>, takesBatch: Bool
  ) {
    let graph = Graph(budget: budget)
    let calls = NetworkCalls(
      networks, batch: draft.data.batch, mode: .training, trained: Set(player.trains))
    let scope = scopes.scope(of: player)
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
      try checkReach(player, loss, graph, bare)
    } catch {
      problems.add(error)
    }
    return (recorded, takesBatch)
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

  /// Elaborates what is measured and drawn; the shapes of one example of the pictures.
  private func checkMeasurements(_ bare: Experiment) -> [ExampleShape?] {
    for set in draft.metrics.sets {
      for formula in set.formulas {
        attempt { () throws(Diagnostic) in _ = try measurement(formula, bare, scalars: true) }
      }
      for (name, metric) in set.parts {
        attempt { () throws(Diagnostic) in
          let formula = try bare.samples(for: metric, named: "\(set.split.rawValue).\(name)")
          guard draft.data.info.mixture != nil else {
            throw Diagnostic(
              "wrong-data", "`\(metric.name)` needs a mixture, such as `ring` or `grid`",
              at: metric.place.span,
              related: [.init(draft.data.place.span(of: "dataset"), "is none")])
          }
          _ = try measurement((name, formula), bare, scalars: false)
        }
      }
    }
    var pictures: [ExampleShape?] = []
    for formula in draft.samples?.show ?? [] {
      attempt { () throws(Diagnostic) in
        pictures += try measurement(formula, bare, scalars: false).values.map(\.shape)
      }
    }
    return pictures
  }

  private func measurement(
    _ formula: (name: String, formula: Formula), _ bare: Experiment, scalars: Bool
  ) throws(Diagnostic) -> MeasurementGraph {
    try bare.measurement([formula], batch: draft.data.batch, scalars: scalars, budget: budget)
  }

  /// Adds what is wrong, unless the budget's end has been told.
  private func attempt(_ body: () throws(Diagnostic) -> Void) {
    guard !budget.isSpent else { return }
    do throws(Diagnostic) { try body() } catch { problems.add(error) }
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
