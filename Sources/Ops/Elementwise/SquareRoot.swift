import CKernels
import Graph

/// The square root; NaN below 0.
public struct SquareRoot: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_SQUARE_ROOT) }

  /// The roots of the ends.
  public func interval(_ inputs: [Interval]) -> Interval {
    inputs[0].lower < 0 ? .unknown : inputs[0].rising { $0.squareRoot() }
  }

  /// dy / (2 y), and 0 where y is 0, so that norms can be differentiated twice at 0. The divisor is
  /// replaced there too: 0 times an infinite derivative would be NaN.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let isZero = try graph.add(Equal(), output, graph.constant(0))
    let divisor = try graph.select(isZero, 1, else: output)
    let slope = try graph.scale(graph.add(Divide(), dy, divisor), by: 0.5)
    return [try graph.select(isZero, 0, else: slope)]
  }

  /// A tensor and a scalar.
  public static var examples: [Example] { unary(Self(), .positive) }
}
