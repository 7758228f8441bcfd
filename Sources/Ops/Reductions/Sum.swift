import CKernels
import Graph
import Tensor

/// The sum over neighbouring axes, which keep the extent 1: y = sum of x over `axes`.
///
/// Added in double precision in one order that depends on the lengths alone (`reduce.h`), rounded
/// once.
public struct Sum: Reduction {
  /// The axes that are added up.
  public let axes: Range<Int>

  /// The sum over `axes`.
  public init(_ axes: Range<Int>) { self.axes = axes }

  /// A sum over the axes.
  public var traits: Traits {
    var traits = Traits()
    traits.summedAxes = axes
    return traits
  }

  /// Every element counts once: dy, repeated.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [try graph.add(Expand(graph.shape(inputs[0]).dims), dy)] }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (x, y) = (inputs[0].floats, output.floats)
    let part = inputs[0].shape.split(around: axes)
    return { _ in assay_reduce_sum(y, x, part.outer, part.length, part.inner) }
  }

  /// First, middle, last and several axes.
  public static var examples: [Example] {
    [
      Example(Sum(0..<1), .numbers([5, 3])), Example(Sum(1..<2), .numbers([5, 7])),
      Example(Sum(1..<3), .numbers([2, 3, 2, 3])), Example(Sum(0..<3), .numbers([3, 2, 2])),
    ]
  }
}
