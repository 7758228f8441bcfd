import CKernels
import Graph
import Tensor

/// The largest pixel under each place of a window, channel by channel; NaN where there is one.
/// Padding takes no part.
public struct MaxPool: Pooling {
  /// How the window moves.
  public let window: Window

  /// The op with the window `window`.
  public init(_ window: Window) { self.window = window }

  /// Of x [N, H, W, C]: [N, OH, OW, C].
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expectNumbers(1, inputs)
    return try pooled(inputs[0], inputs)
  }

  /// The input's.
  public func interval(_ inputs: [Interval]) -> Interval { inputs[0] }

  /// To the largest pixel; to the first one, row by row, where several are equal.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [try graph.add(MaxPoolGradient(window), inputs[0], dy)] }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (x, y) = (inputs[0].floats, output.floats)
    var pool = bound(inputs[0].shape, output.shape)
    return { _ in assay_max_pool(y, x, &pool) }
  }

  /// A comparison for each tap of each output element.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int {
    output.count * taps
  }

  /// All windows.
  public static var examples: [Example] {
    exampleWindows.map { Example(MaxPool($0), .apart(exampleImages.dims)) }
  }
}
