import Tensor

/// Runs a graph node by node, each into memory of its own, and shows every result: slow, and the
/// reference for what a planned program must give. A diverged update is replayed with it.
public struct Interpreter {
  private let graph: Graph
  private let moment: Moment
  private let leaf: (Leaf) -> UnsafeMutablePointer<Float>

  /// An interpreter of `graph` at `moment`.
  ///
  /// - Parameter leaf: the memory of each leaf, as large as its shape says.
  public init(
    _ graph: Graph, at moment: Moment, leaf: @escaping (Leaf) -> UnsafeMutablePointer<Float>
  ) {
    self.graph = graph
    self.moment = moment
    self.leaf = leaf
  }

  /// Runs every node that `roots` need and hands each result to `visit`, leaves included, in the
  /// order of the graph. A result is given back once its last user has run.
  public func run(_ roots: [Value], visit: (Value, Operand) throws -> Void) throws {
    let needed = graph.reachable(roots)
    let lastUse = lastUses(needed)
    var results = [Result?](repeating: nil, count: graph.nodes.count)
    for index in graph.nodes.indices where needed[index] {
      let value = Value(index: index)
      let node = graph[value]
      let inputs = node.inputs.compactMap { results[$0.index] }
      let result = try self.result(of: node, on: inputs)
      node.op.kernel(inputs.map(\.operand), result.operand)(moment)
      results[index] = result
      try withExtendedLifetime(inputs) { try visit(value, result.operand) }
      for input in node.inputs where lastUse[input.index] == index { results[input.index] = nil }
    }
  }

  /// A node's memory: a leaf's is bound by others, and a view's is its input's.
  private struct Result {
    let operand: Operand
    /// Keeps the memory.
    let owner: Buffer?
  }

  private func result(of node: GraphNode, on inputs: [Result]) throws(Buffer.OutOfMemory) -> Result
  {
    if let leaf = node.op as? Leaf {
      return Result(operand: Operand(self.leaf(leaf), node.shape), owner: nil)
    }
    if node.op.traits.isView, let input = inputs.first {
      return Result(operand: Operand(input.operand.floats, node.shape), owner: input.owner)
    }
    let buffer = try Buffer(node.shape.count)
    return Result(operand: Operand(buffer.floats, node.shape), owner: buffer)
  }

  /// For each node the last one that reads it, -1 where none does.
  private func lastUses(_ needed: [Bool]) -> [Int] {
    var last = [Int](repeating: -1, count: graph.nodes.count)
    for index in graph.nodes.indices where needed[index] {
      for input in graph.nodes[index].inputs { last[input.index] = index }
    }
    return last
  }
}
