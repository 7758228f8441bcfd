import CKernels
import Graph

/// y = a b.
public struct Multiply: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// Two.
  public static let arity = 2
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_MULTIPLY) }

  /// The products of the ends.
  public func interval(_ inputs: [Interval]) -> Interval { inputs[0].combined(inputs[1], *) }

  /// dy b and dy a.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let (a, b) = (inputs[0], inputs[1])
    return [
      try graph.reduce(graph.add(Multiply(), dy, b), to: graph.shape(a)),
      try graph.reduce(graph.add(Multiply(), dy, a), to: graph.shape(b)),
    ]
  }

  /// All ways to broadcast.
  public static var examples: [Example] { binary(Self(), .numbers, .numbers) }
}
