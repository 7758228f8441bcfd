import Graph
import Tensor

/// Checks that shape rules share.
extension Op {
  /// The error with the fact `fact`.
  func failure(_ fact: String, _ inputs: [Shape]) -> ShapeError { ShapeError(name, fact, inputs) }

  /// Checks that there are `count` inputs and that all hold float32 numbers.
  func expectNumbers(_ count: Int, _ inputs: [Shape]) throws(ShapeError) {
    try expect(count, inputs)
    for (index, input) in inputs.enumerated() where input.element != .float32 {
      throw failure(
        "takes float32 numbers, but input \(index) is \(input.element.rawValue)", inputs)
    }
  }

  /// Checks that input `index` has `rank` axes, which `axes` names.
  func expectRank(_ rank: Int, _ axes: String, _ index: Int, _ inputs: [Shape]) throws(ShapeError) {
    if inputs[index].rank != rank {
      throw failure("takes \(axes), but input \(index) is \(inputs[index])", inputs)
    }
  }

  /// Checks that input `index` has the shape that the attributes and other inputs make of it.
  func expectShape(_ shape: Shape, _ index: Int, _ inputs: [Shape]) throws(ShapeError) {
    if inputs[index] != shape {
      throw failure("needs \(shape) as input \(index), but receives \(inputs[index])", inputs)
    }
  }

  /// Checks that `axes` are axes of the input.
  func expectAxes(_ axes: Range<Int>, _ inputs: [Shape]) throws(ShapeError) {
    if axes.isEmpty || axes.lowerBound < 0 || axes.upperBound > inputs[0].rank {
      throw failure("works on axes \(axes), but the input is \(inputs[0])", inputs)
    }
  }

  /// The shape with extents that numbers of the user decide: an error where one is below 1 or the
  /// tensor would be too large.
  func checked(_ dims: [Int], _ inputs: [Shape], _ element: Element = .float32)
    throws(ShapeError) -> Shape
  {
    guard let shape = Shape(checking: dims, element) else {
      throw failure("cannot make a tensor of shape \(dims)", inputs)
    }
    return shape
  }
}
