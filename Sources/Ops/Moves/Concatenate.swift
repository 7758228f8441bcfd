import CKernels
import Graph
import Tensor

/// Tensors one after another along one axis.
public struct Concatenate: ListedOp {
  /// The axis.
  public let axis: Int

  /// The inputs in their order along `axis`.
  public init(axis: Int) { self.axis = axis }

  /// The axis.
  public var attributes: String { "axis \(axis)" }

  /// The first input's, with the sum of the extents along the axis; all else must be equal.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard let first = inputs.first else { throw failure("takes at least one input", inputs) }
    guard first.dims.indices.contains(axis) else {
      throw failure("joins along axis \(axis), but input 0 is \(first)", inputs)
    }
    var extent = 0
    for input in inputs {
      guard input.rank == first.rank, input.replacing(axis, by: first[axis]) == first else {
        throw failure("cannot join \(first) and \(input) along axis \(axis)", inputs)
      }
      extent += input[axis]
    }
    return try checked(first.replacing(axis, by: extent).dims, inputs, first.element)
  }

  /// Those of any input.
  public func interval(_ inputs: [Interval]) -> Interval {
    inputs.dropFirst().reduce(inputs[0]) { $0.union($1) }
  }

  /// To each input its part of dy.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    var start = 0
    var gradients: [Value?] = []
    for input in inputs {
      let end = start + graph.shape(input)[axis]
      gradients.append(try graph.add(Slice(axis: axis, range: start..<end), dy))
      start = end
    }
    return gradients
  }

  /// One copy of rows for each input.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (rows, whole) = output.shape.rows(at: axis)
    var start = 0
    let copies = inputs.map { input in
      let (_, row) = input.shape.rows(at: axis)
      defer { start += row }
      return StridedCopy(
        rows: rows, of: row, from: input.floats, step: row, to: output.floats + start,
        step: whole)
    }
    return { _ in for copy in copies { copy.run() } }
  }

  /// None.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int { 0 }

  /// Two along the last axis, three along the first, and along the middle.
  public static var examples: [Example] {
    [
      Example(Concatenate(axis: 1), .numbers([3, 2]), .numbers([3, 4])),
      Example(Concatenate(axis: 0), .numbers([1, 3]), .numbers([2, 3]), .numbers([1, 3])),
      Example(Concatenate(axis: 1), .numbers([2, 1, 3]), .numbers([2, 2, 3])),
    ]
  }
}
