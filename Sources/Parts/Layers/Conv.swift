import Graph
import Ops
import Tensor
import YAML

/// Two-dimensional convolution (cross-correlation, as the field calls it), with bias.
///
/// The weight is `[channels, in / groups, height, width]` in files and starts as PyTorch's `Conv2d`.
public struct Conv: Layer {
  /// The name in files.
  public static let kind = "conv"
  /// One line for `assay describe`.
  public static let summary = "two-dimensional convolution"
  /// What the short form sets.
  public static let mainKey: String? = "channels"
  private let settings: ConvSettings

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    settings = ConvSettings(&fields, transposed: false)
  }

  /// `[in, h, w]` to `[channels, h', w']` with `h' = (h + 2p - d (k - 1) - 1) / s + 1`.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    let inputs = try settings.inputChannels(x)
    let (channels, groups, window) = (settings.channels, settings.groups, settings.window)
    let dilation = settings.dilation
    try window.check(
      fits: x.shape, padding: window.padding(for: x.shape, dilation: dilation), dilation: dilation)
    let geometry = ConvGeometry(
      image: Extent(height: x.shape.dims[1], width: x.shape.dims[2]), inputChannels: inputs,
      outputChannels: channels, window: window.window(for: x.shape, dilation: dilation),
      groups: groups)
    let fan = Fan(input: inputs / groups * settings.taps, output: channels / groups * settings.taps)
    let weight = try settings.options.weight(
      [window.kernel.height, window.kernel.width, inputs / groups, channels],
      layout: .convolution, fan: fan, in: context)
    let y = try settings.biased(
      context.add(Convolution(geometry), x.value, weight), fan: fan, in: context)
    return Signal(y, ExampleShape(physical: context.graph.shape(y)))
  }
}
