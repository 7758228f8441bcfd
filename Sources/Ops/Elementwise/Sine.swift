import CKernels
import Graph

/// y = sin(x); NaN beyond 2^50.
public struct Sine: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_SIN) }

  /// From -1 to 1.
  public func interval(_ inputs: [Interval]) -> Interval {
    Interval(-1, 1, isReached: !inputs[0].isFinite)
  }

  /// dy cos(x).
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [try graph.add(Multiply(), dy, graph.add(Cosine(), inputs[0]))] }

  /// A tensor and a scalar.
  public static var examples: [Example] { unary(Self(), .numbers) }
}
