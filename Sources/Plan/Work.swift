import Graph
import Tensor

/// What one step does: an op of the graph, or what a pass has put in the place of some.
public enum Work: Sendable {
  /// An op as it stands in the graph.
  case op(any Op)
  /// Elementwise ops in one pass.
  case fused(Fused)
  /// A copy of the input under the output's shape: for a root whose memory is not its own.
  case copy

  /// The name in texts about the plan.
  public var name: String {
    switch self {
    case .op(let op): op.name
    case .fused(let fused): fused.names.count == 1 ? fused.names[0] : "fused"
    case .copy: "copy"
    }
  }

  /// The attributes in texts about the plan, empty where there are none.
  public var attributes: String {
    switch self {
    case .op(let op): op.attributes
    case .fused(let fused): fused.names.count == 1 ? "" : fused.names.joined(separator: ", ")
    case .copy: ""
    }
  }

  /// What the passes may do with it.
  public var traits: Traits {
    switch self {
    case .op(let op): op.traits
    case .fused, .copy: Traits()
    }
  }

  /// The work bound to the memory that it reads and writes at every run.
  func kernel(_ inputs: [Operand], _ outputs: [Operand]) -> Kernel {
    switch self {
    case .op(let op): return op.kernel(inputs, outputs[0])
    case .fused(let fused): return fused.kernel(inputs, outputs)
    case .copy:
      let (from, to) = (inputs[0].floats, outputs[0])
      return { _ in to.floats.update(from: from, count: to.shape.count) }
    }
  }

  /// The inputs, of the shapes given, whose memory output number `output` may take.
  func replaceable(by output: Int, _ inputs: [Shape]) -> [Int] {
    if case .fused(let fused) = self { fused.replaceable(by: output, inputs) } else { [] }
  }

  /// Why these shapes are not what the work takes and gives, nil when they are.
  func fault(_ inputs: [Shape], _ outputs: [Shape]) -> String? {
    switch self {
    case .copy:
      return inputs.count == 1 && inputs[0].count == outputs[0].count ? nil : "copies another size"
    case .fused(let fused):
      let made = fused.program.outputs + fused.program.summed.count
      guard (fused.program.inputs, made) == (inputs.count, outputs.count) else {
        return "operands are missing"
      }
      return Self.broadcastFault(inputs + outputs, fused.space)
    case .op(let op) where op.traits.instruction != nil:
      return Self.broadcastFault(inputs, outputs[0])
    case .op(let op):
      do {
        return try op.shape(inputs) == outputs[0] ? nil : "the shape is not what its rule says"
      } catch {
        return error.fact
      }
    }
  }
  private static func broadcastFault(_ inputs: [Shape], _ output: Shape) -> String? {
    let fits = inputs.allSatisfy { $0.broadcast(with: output)?.dims == output.dims }
    return fits ? nil : "inputs do not broadcast to the output"
  }
}
