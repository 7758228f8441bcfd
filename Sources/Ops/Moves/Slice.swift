import CKernels
import Graph
import Tensor

/// The part of a tensor in `range` along one axis.
public struct Slice: ListedOp {
  /// The axis.
  public let axis: Int
  /// The places that are kept.
  public let range: Range<Int>

  /// The part in `range` along `axis`.
  public init(axis: Int, range: Range<Int>) {
    self.axis = axis
    self.range = range
  }

  /// The axis and the range.
  public var attributes: String { "axis \(axis), \(range)" }

  /// The input's, with the extent of the range along the axis.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expect(1, inputs)
    let input = inputs[0]
    guard input.dims.indices.contains(axis), range.lowerBound >= 0, !range.isEmpty,
      range.upperBound <= input[axis]
    else { throw failure("takes \(range) of axis \(axis), but the input is \(input)", inputs) }
    return input.replacing(axis, by: range.count)
  }

  /// The input's.
  public func interval(_ inputs: [Interval]) -> Interval { inputs[0] }

  /// dy among zeros.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let after = graph.shape(inputs[0])[axis] - range.upperBound
    return [try graph.add(Pad(axis: axis, before: range.lowerBound, after: after), dy)]
  }

  /// One copy of rows.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (rows, row) = output.shape.rows(at: axis)
    let (_, whole) = inputs[0].shape.rows(at: axis)
    let start = range.lowerBound * (row / range.count)
    let copy = StridedCopy(
      rows: rows, of: row, from: inputs[0].floats + start, step: whole, to: output.floats,
      step: row)
    return { _ in copy.run() }
  }

  /// None.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int { 0 }

  /// The start, the middle and the end, along the first, the middle and the last axis.
  public static var examples: [Example] {
    [
      Example(Slice(axis: 0, range: 0..<2), .numbers([4, 3])),
      Example(Slice(axis: 1, range: 1..<3), .numbers([2, 4, 3])),
      Example(Slice(axis: 1, range: 2..<5), .numbers([3, 5])),
    ]
  }
}
