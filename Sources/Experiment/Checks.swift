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
  let networks: [String: Network]
  let budget = Budget()
  /// What is known of values against what formulas assume.
  let values: ValueChecks

  init(_ problems: Problems, _ draft: Draft) {
    self.problems = problems
    self.draft = draft
    values = ValueChecks(draft.data, range: draft.data.form.range)
    scopes = Scopes(
      draft.parameters, hasLabels: draft.data.info.classes != nil, draft.players)
    networks = Dictionary(
      draft.networks.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The experiment, complete; nil where something is wrong with it.
  func complete(resolved: Node) -> Experiment? {
    checkNames()
    checkClashes(resolved)
    checkPlayers()
    let (variables, owned) = buildNetworks()
    guard !problems.hasErrors else { return nil }
    let takesBatch = Set(
      draft.players.filter { Uses(of: $0.minimize, in: scopes.scope(of: $0)).usesBatch }.map(\.name)
    )
    let bare = experiment(resolved, variables, owned, recorded: [:], takesBatch: takesBatch)
    let drawn = Usage.drawnAlone(bare)
    var recorded: [String: Set<String>] = [:]
    for player in draft.players where !budget.isSpent {
      recorded[player.name] = check(player, bare, drawn: drawn)
    }
    checkRates(bare)
    checkBatches(takesBatch)
    checkSections()
    let pictures = checkMeasurements(bare)
    let usage = Usage(bare, recorded: recorded)
    checkUse(usage)
    checkGrid(pictures)
    checkBest()
    checkPatience()
    values.checkImages()
    problems.add(values.warnings)
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
      name: draft.name, seed: draft.seed, allowed: draft.allowed, data: draft.data,
      parameters: draft.parameters,
      networks: draft.networks, players: draft.players, steps: draft.steps,
      patience: draft.patience,
      checkpoints: draft.checkpoints, samples: draft.samples, metrics: draft.metrics,
      paper: draft.paper, claims: draft.claims, sweep: draft.sweep, resolved: resolved,
      written: draft.written,
      variables: variables, owned: owned,
      recordedLets: recorded,
      scopes: scopes, networksByName: networks, takesBatch: takesBatch,
      dependsOnValues: draft.data.form.range == nil
        && (values.isOpen || !draft.data.files.isEmpty))
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
      checkZeroRates(bare)
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

  /// Adds what is wrong, unless the budget's end has been told.
  func attempt(_ body: () throws(Diagnostic) -> Void) {
    guard !budget.isSpent else { return }
    do throws(Diagnostic) { try body() } catch { problems.add(error) }
  }
}
