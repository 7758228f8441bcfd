import CKernels
import Graph

/// The largest integer that is not above x.
public struct Floor: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_FLOOR) }

  /// The ends, rounded down.
  public func interval(_ inputs: [Interval]) -> Interval { inputs[0].rising { $0.rounded(.down) } }

  /// None: the result is a step.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [nil] }

  /// A tensor and a scalar.
  public static var examples: [Example] { unary(Self(), .apart) }
}
