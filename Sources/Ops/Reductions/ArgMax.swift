import CKernels
import Graph
import Tensor

/// The place of the largest element along an axis, which keeps the extent 1: the first on ties.
public struct ArgMax: ListedOp {
  /// The axis that is searched.
  public let axis: Int

  /// The place of the maximum along `axis`.
  public init(axis: Int) { self.axis = axis }

  /// The axis.
  public var attributes: String { "axis \(axis)" }

  private var axes: Range<Int> { axis..<axis &+ 1 }

  /// The input's, with extent 1 along the axis and integers as elements.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expectNumbers(1, inputs)
    guard inputs[0].dims.indices.contains(axis) else {
      throw failure("searches axis \(axis), but the input is \(inputs[0])", inputs)
    }
    return Shape(inputs[0].collapsing(axes).dims, .int32)
  }

  /// None: a place does not change smoothly.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [nil] }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (x, y) = (inputs[0].floats, output.integers)
    let part = inputs[0].shape.split(around: axes)
    return { _ in assay_reduce_argmax(y, x, part.outer, part.length, part.inner) }
  }

  /// One comparison an element.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int { inputs[0].count }

  /// First, middle and last axis.
  public static var examples: [Example] {
    [
      Example(ArgMax(axis: 0), .apart([5, 3])), Example(ArgMax(axis: 1), .apart([4, 10])),
      Example(ArgMax(axis: 1), .apart([2, 3, 2])),
    ]
  }
}
