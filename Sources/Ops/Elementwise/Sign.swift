import CKernels
import Graph

/// 1 above 0, -1 below; 0 and NaN stay.
public struct Sign: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_SIGN) }

  /// From -1 to 1.
  public func interval(_ inputs: [Interval]) -> Interval {
    Interval(-1, 1, isReached: !inputs[0].isFinite)
  }

  /// None: the result is a step.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [nil] }

  /// A tensor and a scalar.
  public static var examples: [Example] { unary(Self(), .apart) }
}
