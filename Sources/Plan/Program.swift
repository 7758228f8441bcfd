import Graph
import Tensor

/// Ordered kernel calls over planned memory: data that any executor can bind to memory and run.
public struct Program: Sendable {
  /// A tensor in its place.
  public struct Tensor: Hashable, Sendable {
    /// Where it lies.
    public let place: Place
    /// The shape under which it is read or written.
    public let shape: Shape
  }

  /// One kernel call.
  public struct Call: Sendable {
    /// What it does.
    public let work: Work
    /// What it reads.
    public let inputs: [Tensor]
    /// What it writes.
    public let outputs: [Tensor]
    /// The nodes of the graph that it computes.
    public let covers: [Covered]
  }

  /// Memory from outside, in the order in which `Place.leaf` numbers it.
  public let leaves: [Leaf]
  /// Calls that run once, when the program is bound.
  public let setup: [Call]
  /// Calls of every run, in order.
  public let calls: [Call]
  /// The roots by name, in the order in which they were asked for.
  public let outputs: [(name: String, tensor: Tensor)]
  /// The floats of arena that a run needs.
  public let arena: Int
  /// The floats that the program keeps as constants.
  public let constants: Int

  /// Plans the computation of `roots`.
  public init(_ graph: Graph, roots: [Root]) {
    self.init(Pipeline.passes.reduce(Draft(graph, roots: roots)) { $1.run($0) })
  }

  /// The program of a draft as it stands.
  init(_ draft: Draft) {
    let memory = Memory(draft)
    func tensor(_ use: Use) -> Tensor? {
      memory.places[use.value].map { Tensor(place: $0, shape: use.shape) }
    }
    func call(_ step: Step) -> Call {
      Call(
        work: step.work, inputs: step.inputs.compactMap(tensor),
        outputs: step.outputs.compactMap(tensor), covers: step.covers)
    }
    leaves = draft.leaves.map(\.leaf)
    setup = draft.setup.map(call)
    calls = draft.steps.map(call)
    outputs = draft.roots.compactMap { root in tensor(root.use).map { (root.name, $0) } }
    arena = memory.arena
    constants = memory.constants
  }

  /// The floats that the results of all nodes would take side by side.
  public var unplanned: Int { calls.flatMap(\.covers).reduce(0) { $0 + $1.floats } }

  /// Multiplications and additions of one run.
  public var operations: Int { calls.flatMap(\.covers).reduce(0) { $0 + $1.operations } }

  /// The floats of output buffer that the roots' destinations reach.
  public var outputFloats: Int {
    outputs.reduce(0) { size, output in
      guard case .output(let offset) = output.tensor.place else { return size }
      return max(size, offset + output.tensor.shape.count)
    }
  }
}
