import Graph
import Ops
import Tensor
import YAML

/// Transposed convolution: the adjoint of a convolution, which makes images larger.
///
/// The weight is `[in, channels / groups, height, width]` in files and starts as PyTorch's
/// `ConvTranspose2d`.
public struct ConvTranspose: Layer {
  /// The name in files.
  public static let kind = "conv_transpose"
  /// One line for `assay describe`.
  public static let summary = "transposed convolution, which enlarges images"
  /// What the short form sets.
  public static let mainKey: String? = "channels"
  private let settings: ConvSettings
  private var window: WindowSettings { settings.window }

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    settings = ConvSettings(&fields, transposed: true)
  }

  /// `[in, h, w]` to `[channels, h', w']` with `h' = (h - 1) s - 2 p + d (k - 1) + o + 1`.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    let inputs = try settings.inputChannels(x)
    let (channels, groups) = (settings.channels, settings.groups)
    let size = try outputSize(x.shape, window.padding(for: x.shape))
    let geometry = ConvGeometry(
      transposing: Extent(height: x.shape.dims[1], width: x.shape.dims[2]), channels: inputs,
      to: channels, window: window.window(for: x.shape, dilation: settings.dilation),
      outputPadding: settings.outputPadding.extent, groups: groups)
    let fan = Fan(input: channels / groups * settings.taps, output: inputs / groups * settings.taps)
    let weight = try settings.options.weight(
      [window.kernel.height, window.kernel.width, channels / groups, inputs],
      layout: .convolution, fan: fan, outputs: 2, in: context)
    let product =
      try spreadsOnePixel(x.shape, to: size)
      ? spread(x, weight, size, in: context)
      : context.add(ConvInputGradient(geometry), x.value, weight)
    let y = try settings.biased(product, fan: fan, in: context)
    return Signal(y, ExampleShape([channels, size.height, size.width]))
  }

  /// Whether a single pixel becomes an image of the kernel's size: then each output sees one tap.
  private func spreadsOnePixel(_ shape: ExampleShape, to size: Pair) -> Bool {
    shape.dims[1...] == [1, 1] && size == window.kernel && window.padding(for: shape) == 0
      && settings.groups == 1
  }

  /// The one pixel times the weights of all taps: a plain product, without the zeros that all other
  /// taps would see.
  private func spread(_ x: Signal, _ weight: Value, _ size: Pair, in context: LayerContext)
    throws(LayerError) -> Value
  {
    let (inputs, channels) = (x.shape.channels, settings.channels)
    let pixels = try context.add(Reshape([context.batch, inputs]), x.value)
    let taps = try context.add(Reshape([size.height * size.width * channels, inputs]), weight)
    let product = try context.add(MatMul(transposeB: true), pixels, taps)
    return try context.add(
      Reshape([context.batch, size.height, size.width, channels]), product)
  }

  private func outputSize(_ shape: ExampleShape, _ padding: Padding) throws(LayerError) -> Pair {
    func size(_ input: Int, _ stride: Int, _ pad: Int, _ dilation: Int, _ kernel: Int, _ extra: Int)
      -> Int
    { (input - 1) * stride - 2 * pad + dilation * (kernel - 1) + extra + 1 }
    let (dilation, outputPadding) = (settings.dilation, settings.outputPadding)
    guard
      outputPadding.height < max(window.stride.height, dilation.height),
      outputPadding.width < max(window.stride.width, dilation.width)
    else { throw LayerError("needs an output_padding smaller than the stride or the dilation") }
    let height = size(
      shape.dims[1], window.stride.height, padding.top, dilation.height, window.kernel.height,
      outputPadding.height)
    let width = size(
      shape.dims[2], window.stride.width, padding.left, dilation.width, window.kernel.width,
      outputPadding.width)
    guard height >= 1, width >= 1 else {
      throw LayerError("would make an image of \(height) x \(width)")
    }
    return Pair(height: height, width: width)
  }
}
