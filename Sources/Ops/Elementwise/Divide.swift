import CKernels
import Graph

/// y = a / b.
public struct Divide: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// Two.
  public static let arity = 2
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_DIVIDE) }

  /// The quotients of the ends, where the divisor cannot be 0.
  public func interval(_ inputs: [Interval]) -> Interval {
    let divisor = inputs[1]
    guard divisor.lower > 0 || divisor.upper < 0 else { return .unknown }
    return inputs[0].combined(divisor, /)
  }

  /// dy / b and -(dy / b) y.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let (a, b) = (inputs[0], inputs[1])
    let da = try graph.add(Divide(), dy, b)
    let db = try graph.add(Negate(), graph.add(Multiply(), da, output))
    return [try graph.reduce(da, to: graph.shape(a)), try graph.reduce(db, to: graph.shape(b))]
  }

  /// All ways to broadcast.
  public static var examples: [Example] { binary(Self(), .numbers, .positive) }
}
