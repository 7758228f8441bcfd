import CKernels
import Graph

/// The smaller of two numbers; NaN where either is.
public struct Minimum: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// Two.
  public static let arity = 2
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_MINIMUM) }

  /// The smaller ends.
  public func interval(_ inputs: [Interval]) -> Interval { inputs[0].combined(inputs[1], min) }

  /// To the one that was taken; to the first where they are equal.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let (a, b) = (inputs[0], inputs[1])
    let first = try graph.add(GreaterEqual(), b, a)
    let da = try graph.select(first, dy, else: 0)
    let db = try graph.select(first, 0, else: dy)
    return [try graph.reduce(da, to: graph.shape(a)), try graph.reduce(db, to: graph.shape(b))]
  }

  /// All ways to broadcast.
  public static var examples: [Example] { binary(Self(), .apart, .apart) }
}
