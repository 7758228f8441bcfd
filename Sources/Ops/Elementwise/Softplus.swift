import CKernels
import Graph

/// y = log(1 + e^x), without overflow.
public struct Softplus: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_SOFTPLUS) }

  /// Above 0.
  public func interval(_ inputs: [Interval]) -> Interval {
    inputs[0].rising { max($0, 0) + assay_log(1 + assay_exp(-abs($0))) }
  }

  /// dy sigmoid(x).
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [try graph.add(Multiply(), dy, graph.add(Sigmoid(), inputs[0]))] }

  /// A tensor and a scalar.
  public static var examples: [Example] { unary(Self(), .numbers) }
}
