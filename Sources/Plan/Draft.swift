import Graph
import Tensor

/// A tensor as a step sees it: whose memory, under which shape.
public struct Use: Hashable, Sendable {
  /// The value that owns the memory.
  public var value: Value
  /// The shape under which it is read or written; a view's differs from its owner's.
  public var shape: Shape

  /// The memory of `value`, seen as `shape`.
  public init(_ value: Value, _ shape: Shape) {
    self.value = value
    self.shape = shape
  }
}

/// What is asked of a program: a value, under a name, in a place.
public struct Root: Sendable {
  /// Where the value is wanted.
  public enum Destination: Hashable, Sendable {
    /// Anywhere: it stays valid until a program runs on the same arena again.
    case any
    /// At this offset, in floats, of the output buffer that the executor is given: gradients lie
    /// there as the parameters lie in theirs.
    case output(Int)
  }

  /// The name under which the executor gives access to it.
  public let name: String
  /// What is wanted.
  public let value: Value
  /// Where it is wanted.
  public let destination: Destination

  /// The value `value` under a name.
  public init(_ name: String, _ value: Value, _ destination: Destination = .any) {
    self.name = name
    self.value = value
    self.destination = destination
  }
}

/// A node of the graph that a step computes, for texts about the plan.
public struct Covered: Hashable, Sendable {
  /// The node's value.
  public let value: Value
  /// The op's name.
  public let name: String
  /// The line of the experiment that asked for it.
  public let origin: Origin
  /// Multiplications and additions of one run.
  public let operations: Int
  /// The elements of its result.
  public let floats: Int
}

/// One kernel call: what it does, what it reads and what it writes.
public struct Step: Sendable {
  /// What it does.
  public var work: Work
  /// What it reads, in the order of the op's inputs.
  public var inputs: [Use]
  /// What it writes: one tensor, or several for fused work.
  public var outputs: [Use]
  /// The nodes of the graph that it computes, in their order.
  public var covers: [Covered]
}

/// A computation between two passes: steps in an order in which they can run.
///
/// A value is owned by a leaf, or made by exactly one step, before any step reads it.
public struct Draft: Sendable {
  /// Memory from outside, in the graph's order.
  public var leaves: [(leaf: Leaf, use: Use)] = []
  /// What is computed once, when the program is bound: constants, and what is made of them alone.
  public var setup: [Step] = []
  /// What is computed at every run.
  public var steps: [Step] = []
  /// What is asked for.
  public var roots: [(name: String, use: Use, destination: Root.Destination)]
  private var values: Int

  /// The part of a graph that `roots` need, a step for each node.
  public init(_ graph: Graph, roots: [Root]) {
    values = graph.nodes.count
    self.roots = roots.map { ($0.name, Use($0.value, graph.shape($0.value)), $0.destination) }
    let wanted = graph.reachable(roots.map(\.value))
    for (index, node) in graph.nodes.enumerated() where wanted[index] {
      let use = Use(Value(index: index), node.shape)
      if let leaf = node.op as? Leaf {
        leaves.append((leaf, use))
        continue
      }
      let inputs = node.inputs.map { Use($0, graph.shape($0)) }
      let covered = Covered(
        value: use.value, name: node.op.name, origin: node.origin,
        operations: node.op.operations(inputs.map(\.shape), node.shape), floats: node.shape.count)
      steps.append(Step(work: .op(node.op), inputs: inputs, outputs: [use], covers: [covered]))
    }
  }

  /// A value that no step makes yet.
  public mutating func makeValue() -> Value {
    values += 1
    return Value(index: values - 1)
  }
}

extension Draft {
  /// What is wrong with the draft, nothing for a legal one. Run between passes in tests.
  public func check() -> [String] {
    var violations: [String] = []
    var floats: [Value: Int] = [:]
    for (_, use) in leaves { floats[use.value] = use.shape.count }
    for step in setup + steps {
      for use in step.inputs where floats[use.value] != use.shape.count {
        violations.append("\(step.work.name) reads %\(use.value.index), which is not there")
      }
      for use in step.outputs {
        if floats.updateValue(use.shape.count, forKey: use.value) != nil {
          violations.append("\(step.work.name) makes %\(use.value.index) once more")
        }
      }
      if let fault = step.work.fault(step.inputs.map(\.shape), step.outputs.map(\.shape)) {
        violations.append("\(step.work.name): \(fault)")
      }
    }
    for root in roots where floats[root.use.value] != root.use.shape.count {
      violations.append("nothing makes the root \(root.name)")
    }
    return violations
  }
}
