import CKernels
import Graph

/// The hyperbolic tangent.
public struct Tanh: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_TANH) }

  /// From -1 to 1.
  public func interval(_ inputs: [Interval]) -> Interval { inputs[0].rising { assay_tanh($0) } }

  /// dy (1 - y^2).
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let slope = try graph.add(Subtract(), graph.constant(1), graph.add(Square(), output))
    return [try graph.add(Multiply(), dy, slope)]
  }

  /// A tensor and a scalar.
  public static var examples: [Example] { unary(Self(), .numbers) }
}
