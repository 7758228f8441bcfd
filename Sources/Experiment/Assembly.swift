import Formula
import Graph
import Ops
import Parts
import Tensor
import Text

/// One update of a player as a graph: its loss, the gradients, what is recorded, what moves.
public struct UpdateGraph {
  /// The nodes.
  public let graph: Graph
  /// The loss: a scalar.
  public let loss: Value
  /// The gradient of each parameter that the player trains, in the order of the experiment.
  public let gradients: [(parameter: Variable, gradient: Value)]
  /// The statistics that the update moves, and their new values.
  public let moves: [(state: Variable, value: Value)]
  /// What its formulas take for granted.
  let assumed: [Assumed]
  /// The batch means of the player's `let` names that are numbers, by name.
  public let records: [(name: String, value: Value)]
}

/// What is drawn under one name, or measured by a part, as a graph in evaluation mode.
public struct PictureGraph {
  /// The nodes.
  public let graph: Graph
  /// The samples of a batch.
  public let value: Value
  /// The shape of one of them.
  public let shape: ExampleShape
  /// What the formula takes for granted.
  let assumed: [Assumed]
}

/// The metrics of a set of data as a graph in evaluation mode: what is to be averaged over all
/// examples.
public struct MetricsGraph {
  /// The nodes.
  public let graph: Graph
  /// What the formulas come to, by name.
  public let measures: [(name: String, measure: Measure)]
  /// The sum of each example's values, for each mean that they need, and how many values it is of.
  public let sums: [(value: Value, count: Int)]
  /// What the formulas take for granted.
  let assumed: [Assumed]
}

extension Graph {
  /// Whether some of `roots` need a batch of data.
  public func needInput(_ roots: [Value]) -> Bool {
    zip(nodes, reachable(roots)).contains { node, isNeeded in
      isNeeded && (node.op as? Leaf)?.role == .input
    }
  }
}

extension Experiment {
  /// The leaves of the batch.
  func inputs(_ graph: Graph, batch: Int) throws(Diagnostic) -> [String: Typed] {
    try wrap(at: data.place.span(of: "batch")) { () throws(ShapeError) in
      var inputs: [String: Typed] = [:]
      let shape = data.form.shape
      inputs["x"] = .examples(
        try graph.leaf(.input, "x", shape.physical(batch: batch)), shape)
      if let classes = data.info.classes {
        inputs["label"] = .label(
          try graph.leaf(.input, "label", Shape([batch], .int32)), classes: classes)
      }
      return inputs
    }
  }

  /// The update of `player` for batches of `batch` examples.
  public func update(of player: Player, batch: Int) throws(Diagnostic) -> UpdateGraph {
    let graph = Graph()
    let networks = NetworkCalls(
      networksByName, batch: batch, mode: .training, trained: Set(player.trains))
    let elaborator = Elaborator(
      graph, batch: batch, inputs: try inputs(graph, batch: batch), networks: networks)
    let scope = scopes.scope(of: player)
    let loss = try elaborator.scalar(player.minimize, in: scope, what: "the loss")
    // Looking changes nothing: what is only recorded moves no statistics.
    let moves = networks.moves
    var records: [(name: String, value: Value)] = []
    for definition in player.lets where recorded(player).contains(definition.name) {
      let typed = try elaborator.elaborate(definition.formula, in: scope)
      guard let mean = try batchMean(typed, graph, definition.formula) else { continue }
      records.append((definition.name, mean))
    }
    let gradients = try gradients(of: loss, for: player, graph)
    return UpdateGraph(
      graph: graph, loss: loss, gradients: gradients, moves: moves,
      assumed: elaborator.assumed, records: records)
  }

