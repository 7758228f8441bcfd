import CKernels
import Graph
import Tensor

/// A tensor with zeros before and after it along one axis.
public struct Pad: ListedOp {
  /// The axis.
  public let axis: Int
  /// The number of places of zeros in front.
  public let before: Int
  /// The number of places of zeros behind.
  public let after: Int

  /// `before` zeros, the tensor, `after` zeros along `axis`.
  public init(axis: Int, before: Int, after: Int) {
    self.axis = axis
    self.before = before
    self.after = after
  }

  /// The axis and both numbers.
  public var attributes: String { "axis \(axis), \(before) before, \(after) after" }

  /// The input's, longer along the axis.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expect(1, inputs)
    let input = inputs[0]
    guard input.dims.indices.contains(axis) else {
      throw failure("extends axis \(axis), but the input is \(input)", inputs)
    }
    guard (0...Shape.limit).contains(before), (0...Shape.limit).contains(after) else {
      throw failure("cannot add \(before) and \(after) zeros", inputs)
    }
    let dims = input.replacing(axis, by: before + input[axis] + after).dims
    return try checked(dims, inputs, input.element)
  }

  /// The input's, and 0.
  public func interval(_ inputs: [Interval]) -> Interval { inputs[0].union(Interval(0, 0)) }

  /// The part of dy where the input is.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let end = before + graph.shape(inputs[0])[axis]
    return [try graph.add(Slice(axis: axis, range: before..<end), dy)]
  }

  /// Zeros, and one copy of rows over them.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (rows, row) = inputs[0].shape.rows(at: axis)
    let (_, whole) = output.shape.rows(at: axis)
    let start = before * (whole / output.shape[axis])
    let copy = StridedCopy(
      rows: rows, of: row, from: inputs[0].floats, step: row, to: output.floats + start,
      step: whole)
    let count = output.shape.count
    return { _ in
      output.floats.update(repeating: 0, count: count)
      copy.run()
    }
  }

  /// None.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int { 0 }

  /// In front, behind, and both.
  public static var examples: [Example] {
    [
      Example(Pad(axis: 0, before: 2, after: 0), .numbers([2, 3])),
      Example(Pad(axis: 1, before: 0, after: 1), .numbers([2, 2, 3])),
      Example(Pad(axis: 1, before: 1, after: 2), .numbers([3, 2])),
    ]
  }
}
