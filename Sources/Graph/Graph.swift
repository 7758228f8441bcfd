import Tensor

/// The result of a node: a handle that means something in its own graph only.
public struct Value: Hashable, Sendable, Comparable {
  /// The node's place in its graph.
  public let index: Int

  /// The handle of the node at `index`.
  public init(index: Int) { self.index = index }

  /// Earlier nodes first: a node's inputs are always less than the node.
  public static func < (a: Value, b: Value) -> Bool { a.index < b.index }
}

/// One immutable step of a computation.
public struct GraphNode: Sendable {
  /// What is computed.
  public let op: any Op
  /// From what.
  public let inputs: [Value]
  /// The shape of the result, as the op's rule derives it.
  public let shape: Shape
  /// The line of the experiment that asked for it.
  public let origin: Origin
}

/// A computation as a list of interned nodes in an order in which they can run.
///
/// Nodes are only ever added, and never changed; asking for the same op on the same inputs again
/// gives the node that is there, so shared subexpressions and repeated calls cost nothing.
public final class Graph {
  /// The nodes, inputs before users.
  public private(set) var nodes: [GraphNode] = []
  /// What the nodes that are added now are for.
  public var origin = Origin.none
  /// What is known of some values beyond what the ops' rules say.
  private(set) var declared: [Value: Interval] = [:]
  private var interned: [Key: Value] = [:]
  private let budget: Budget?

  /// An empty graph; its nodes are taken from `budget`, if there is one.
  public init(budget: Budget? = nil) { self.budget = budget }

  private struct Key: Hashable {
    let op: any Op
    let inputs: [Value]

    static func == (a: Key, b: Key) -> Bool { a.inputs == b.inputs && a.op.isEqual(b.op) }

    func hash(into hasher: inout Hasher) {
      hasher.combine(ObjectIdentifier(type(of: op)))
      op.hash(into: &hasher)
      hasher.combine(inputs)
    }
  }

  /// The node of `op` on `inputs`, made if it is not there yet.
  @discardableResult
  public func add(_ op: any Op, _ inputs: [Value]) throws(ShapeError) -> Value {
    let key = Key(op: op, inputs: inputs)
    if let known = interned[key] { return known }
    let shape = try op.shape(inputs.map { nodes[$0.index].shape })
    guard Shape(checking: shape.dims, shape.element) != nil else {
      throw ShapeError(
        op.name, "would make a tensor of \(shape.dims), more than can be held", [],
        excess: .tensor(shape.dims))
    }
    if let budget, !budget.take() {
      throw ShapeError(op.name, "is one operation too many", [], excess: .nodes)
    }
    let value = Value(index: nodes.count)
    nodes.append(GraphNode(op: op, inputs: inputs, shape: shape, origin: origin))
    interned[key] = value
    return value
  }

  /// The node of `op` on `inputs`, made if it is not there yet.
  @discardableResult
  public func add(_ op: any Op, _ inputs: Value...) throws(ShapeError) -> Value {
    try add(op, inputs)
  }

  /// Notes what is known of a value beyond what the ops' rules can say, as that softmax gives
  /// probabilities.
  public func declare(_ value: Value, _ bounds: Interval) { declared[value] = bounds }

  /// The node that computes a value.
  public subscript(value: Value) -> GraphNode { nodes[value.index] }

  /// The shape of a value.
  public func shape(_ value: Value) -> Shape { nodes[value.index].shape }

  /// Runs `body` with another origin for the nodes that it adds.
  public func withOrigin<T, E: Error>(_ origin: Origin, _ body: () throws(E) -> T) throws(E) -> T {
    let outer = self.origin
    self.origin = origin
    defer { self.origin = outer }
    return try body()
  }
}
