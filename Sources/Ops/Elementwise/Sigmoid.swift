import CKernels
import Graph

/// y = 1 / (1 + e^-x).
public struct Sigmoid: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_SIGMOID) }

  /// Probabilities.
  public func interval(_ inputs: [Interval]) -> Interval {
    inputs[0].rising { 1 / (1 + assay_exp(-$0)) }
  }

  /// dy y (1 - y).
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let rest = try graph.add(Subtract(), graph.constant(1), output)
    let slope = try graph.add(Multiply(), output, rest)
    return [try graph.add(Multiply(), dy, slope)]
  }

  /// A tensor and a scalar.
  public static var examples: [Example] { unary(Self(), .numbers) }
}
