import CKernels
import Graph
import Tensor

/// The maximum over neighbouring axes, which keep the extent 1; NaN where there is one.
public struct MaxReduce: Reduction {
  /// The axes over which the maximum is taken.
  public let axes: Range<Int>

  /// The maximum over `axes`.
  public init(_ axes: Range<Int>) { self.axes = axes }

  /// The input's.
  public func interval(_ inputs: [Interval]) -> Interval {
    Interval(inputs[0].lower, inputs[0].upper, isReached: false)
  }

  /// To all elements that equal the maximum, in equal parts.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let isMaximum = try graph.add(Equal(), inputs[0], output)
    let share = try graph.add(Divide(), dy, graph.sum(isMaximum, axes))
    return [try graph.add(Multiply(), isMaximum, share)]
  }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (x, y) = (inputs[0].floats, output.floats)
    let part = inputs[0].shape.split(around: axes)
    return { _ in assay_reduce_max(y, x, part.outer, part.length, part.inner) }
  }

  /// First, middle, last and several axes.
  public static var examples: [Example] {
    [
      Example(MaxReduce(0..<1), .apart([5, 3])), Example(MaxReduce(1..<2), .apart([5, 7])),
      Example(MaxReduce(1..<3), .apart([2, 3, 2, 3])),
    ]
  }
}
