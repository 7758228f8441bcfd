import CKernels
import Graph

/// 1 where a >= b, else 0; 0 where either is NaN.
public struct GreaterEqual: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// Two.
  public static let arity = 2
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_GREATER_EQUAL) }

  /// 0 and 1.
  public func interval(_ inputs: [Interval]) -> Interval { .unit }

  /// None: the result is a step.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [nil, nil] }

  /// All ways to broadcast.
  public static var examples: [Example] { binary(Self(), .apart, .apart) }
}
