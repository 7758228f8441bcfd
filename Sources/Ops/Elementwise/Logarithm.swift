import CKernels
import Graph

/// The natural logarithm; -infinity at 0, NaN below.
public struct Logarithm: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_LOG) }

  /// dy / x.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [try graph.add(Divide(), dy, inputs[0])] }

  /// A tensor and a scalar.
  public static var examples: [Example] { unary(Self(), .positive) }
}
