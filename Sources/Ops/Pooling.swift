import CKernels
import Graph
import Tensor

/// What ops with a window over images, channel by channel, check and know.
protocol Pooling: ListedOp {
  /// How the window moves.
  var window: Window { get }
}

extension Pooling {
  /// The window.
  public var attributes: String { window.description }

  /// The taps of the window.
  var taps: Int { window.kernel.height * window.kernel.width }

  /// The shape of pooled images x [N, H, W, C]: [N, OH, OW, C].
  func pooled(_ x: Shape, _ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expectRank(4, "images [N, H, W, C]", 0, inputs)
    if let problem = window.problem(in: x.image) { throw failure(problem, inputs) }
    let padding = window.padding
    guard max(padding.top, padding.bottom) < window.kernel.height,
      max(padding.left, padding.right) < window.kernel.width
    else { throw failure("would pool nothing but padding (\(window))", inputs) }
    let places = window.places(in: x.image)
    return Shape([x[0], places.height, places.width, x[3]])
  }

  /// As the kernels take it, between images x and y.
  func bound(_ x: Shape, _ y: Shape) -> assay_pool {
    assay_pool(
      batch: Int64(x[0]), height: Int64(x[1]), width: Int64(x[2]), channels: Int64(x[3]),
      out_height: Int64(y[1]), out_width: Int64(y[2]),
      kernel_height: Int64(window.kernel.height), kernel_width: Int64(window.kernel.width),
      stride_height: Int64(window.stride.height), stride_width: Int64(window.stride.width),
      pad_top: Int64(window.padding.top), pad_left: Int64(window.padding.left),
      dilation_height: Int64(window.dilation.height),
      dilation_width: Int64(window.dilation.width))
  }

  /// The images of the examples.
  static var exampleImages: Shape { Shape([2, 5, 4, 2]) }

  /// Windows side by side, overlapping with padding, uneven, dilated.
  static var exampleWindows: [Window] {
    [
      Window(2, stride: 2), Window(3, stride: 2, padding: 1),
      Window(
        Extent(height: 3, width: 2), stride: Extent(height: 1, width: 2),
        padding: Padding(top: 1, left: 0, bottom: 2, right: 1)),
      Window(2, dilation: 2),
    ]
  }

  /// The shape of the examples' images under a window.
  static func pooled(_ window: Window) -> [Int] {
    let places = window.places(in: exampleImages.image)
    return [exampleImages[0], places.height, places.width, exampleImages[3]]
  }
}
