import CKernels
import Graph

/// y = cos(x); NaN beyond 2^50.
public struct Cosine: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_COS) }

  /// From -1 to 1.
  public func interval(_ inputs: [Interval]) -> Interval {
    Interval(-1, 1, isReached: !inputs[0].isFinite)
  }

  /// -dy sin(x).
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let slope = try graph.add(Negate(), graph.add(Sine(), inputs[0]))
    return [try graph.add(Multiply(), dy, slope)]
  }

  /// A tensor and a scalar.
  public static var examples: [Example] { unary(Self(), .numbers) }
}
