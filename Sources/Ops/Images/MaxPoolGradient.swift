import CKernels
import Graph
import Tensor

/// dx of y = max_pool(x), from x and dy: each pixel gets the sum of the elements of dy whose window
/// has its maximum there.
public struct MaxPoolGradient: Pooling {
  /// How the window moves.
  public let window: Window

  /// The op with the window `window`.
  public init(_ window: Window) { self.window = window }

  /// Of x [N, H, W, C] and dy [N, OH, OW, C]: that of x.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expectNumbers(2, inputs)
    try expectShape(pooled(inputs[0], inputs), 1, inputs)
    return inputs[0]
  }

  /// It is linear in dy; where the maxima are does not change smoothly.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [nil, try graph.add(MaxPoolSelect(window), inputs[0], dy)] }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (x, dy, dx) = (inputs[0].floats, inputs[1].floats, output.floats)
    var pool = bound(inputs[0].shape, inputs[1].shape)
    return { _ in assay_max_pool_gradient(dx, x, dy, &pool) }
  }

  /// A comparison for each tap of each window.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int {
    inputs[1].count * taps
  }

  /// All windows.
  public static var examples: [Example] {
    exampleWindows.map {
      Example(MaxPoolGradient($0), .apart(exampleImages.dims), .numbers(pooled($0)))
    }
  }
}
