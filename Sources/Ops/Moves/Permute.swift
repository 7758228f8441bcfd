import CKernels
import Graph
import Tensor

/// The axes in another order: axis i of the result is axis order[i] of the input.
public struct Permute: ListedOp {
  /// For each axis of the result, the input's axis.
  public let order: [Int]

  /// The permutation of axes `order`.
  public init(_ order: [Int]) { self.order = order }

  /// The order.
  public var attributes: String { order.map(String.init).joined(separator: " ") }

  /// The extents in the new order.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expect(1, inputs)
    guard order.sorted() == Array(0..<inputs[0].rank) else {
      throw failure("orders the axes as \(order), but the input is \(inputs[0])", inputs)
    }
    guard order.count <= StridedCopy.limit else {
      throw failure("orders up to \(StridedCopy.limit) axes, not \(order.count)", inputs)
    }
    return Shape(order.map { inputs[0][$0] }, inputs[0].element)
  }

  /// The input's.
  public func interval(_ inputs: [Interval]) -> Interval { inputs[0] }

  /// dy in the order that leads back.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let back = order.indices.sorted { order[$0] < order[$1] }
    return [try graph.add(Permute(back), dy)]
  }

  /// One strided copy.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let strides = inputs[0].shape.strides
    let copy = StridedCopy(
      output.shape.dims, from: inputs[0].floats, order.map { strides[$0] },
      to: output.floats, output.shape.strides)
    return { _ in copy.run() }
  }

  /// None.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int { 0 }

  /// A transpose, channels last to channels first, and a cycle that is not its own inverse.
  public static var examples: [Example] {
    [
      Example(Permute([1, 0]), .numbers([3, 5])),
      Example(Permute([0, 3, 1, 2]), .numbers([2, 2, 3, 4])),
      Example(Permute([1, 2, 0]), .numbers([2, 3, 4])),
    ]
  }
}
