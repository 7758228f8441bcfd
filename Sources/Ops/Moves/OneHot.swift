import CKernels
import Graph
import Tensor

/// A row of zeros with a 1 at the label's place, for each label: [N] or [N, 1] becomes
/// [N, classes]. A label outside of 0 ..< classes gives a row of zeros.
public struct OneHot: ListedOp {
  /// The number of classes.
  public let classes: Int

  /// Rows of `classes` numbers.
  public init(_ classes: Int) { self.classes = classes }

  /// The number of classes.
  public var attributes: String { "\(classes) classes" }

  /// [N, classes].
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expect(1, inputs)
    guard inputs[0].element == .int32 else {
      throw failure("takes int32 labels, but receives \(inputs[0].element.rawValue)", inputs)
    }
    guard inputs[0].rank == 1 || inputs[0].rank == 2 && inputs[0][1] == 1 else {
      throw failure("takes one label per example, but receives \(inputs[0])", inputs)
    }
    return try checked([inputs[0].count, classes], inputs)
  }

  /// 0 and 1.
  public func interval(_ inputs: [Interval]) -> Interval { .unit }

  /// None: labels are not differentiated.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [nil] }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (y, labels) = (output.floats, inputs[0].integers)
    let (count, classes) = (Int64(output.shape[0]), Int64(output.shape[1]))
    return { _ in assay_one_hot(y, labels, count, classes) }
  }

  /// None.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int { 0 }

  /// Both shapes of labels; a label that is no class.
  public static var examples: [Example] {
    [
      Example(OneHot(4), .labels([6], classes: 4)),
      Example(OneHot(3), .labels([5, 1], classes: 4)),
    ]
  }
}
