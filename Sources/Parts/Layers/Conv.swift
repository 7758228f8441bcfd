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
  let channels: Int
  let window: WindowSettings
  let dilation: Pair
  let groups: Int
  let bias: Bool
  let options: WeightOptions

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    channels = fields.int("channels", "number of output channels", in: 1...1_000_000)
    window = WindowSettings(&fields, defaultStride: 1, same: true)
    dilation = fields.intPair("dilation", "distance of taps", in: 1...1024, default: 1)
    groups = fields.int("groups", "groups of channels that do not mix", in: 1...65536, default: 1)
    bias = fields.bool("bias", "whether a bias is added", default: true)
    options = WeightOptions(&fields)
  }

  /// `[in, h, w]` to `[channels, h', w']` with `h' = (h + 2p - d (k - 1) - 1) / s + 1`.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    let inputs = try imageChannels(x)
    try divide(inputs, by: groups, "input channels")
    try divide(channels, by: groups, "channels")
    try window.check(
      fits: x.shape, padding: window.padding(for: x.shape, dilation: dilation), dilation: dilation)
    let geometry = ConvGeometry(
      image: Extent(height: x.shape.dims[1], width: x.shape.dims[2]), inputChannels: inputs,
      outputChannels: channels, window: window.window(for: x.shape, dilation: dilation),
      groups: groups)
    let taps = window.kernel.height * window.kernel.width
    let fan = Fan(input: inputs / groups * taps, output: channels / groups * taps)
    let weight = try options.weight(
      [window.kernel.height, window.kernel.width, inputs / groups, channels],
      layout: .convolution, fan: fan, in: context)
    var y = try context.add(Convolution(geometry), x.value, weight)
    if bias {
      let b = try options.bias(channels, fan: fan, in: context)
      y = try context.add(Add(), y, try context.add(Reshape([1, 1, 1, channels]), b))
    }
    return Signal(y, ExampleShape(physical: context.graph.shape(y)))
  }
}

/// The channels of an image; refuses what is none.
func imageChannels(_ x: Signal) throws(LayerError) -> Int {
  guard x.shape.isImage else {
    throw LayerError(
      "needs an image `[channels, height, width]`, but receives \(x.shape)",
      help: "put a `reshape` before it")
  }
  return x.shape.channels
}

/// Refuses a number of channels that does not split into groups.
func divide(_ channels: Int, by groups: Int, _ what: String) throws(LayerError) {
  if channels % groups != 0 {
    throw LayerError(
      "needs a multiple of \(groups) \(what) for its \(groups) groups, but has \(channels)")
  }
}
