import Graph
import Tensor

/// What ops that make one number of all along neighbouring axes, which keep the extent 1, check and
/// know.
protocol Reduction: ListedOp {
  /// The axes that are reduced.
  var axes: Range<Int> { get }
}

extension Reduction {
  /// The axes.
  public var attributes: String { "axes \(axes)" }

  /// The input's, with extent 1 along the axes.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expectNumbers(1, inputs)
    try expectAxes(axes, inputs)
    return inputs[0].collapsing(axes)
  }

  /// One addition or comparison an element.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int { inputs[0].count }
}
