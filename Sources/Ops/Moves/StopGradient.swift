import Graph
import Tensor

/// The same value, through which no gradient flows.
public struct StopGradient: ListedOp {
  /// The op, which has no attributes.
  public init() {}

  /// A view.
  public var traits: Traits { .view }

  /// The input's.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expect(1, inputs)
    return inputs[0]
  }

  /// The input's.
  public func interval(_ inputs: [Interval]) -> Interval { inputs[0] }

  /// None.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [nil] }

  /// Nothing to run.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel { { _ in } }

  /// None.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int { 0 }

  /// A matrix.
  public static var examples: [Example] { [Example(StopGradient(), .numbers([2, 3]))] }
}
