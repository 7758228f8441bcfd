import CKernels
import Graph

/// y = -x.
public struct Negate: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_NEGATE) }

  /// The ends with the other sign.
  public func interval(_ inputs: [Interval]) -> Interval { inputs[0].falling { -$0 } }

  /// -dy.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [try graph.add(Negate(), dy)] }

  /// A tensor and a scalar.
  public static var examples: [Example] { unary(Self(), .numbers) }
}
