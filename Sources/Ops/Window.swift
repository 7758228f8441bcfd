import Graph
import Tensor

/// Two numbers of an image, one for each direction.
public struct Extent: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// Along the rows: down.
  public let height: Int
  /// Along a row: to the right.
  public let width: Int

  /// A number for each direction.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// The same number in both directions.
  public init(_ both: Int) { self.init(height: both, width: both) }

  /// The same number in both directions.
  public init(integerLiteral both: Int) { self.init(both) }

  /// As `3x3`.
  public var description: String { "\(height)x\(width)" }
}

/// Rows and columns of zeros (of nothing, for a maximum) around an image.
public struct Padding: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// Rows above the image.
  public let top: Int
  /// Columns left of the image.
  public let left: Int
  /// Rows below the image.
  public let bottom: Int
  /// Columns right of the image.
  public let right: Int

  /// A number for each side.
  public init(top: Int, left: Int, bottom: Int, right: Int) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }

  /// The same number on opposite sides.
  public init(_ both: Extent) {
    self.init(top: both.height, left: both.width, bottom: both.height, right: both.width)
  }

  /// The same number on all sides.
  public init(integerLiteral all: Int) { self.init(Extent(all)) }

  /// As `1`, or the numbers of the top, left, bottom and right.
  public var description: String {
    top == left && top == bottom && top == right ? "\(top)" : "\(top) \(left) \(bottom) \(right)"
  }
}

/// How a window moves over an image: along each direction its places are `stride` apart, and the
/// first begins `padding` before the image.
public struct Window: Hashable, Sendable, CustomStringConvertible {
  /// The number of taps.
  public let kernel: Extent
  /// The distance between neighbouring places.
  public let stride: Extent
  /// How far the image is extended on each side.
  public let padding: Padding
  /// The distance between neighbouring taps.
  public let dilation: Extent

  /// The largest of these numbers and of an image's extents: products of two fit an integer.
  static let limit = 1 << 24

  /// A window of `kernel` taps.
  public init(
    _ kernel: Extent, stride: Extent = 1, padding: Padding = 0, dilation: Extent = 1
  ) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
  }

  /// As `kernel 3x3, stride 2x2, padding 1`; what has its default is left out.
  public var description: String {
    var text = "kernel \(kernel)"
    if stride != 1 { text += ", stride \(stride)" }
    if padding != 0 { text += ", padding \(padding)" }
    if dilation != 1 { text += ", dilation \(dilation)" }
    return text
  }

  /// The pixels that the window reaches over, from its first tap to its last.
  public var reach: Extent {
    Extent(
      height: dilation.height * (kernel.height - 1) + 1,
      width: dilation.width * (kernel.width - 1) + 1)
  }

  /// The number of the window's places in an image of the extent `image`.
  public func places(in image: Extent) -> Extent {
    let height = image.height + padding.top + padding.bottom - reach.height
    let width = image.width + padding.left + padding.right - reach.width
    return Extent(height: height / stride.height + 1, width: width / stride.width + 1)
  }

  /// What is wrong with the window on an image of the extent `image`; nil where it fits.
  func problem(in image: Extent) -> String? {
    let positive = [kernel, stride, dilation, image].flatMap { [$0.height, $0.width] }
    let sides = [padding.top, padding.left, padding.bottom, padding.right]
    guard positive.allSatisfy({ (1...Self.limit).contains($0) }),
      sides.allSatisfy({ (0...Self.limit).contains($0) })
    else { return "cannot move a window (\(self)) over an image of \(image)" }
    let padded = Extent(
      height: image.height + padding.top + padding.bottom,
      width: image.width + padding.left + padding.right)
    if reach.height > padded.height || reach.width > padded.width {
      return "needs at least \(reach) pixels for its window (\(self)), but the image with its "
        + "padding is \(padded)"
    }
    return nil
  }
}

extension Shape {
  /// The height and width of images, [N, H, W, C].
  var image: Extent { Extent(height: dims[1], width: dims[2]) }
}
