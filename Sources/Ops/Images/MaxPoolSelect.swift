import CKernels
import Graph
import Tensor

/// The elements of g at the places of the maxima of x: what max pooling takes, from another tensor.
/// It is the adjoint of `MaxPoolGradient`.
public struct MaxPoolSelect: Pooling {
  /// How the window moves.
  public let window: Window

  /// The op with the window `window`.
  public init(_ window: Window) { self.window = window }

  /// Of x and g [N, H, W, C]: [N, OH, OW, C].
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expectNumbers(2, inputs)
    try expectShape(inputs[0], 1, inputs)
    return try pooled(inputs[0], inputs)
  }

  /// It is linear in g; where the maxima are does not change smoothly.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [nil, try graph.add(MaxPoolGradient(window), inputs[0], dy)] }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (x, g, y) = (inputs[0].floats, inputs[1].floats, output.floats)
    var pool = bound(inputs[0].shape, output.shape)
    return { _ in assay_max_pool_pick(y, x, g, &pool) }
  }

  /// A comparison for each tap of each output element.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int {
    output.count * taps
  }

  /// All windows.
  public static var examples: [Example] {
    exampleWindows.map {
      Example(MaxPoolSelect($0), .apart(exampleImages.dims), .numbers(exampleImages.dims))
    }
  }
}
