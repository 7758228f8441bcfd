import Ops
import Tensor
import YAML

/// The window that convolutions and pools move over an image.
struct WindowSettings: Sendable {
  let kernel: Pair
  let stride: Pair
  /// Rows above and below, columns left and right; nil for `same`.
  let padding: Pair?

  /// Reads `kernel`, `stride` and `padding`.
  ///
  /// - Parameters:
  ///   - defaultStride: nil where the stride is the kernel unless it is given, as pools have it.
  ///   - same: whether `padding: same` is allowed.
  init(_ fields: inout Fields, defaultStride: Pair?, same: Bool) {
    kernel = fields.intPair("kernel", "height and width of the window", in: 1...1024)
    stride =
      defaultStride.map {
        fields.intPair("stride", "step of the window", in: 1...1024, default: $0)
      } ?? fields.optionalIntPair(
        "stride", "step of the window; the kernel if not given", in: 1...1024) ?? kernel
    let zeros = "rows and columns of zeros on each side"
    padding =
      same
      ? fields.intPair(
        "padding", zeros + ", or `same`: the output is input / stride, rounded up", in: 0...1024,
        default: 0, orWord: "same")
      : fields.intPair("padding", zeros, in: 0...1024, default: 0)
  }

  /// Zeros on the four sides. `same` puts the odd one below and to the right.
  func padding(for shape: ExampleShape, dilation: Pair = 1) -> Padding {
    if let padding {
      return Padding(
        top: padding.height, left: padding.width, bottom: padding.height, right: padding.width)
    }
    let rows = total(shape.dims[1], kernel.height, stride.height, dilation.height)
    let columns = total(shape.dims[2], kernel.width, stride.width, dilation.width)
    return Padding(
      top: rows / 2, left: columns / 2, bottom: rows - rows / 2, right: columns - columns / 2)
  }

  private func total(_ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
    let outputs = (size + stride - 1) / stride
    return max(0, (outputs - 1) * stride + dilation * (kernel - 1) + 1 - size)
  }

  /// The window as ops have it, on images of `shape`.
  func window(for shape: ExampleShape, dilation: Pair = 1) -> Window {
    Window(
      kernel.extent, stride: stride.extent, padding: padding(for: shape, dilation: dilation),
      dilation: dilation.extent)
  }

  /// Refuses an image that is smaller than the window.
  func check(fits shape: ExampleShape, padding: Padding, dilation: Pair = 1) throws(LayerError) {
    let height = dilation.height * (kernel.height - 1) + 1
    let width = dilation.width * (kernel.width - 1) + 1
    let rows = shape.dims[1] + padding.top + padding.bottom
    let columns = shape.dims[2] + padding.left + padding.right
    if height > rows || width > columns {
      throw LayerError(
        "has a window of \(height) x \(width), but the padded image is \(rows) x \(columns)")
    }
  }
}

extension Pair {
  /// The same two numbers, as ops have them.
  var extent: Extent { Extent(height: height, width: width) }
}
