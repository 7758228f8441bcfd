import CKernels
import Graph

/// y = log(sigmoid(x)) = -log(1 + e^-x), without overflow.
public struct LogSigmoid: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_LOG_SIGMOID) }

  /// Below 0.
  public func interval(_ inputs: [Interval]) -> Interval {
    inputs[0].rising { min($0, 0) - assay_log(1 + assay_exp(-abs($0))) }
  }

  /// dy sigmoid(-x).
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let slope = try graph.add(Sigmoid(), graph.add(Negate(), inputs[0]))
    return [try graph.add(Multiply(), dy, slope)]
  }

  /// A tensor and a scalar.
  public static var examples: [Example] { unary(Self(), .numbers) }
}
