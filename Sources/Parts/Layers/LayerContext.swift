import Graph
import Ops
import Tensor
import YAML

/// What a layer may know of the network and of the call that it is built for.
///
/// One context serves one call of one network. The layers' parameters are leaves of the graph,
/// named by their place, so that every call of the network reads the same ones.
public final class LayerContext {
  /// Where the layer's nodes go.
  public let graph: Graph
  /// The number of examples.
  public let batch: Int
  /// Training or evaluation.
  public let mode: Mode
  /// Whether the player that is being built trains this network: only then do statistics move.
  public let isTrained: Bool
  /// Whether the weights are the averaged ones.
  public let isAveraged: Bool
  /// The place of the layer being built, dots between: `generator.layers.3`. Names its parameters.
  public private(set) var path: String
  /// Where in the file the call stands: names the layer's draws, with `path`.
  public let place: String
  /// How weights start where the layer does not say.
  public let initializer: any Initializer
  /// The parameters and statistics that the layers asked for, in order.
  public private(set) var variables: [Variable] = []
  private var shapes: [String: Shape] = [:]
  /// The statistics that this call moves, and their new values.
  public private(set) var moves: [(state: Variable, value: Value)] = []
  /// The layers that the call went through, in order; one that holds others stands before them.
  public private(set) var passes: [LayerPass] = []
  /// What earlier passes of the same update have made of the statistics, by their paths.
  private let moved: [String: Value]

  /// What a network does in a call.
  public enum Mode: Sendable {
    /// Dropout drops, batch norm takes the batch's statistics.
    case training
    /// Dropout passes, batch norm takes the running statistics.
    case evaluation
  }

  /// The context of one call.
  public init(
    graph: Graph, batch: Int, mode: Mode, isTrained: Bool, isAveraged: Bool, path: String,
    place: String, initializer: any Initializer, moved: [String: Value] = [:]
  ) {
    self.graph = graph
    self.batch = batch
    self.mode = mode
    self.isTrained = isTrained
    self.isAveraged = isAveraged
    self.path = path
    self.place = place
    self.initializer = initializer
    self.moved = moved
  }

  /// The place of the list being built as the file writes it: `networks.generator.layers`.
  public var filePath: String {
    var text = "networks"
    for part in path.split(separator: ".") {
      text += part.allSatisfy(\.isNumber) ? "[\(part)]" : "." + part
    }
    return text
  }

  /// Builds what stands at `component` below the present place.
  public func within<T, E: Error>(_ component: String, _ body: () throws(E) -> T) throws(E) -> T {
    let outer = path
    path += "." + component
    defer { path = outer }
    return try body()
  }

  /// Passes `x` through a layer, and notes what that costs.
  func pass(_ x: Signal, through layer: Placed<any Layer>) throws(LayerError) -> Signal {
    let index = passes.count
    let (firstNode, firstVariable) = (graph.nodes.count, variables.count)
    passes.append(LayerPass(path: path, layer: layer.name, output: x.shape))
    let y = try layer.part.build(x, in: self)
    // Sums first: a slice that lives on while the list changes would copy all of it.
    let inner = passes[(index + 1)...].reduce((parameters: 0, multiplyAdds: 0)) {
      ($0.parameters + $1.parameters, $0.multiplyAdds + $1.multiplyAdds)
    }
    let own = variables[firstVariable...].filter { $0.role == .parameter }
    passes[index].output = y.shape
    passes[index].parameters = own.reduce(0) { $0 + $1.shape.count } - inner.parameters
    passes[index].multiplyAdds =
      graph.multiplyAdds(from: firstNode) / batch - inner.multiplyAdds
    return y
  }

  /// The trainable weights called `name`.
  ///
  /// - Parameters:
  ///   - dims: the extents in memory.
  ///   - layout: how the weights are written to files.
  ///   - fan: the numbers of inputs and outputs that initialisers scale by.
  ///   - initializer: how they start; the network's choice when nil.
  ///   - sharing: the layer's `weights` name: layers with the same one share their parameters.
  public func parameter(
    _ name: String, _ dims: [Int], layout: Variable.Layout = .plain, fan: Fan,
    initializer: (any Initializer)? = nil, sharing: String? = nil
  ) throws(LayerError) -> Value {
    let variable = Variable(
      path: (sharing.map { "shared." + $0 } ?? path) + "." + name, role: .parameter,
      shape: Shape(dims), layout: layout, fan: fan, initializer: initializer ?? self.initializer)
    return try leaf(variable)
  }

  /// The statistic called `name`, which only `move` changes.
  public func state(_ name: String, _ dims: [Int], initializer: any Initializer, fan: Fan = .none)
    throws(LayerError) -> Value
  {
    try leaf(
      Variable(
        path: path + "." + name, role: .state, shape: Shape(dims), layout: .plain, fan: fan,
        initializer: initializer))
  }

  /// The statistic `name` as earlier passes of the same update leave it: a pass through the same
  /// network on another value goes on from there.
  public func latest(_ name: String, _ state: Value) -> Value { moved[path + "." + name] ?? state }

  /// The statistic `name` becomes `value` at the end of the update, if this player trains the
  /// network and the network is in training mode.
  public func move(_ name: String, to value: Value) {
    guard isTrained, mode == .training,
      let state = variables.last(where: { $0.path == path + "." + name })
    else { return }
    moves.append((state, value))
  }

  /// The stream of random numbers of this layer in this call.
  public func stream(_ purpose: String) -> UInt64 {
    Stream.hash(path + "/" + purpose + "@" + place)
  }

  private func leaf(_ variable: Variable) throws(LayerError) -> Value {
    if let known = shapes[variable.path] {
      guard known == variable.shape else {
        throw LayerError(
          "shares the weights `\(variable.path)`, which are \(known), "
            + "but needs \(variable.shape)")
      }
    } else {
      variables.append(variable)
      shapes[variable.path] = variable.shape
    }
    let role: Leaf.Role = isAveraged && variable.role == .parameter ? .average : variable.role
    return try op { () throws(ShapeError) in
      try graph.leaf(role, variable.path, variable.shape)
    }
  }

  /// Adds an op to the graph; what it refuses becomes the layer's error.
  public func add(_ op: some Op, _ inputs: Value...) throws(LayerError) -> Value {
    try self.op { () throws(ShapeError) in try graph.add(op, inputs) }
  }

  /// A number that the layer computes with.
  public func constant(_ value: Double) throws(LayerError) -> Value {
    try add(Constant(Float(value)))
  }

  /// How biases start: as the network's default says, or at zero where the network chooses how
  /// weights start, as the papers do that state it.
  public var biasInitializer: any Initializer {
    initializer is DefaultInitializer ? initializer : Zeros()
  }

  /// Runs graph-building code; what an op refuses becomes the layer's error.
  public func op<T>(_ body: () throws(ShapeError) -> T) throws(LayerError) -> T {
    do { return try body() } catch { throw LayerError(error) }
  }
}
