import CKernels
import Graph
import Tensor

/// What convolution and its two gradients have in common: between images x [N, H, W, IC] and
/// y [N, OH, OW, OC], with weights [KH, KW, IC / groups, OC].
///
/// The three are closed under differentiation, all with one geometry. A transposed convolution is
/// the input gradient: it makes x of y.
public struct ConvGeometry: Hashable, Sendable, CustomStringConvertible {
  /// The extent of x.
  public let image: Extent
  /// The channels of x (IC).
  public let inputChannels: Int
  /// The channels of y (OC).
  public let outputChannels: Int
  /// How the kernel moves over x.
  public let window: Window
  /// The channels are cut into this many groups; outputs see the inputs of their own group only.
  public let groups: Int

  /// The geometry over images x of the extent `image`.
  public init(
    image: Extent, inputChannels: Int, outputChannels: Int, window: Window, groups: Int = 1
  ) {
    self.image = image
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.window = window
    self.groups = groups
  }

  /// The geometry of a transposed convolution from images of the extent `small` with
  /// `channels` to larger ones with `newChannels`: of the convolution that leads back. Each extent
  /// becomes (small - 1) stride - padding + reach + outputPadding.
  public init(
    transposing small: Extent, channels: Int, to newChannels: Int, window: Window,
    outputPadding: Extent = 0, groups: Int = 1
  ) {
    // Wrapping, so that absurd numbers end in the shape rule's error rather than a trap.
    func grown(_ count: Int, _ stride: Int, _ padding: Int, _ taps: Int, _ gap: Int, _ more: Int)
      -> Int
    { (count &- 1) &* stride &- padding &+ gap &* (taps &- 1) &+ 1 &+ more }
    let (kernel, stride, padding) = (window.kernel, window.stride, window.padding)
    self.init(
      image: Extent(
        height: grown(
          small.height, stride.height, padding.top &+ padding.bottom, kernel.height,
          window.dilation.height, outputPadding.height),
        width: grown(
          small.width, stride.width, padding.left &+ padding.right, kernel.width,
          window.dilation.width, outputPadding.width)),
      inputChannels: newChannels, outputChannels: channels, window: window, groups: groups)
  }

  /// The window, and the groups where there are several.
  public var description: String { groups == 1 ? "\(window)" : "\(window), groups \(groups)" }

  /// The shape of x for a batch of `count`.
  public func input(_ count: Int) -> Shape {
    Shape([count, image.height, image.width, inputChannels])
  }

  /// The shape of y for a batch of `count`.
  public func output(_ count: Int) -> Shape {
    let places = window.places(in: image)
    return Shape([count, places.height, places.width, outputChannels])
  }

  /// The shape of the weights.
  public var weights: Shape {
    Shape([
      window.kernel.height, window.kernel.width, inputChannels / groups, outputChannels,
    ])
  }

  /// 2 additions and multiplications for each tap that an output element has.
  func operations(_ count: Int) -> Int {
    2 * output(count).count * (weights.count / outputChannels)
  }

  /// What is wrong with the geometry; nil where it makes sense.
  var problem: String? {
    let limit = 1...Window.limit
    if let problem = window.problem(in: image) { return problem }
    guard limit.contains(inputChannels), limit.contains(outputChannels), limit.contains(groups)
    else { return "cannot have \(inputChannels) and \(outputChannels) channels" }
    if inputChannels % groups != 0 || outputChannels % groups != 0 {
      return "cannot cut \(inputChannels) and \(outputChannels) channels into \(groups) groups"
    }
    return nil
  }

  /// As the kernels take it, for a batch of `count`.
  func bound(_ count: Int) -> assay_conv {
    let places = window.places(in: image)
    return assay_conv(
      batch: Int64(count), height: Int64(image.height), width: Int64(image.width),
      in_channels: Int64(inputChannels), out_height: Int64(places.height),
      out_width: Int64(places.width), out_channels: Int64(outputChannels),
      kernel_height: Int64(window.kernel.height), kernel_width: Int64(window.kernel.width),
      stride_height: Int64(window.stride.height), stride_width: Int64(window.stride.width),
      pad_top: Int64(window.padding.top), pad_left: Int64(window.padding.left),
      dilation_height: Int64(window.dilation.height),
      dilation_width: Int64(window.dilation.width), groups: Int64(groups))
  }

  /// Geometries that differ in everything: stride, uneven padding, dilation, groups, a kernel
  /// wider than high, output padding (pixels that no window reaches).
  static let examples = [
    ConvGeometry(image: 4, inputChannels: 2, outputChannels: 3, window: Window(3, padding: 1)),
    ConvGeometry(
      image: Extent(height: 5, width: 6), inputChannels: 2, outputChannels: 2,
      window: Window(3, stride: 2, padding: Padding(top: 1, left: 0, bottom: 0, right: 2))),
    ConvGeometry(
      image: Extent(height: 6, width: 5), inputChannels: 1, outputChannels: 2,
      window: Window(
        Extent(height: 2, width: 3), padding: 1, dilation: Extent(height: 2, width: 1))),
    ConvGeometry(
      image: 4, inputChannels: 4, outputChannels: 2, window: Window(2, stride: 2), groups: 2),
    ConvGeometry(
      image: 4, inputChannels: 3, outputChannels: 3, window: Window(3, padding: 1), groups: 3),
    ConvGeometry(
      transposing: 2, channels: 3, to: 2, window: Window(3, stride: 2, padding: 1),
      outputPadding: 1),
    ConvGeometry(
      image: 7, inputChannels: 1, outputChannels: 1, window: Window(2, stride: 3, dilation: 2)),
    ConvGeometry(image: 3, inputChannels: 2, outputChannels: 4, window: Window(1)),
  ]
}

/// What the three ops check and know.
protocol Convolving: ListedOp {
  /// The common geometry.
  var geometry: ConvGeometry { get }
}

extension Convolving {
  /// The geometry.
  public var attributes: String { geometry.description }

  /// Checks the geometry, and that input 0 holds images; their number.
  func expectBatch(_ inputs: [Shape]) throws(ShapeError) -> Int {
    try expectNumbers(2, inputs)
    if let problem = geometry.problem { throw failure(problem, inputs) }
    try expectRank(4, "images [N, H, W, C]", 0, inputs)
    return inputs[0][0]
  }
}
