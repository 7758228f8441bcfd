import CKernels
import Graph

/// y = a where the condition is not 0 (NaN counts as not 0), else b.
public struct Select: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// Three.
  public static let arity = 3
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_SELECT) }

  /// Those of either.
  public func interval(_ inputs: [Interval]) -> Interval { inputs[1].union(inputs[2]) }

  /// To the one that was taken.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let (condition, a, b) = (inputs[0], inputs[1], inputs[2])
    let da = try graph.select(condition, dy, else: 0)
    let db = try graph.select(condition, 0, else: dy)
    return [
      nil, try graph.reduce(da, to: graph.shape(a)), try graph.reduce(db, to: graph.shape(b)),
    ]
  }

  /// Conditions of 0 and 1, and broadcasting.
  public static var examples: [Example] {
    [
      Example(Select(), .flags([2, 9]), .numbers([2, 9]), .numbers([2, 9])),
      Example(Select(), .flags([3, 1]), .numbers([]), .numbers([3, 4])),
      Example(Select(), .flags([]), .numbers([1, 4]), .numbers([])),
    ]
  }
}
