import CKernels
import Graph

/// y = max(0, x); keeps NaN.
public struct ReLU: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// `relu`, which the type's spelling would not give.
  public static let name = "relu"
  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_RELU) }

  /// From 0.
  public func interval(_ inputs: [Interval]) -> Interval { inputs[0].rising { max($0, 0) } }

  /// dy where x > 0, which is where y > 0: so x need not be kept.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let isPositive = try graph.add(Greater(), output, graph.constant(0))
    return [try graph.select(isPositive, dy, else: 0)]
  }

  /// A tensor and a scalar.
  public static var examples: [Example] { unary(Self(), .apart) }
}
