import CKernels
import Graph
import Tensor

/// dx of y = average_pool(x), from dy: its adjoint.
public struct AveragePoolGradient: Pooling {
  /// How the window moves.
  public let window: Window
  /// Whether padding counts as zeros; else the average is over the pixels of the image alone.
  public let includesPadding: Bool
  /// The extent of x.
  public let image: Extent

  /// The adjoint of average pooling of images of the extent `image`.
  public init(_ window: Window, includesPadding: Bool, image: Extent) {
    self.window = window
    self.includesPadding = includesPadding
    self.image = image
  }

  /// The window, and how it averages.
  public var attributes: String { includesPadding ? "\(window)" : "\(window), without padding" }

  /// Of dy [N, OH, OW, C]: [N, H, W, C].
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expectNumbers(1, inputs)
    try expectRank(4, "images [N, H, W, C]", 0, inputs)
    let dims = [inputs[0][0], image.height, image.width, inputs[0][3]]
    let x = try checked(dims, inputs)
    try expectShape(pooled(x, inputs), 0, inputs)
    return x
  }

  /// It is linear: the average of the gradient.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [try graph.add(AveragePool(window, includesPadding: includesPadding), dy)] }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (dy, dx, includesPadding) = (inputs[0].floats, output.floats, includesPadding)
    var pool = bound(output.shape, inputs[0].shape)
    return { _ in assay_average_pool_gradient(dx, dy, &pool, includesPadding) }
  }

  /// An addition for each tap of each window.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int {
    inputs[0].count * taps
  }

  /// All windows, with and without padding.
  public static var examples: [Example] {
    [true, false].flatMap { includesPadding in
      exampleWindows.map {
        let op = AveragePoolGradient(
          $0, includesPadding: includesPadding, image: exampleImages.image)
        return Example(op, .numbers(pooled($0)))
      }
    }
  }
}
