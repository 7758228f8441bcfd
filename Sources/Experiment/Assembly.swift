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
  /// The batch means of the player's `let` names that are numbers, by name.
  public let records: [(name: String, value: Value)]
  /// Whether the update takes a batch.
  public let usesBatch: Bool
}

/// A measurement, or the pictures of one name, as a graph in evaluation mode.
public struct MeasurementGraph {
  /// The nodes.
  public let graph: Graph
  /// The values by name.
  public let values: [(name: String, value: Value, shape: ExampleShape?)]
  /// Whether they need a batch of data.
  public let usesBatch: Bool
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
    var usesBatch = Uses(of: player.minimize, in: scope).usesBatch
    var records: [(name: String, value: Value)] = []
    for definition in player.lets where recorded(player).contains(definition.name) {
      let typed = try elaborator.elaborate(definition.formula, in: scope)
      guard let mean = try batchMean(typed, graph, definition.formula) else { continue }
      records.append((definition.name, mean))
      usesBatch = usesBatch || Uses(of: definition.formula, in: scope).usesBatch
    }
    let gradients = try gradients(of: loss, for: player, graph)
    return UpdateGraph(
      graph: graph, loss: loss, gradients: gradients, moves: networks.moves, records: records,
      usesBatch: usesBatch)
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

  /// Formulas in evaluation mode, for batches of `batch` examples.
  ///
  /// - Parameters:
  ///   - scalars: whether each must come out as a number: numbers per example are averaged.
  ///   - budget: what the graph's nodes are taken from; nil for no bound.
  public func measurement(
    _ formulas: [(name: String, formula: Formula)], batch: Int, scalars: Bool,
    budget: Budget? = nil
  ) throws(Diagnostic) -> MeasurementGraph {
    let graph = Graph(budget: budget)
    let networks = NetworkCalls(networksByName, batch: batch, mode: .evaluation)
    let elaborator = Elaborator(
      graph, batch: batch, inputs: try inputs(graph, batch: batch), networks: networks,
      streams: "evaluation/")
    let scope = scopes.measured
    var values: [(name: String, value: Value, shape: ExampleShape?)] = []
    var usesBatch = false
    for (name, formula) in formulas {
      let typed = try elaborator.elaborate(formula, in: scope)
      usesBatch = usesBatch || Uses(of: formula, in: scope).usesBatch
      if scalars {
        if let mean = try batchMean(typed, graph, formula) {
          values.append((name, mean, nil))
        } else {
          let value = try elaborator.scalar(formula, in: scope, what: "a metric")
          values.append((name, value, nil))
        }
      } else {
        values.append(try picture(name, typed, formula))
      }
    }
    return MeasurementGraph(graph: graph, values: values, usesBatch: usesBatch)
  }

  private func picture(_ name: String, _ typed: Typed, _ formula: Formula) throws(Diagnostic) -> (
    name: String, value: Value, shape: ExampleShape?
  ) {
    if case .quantity(let quantity) = typed, let shape = quantity.shape,
      shape.isImage && [1, 3].contains(shape.channels) || shape == ExampleShape([2])
    {
      return (name, quantity.value, shape)
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
