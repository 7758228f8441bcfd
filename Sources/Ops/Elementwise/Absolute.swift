import CKernels
import Graph

/// y = |x|.
public struct Absolute: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_ABSOLUTE) }

  /// From 0, or from the end that is nearer to it, where all have one sign.
  public func interval(_ inputs: [Interval]) -> Interval {
    let x = inputs[0]
    let least = x.lower > 0 ? x.lower : x.upper < 0 ? -x.upper : 0
    return Interval(least, max(-x.lower, x.upper), isReached: x.isReached)
  }

  /// dy sign(x), so 0 at 0.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [try graph.add(Multiply(), dy, graph.add(Sign(), inputs[0]))] }

  /// A tensor and a scalar.
  public static var examples: [Example] { unary(Self(), .apart) }
}
