import CKernels
import Graph
import Tensor

/// Repeats a tensor along the axes where its extent is 1 (a scalar along all) to the shape `dims`.
public struct Expand: Elementwise {
  /// The extents of the result.
  public let dims: [Int]

  /// The repetition to the shape `dims`.
  public init(_ dims: [Int]) { self.dims = dims }

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_COPY) }

  /// `dims`, to which the input must broadcast.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expectNumbers(1, inputs)
    let result = try checked(dims, inputs)
    guard inputs[0].broadcast(with: result) == result else {
      throw failure("cannot repeat \(inputs[0]) to \(result)", inputs)
    }
    return result
  }

  /// The input's.
  public func interval(_ inputs: [Interval]) -> Interval { inputs[0] }

  /// The sum of dy over the repetitions.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [try graph.reduce(dy, to: graph.shape(inputs[0]))] }

  /// None.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int { 0 }

  /// From a scalar, a column, a row and a number per channel.
  public static var examples: [Example] {
    [
      Example(Expand([3, 2]), .numbers([])), Example(Expand([3, 2]), .numbers([3, 1])),
      Example(Expand([3, 2]), .numbers([1, 2])),
      Example(Expand([2, 2, 3, 2]), .numbers([1, 1, 1, 2])),
    ]
  }
}