  /// The gradient of each parameter that `player` trains; zero where the loss does not depend on it.
  private func gradients(of loss: Value, for player: Player, _ graph: Graph) throws(Diagnostic)
    -> [(parameter: Variable, gradient: Value)]
  {
    let parameters = parameters(of: player.trains)
    return try wrap(at: player.place.span(of: "minimize")) { () throws(ShapeError) in
      var leaves: [Value] = []
      for parameter in parameters {
        leaves.append(try graph.leaf(.parameter, parameter.path, parameter.shape))
      }
      let gradients = try graph.gradients(of: loss, to: leaves)
      var result: [(parameter: Variable, gradient: Value)] = []
      for (parameter, gradient) in zip(parameters, gradients) {
        let zero = try graph.add(Constant(0, parameter.shape))
        result.append((parameter, gradient ?? zero))
      }
      return result
    }
  }

  /// The metrics of a set of data, for batches of `batch` examples; the graph's nodes are taken
  /// from `budget`.
  public func metrics(
    _ formulas: [(name: String, formula: Formula)], batch: Int, budget: Budget? = nil
  ) throws(Diagnostic) -> MetricsGraph {
    let elaborator = try evaluation(batch: batch, budget)
    var means = Means(elaborator, names: scheduledNames)
    var measures: [(name: String, measure: Measure)] = []
    for (name, formula) in formulas {
      measures.append((name, try means.measure(formula, in: scopes.measured)))
    }
    return MetricsGraph(
      graph: elaborator.graph, measures: measures, sums: means.sums,
      assumed: elaborator.assumed)
  }

  /// What is drawn by `formula`, `batch` samples at a time; the graph's nodes are taken from
  /// `budget`.
  public func picture(_ formula: Formula, batch: Int, budget: Budget? = nil) throws(Diagnostic)
    -> PictureGraph
  {
    let elaborator = try evaluation(batch: batch, budget)
    let typed = try elaborator.elaborate(formula, in: scopes.measured)
    let (value, shape) = try picture(typed, formula)
    return PictureGraph(
      graph: elaborator.graph, value: value, shape: shape, assumed: elaborator.assumed)
  }

  /// An elaborator of formulas in evaluation mode.
  private func evaluation(batch: Int, _ budget: Budget?) throws(Diagnostic) -> Elaborator {
    let graph = Graph(budget: budget)
    return Elaborator(
      graph, batch: batch, inputs: try inputs(graph, batch: batch),
      networks: NetworkCalls(networksByName, batch: batch, mode: .evaluation),
      streams: "evaluation/")
  }

  private func picture(_ typed: Typed, _ formula: Formula) throws(Diagnostic) -> (
    Value, ExampleShape
  ) {
    if case .quantity(let quantity) = typed, let shape = quantity.shape,
      shape.isImage && [1, 3].contains(shape.channels) || shape == ExampleShape([2])
    {
      return (quantity.value, shape)
    }
    throw formula.source.diagnostic(
      "not-a-picture",
      "a picture needs images `[1, h, w]` or `[3, h, w]`, or points `[2]`, "
        + "but this is \(typed)", label: "\(typed)",
      help: data.form.shape.isImage
        ? "a network that gives features can end with `reshape: \(data.form.shape)`" : nil)
  }

  /// The batch mean of a number per example, a scalar itself; nil for anything else.
  private func batchMean(
    _ typed: Typed, _ graph: Graph, _ formula: Formula
  ) throws(Diagnostic) -> Value? {
    let span = formula.source.span(of: formula.expression.range)
    switch typed {
    case .number(let number):
      return try wrap(at: span) { () throws(ShapeError) in try graph.constant(Float(number)) }
    case .quantity(let quantity):
      guard let shape = quantity.shape else { return quantity.value }
      guard shape == .number else { return nil }
      return try wrap(at: span) { () throws(ShapeError) in
        try graph.add(Reshape([]), graph.mean(quantity.value, 0..<2))
      }
    case .label, .outputs: return nil
    }
  }

  private func wrap<T>(at span: Span, _ body: () throws(ShapeError) -> T) throws(Diagnostic) -> T {
    do throws(ShapeError) {
      return try body()
    } catch {
      throw error.excess?.refusal(at: span)
        ?? Diagnostic("formula-shape", "`\(error.op)` \(error.fact)", at: span)
    }
  }
}
