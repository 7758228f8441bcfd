import CKernels
import Graph

/// y = e^x.
public struct Exponential: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_EXP) }

  /// Above 0.
  public func interval(_ inputs: [Interval]) -> Interval { inputs[0].rising { assay_exp($0) } }

  /// dy y.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [try graph.add(Multiply(), dy, output)] }

  /// A tensor and a scalar.
  public static var examples: [Example] { unary(Self(), .numbers) }
}
