import Graph
import Tensor

/// The same elements in the same order under the shape `dims`.
public struct Reshape: ListedOp {
  /// The extents of the result.
  public let dims: [Int]

  /// The view with the shape `dims`.
  public init(_ dims: [Int]) { self.dims = dims }

  /// A view.
  public var traits: Traits { .view }

  /// `dims`, of as many elements as the input.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expect(1, inputs)
    let result = try checked(dims, inputs, inputs[0].element)
    guard result.count == inputs[0].count else {
      throw failure(
        "needs \(result.count) elements for \(result), but receives \(inputs[0].count)", inputs)
    }
    return result
  }

  /// The input's.
  public func interval(_ inputs: [Interval]) -> Interval { inputs[0] }

  /// dy under the input's shape.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [try graph.add(Reshape(graph.shape(inputs[0]).dims), dy)] }

  /// Nothing to run.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel { { _ in } }

  /// None.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int { 0 }

  /// To other ranks.
  public static var examples: [Example] {
    [
      Example(Reshape([2, 6]), .numbers([2, 3, 2])), Example(Reshape([]), .numbers([1, 1])),
      Example(Reshape([1, 2, 2]), .numbers([4])),
    ]
  }
}
