import CKernels
import Graph
import Tensor

/// The average under each place of a window, channel by channel.
public struct AveragePool: Pooling {
  /// How the window moves.
  public let window: Window
  /// Whether padding counts as zeros; else the average is over the pixels of the image alone.
  public let includesPadding: Bool

  /// The op with the window `window`.
  public init(_ window: Window, includesPadding: Bool = true) {
    self.window = window
    self.includesPadding = includesPadding
  }

  /// The window, and how it averages.
  public var attributes: String { includesPadding ? "\(window)" : "\(window), without padding" }

  /// Of x [N, H, W, C]: [N, OH, OW, C].
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expectNumbers(1, inputs)
    return try pooled(inputs[0], inputs)
  }

  /// The input's, and 0 of the padding.
  public func interval(_ inputs: [Interval]) -> Interval { inputs[0].union(Interval(0, 0)) }

  /// To each pixel under a window its part.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let image = graph.shape(inputs[0]).image
    let back = AveragePoolGradient(window, includesPadding: includesPadding, image: image)
    return [try graph.add(back, dy)]
  }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (x, y, includesPadding) = (inputs[0].floats, output.floats, includesPadding)
    var pool = bound(inputs[0].shape, output.shape)
    return { _ in assay_average_pool(y, x, &pool, includesPadding) }
  }

  /// An addition for each tap of each output element.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int {
    output.count * taps
  }

  /// All windows, with and without padding.
  public static var examples: [Example] {
    [true, false].flatMap { includesPadding in
      exampleWindows.map {
        Example(AveragePool($0, includesPadding: includesPadding), .numbers(exampleImages.dims))
      }
    }
  }
}
