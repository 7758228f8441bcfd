import CKernels
import Graph

/// y = x^2.
public struct Square: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_SQUARE) }

  /// The squares of the ends, from 0 where the sign may change.
  public func interval(_ inputs: [Interval]) -> Interval {
    let x = inputs[0]
    let ends = (x.lower * x.lower, x.upper * x.upper)
    let least = x.lower > 0 ? ends.0 : x.upper < 0 ? ends.1 : 0
    return Interval(least, max(ends.0, ends.1), isReached: x.isReached)
  }

  /// 2 dy x.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [try graph.scale(graph.add(Multiply(), dy, inputs[0]), by: 2)] }

  /// A tensor and a scalar.
  public static var examples: [Example] { unary(Self(), .numbers) }
}
