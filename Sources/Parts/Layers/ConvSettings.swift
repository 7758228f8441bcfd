import Graph
import Ops
import Tensor
import YAML

/// What convolutions of both directions share: their settings, the checks of channels, the bias.
struct ConvSettings: Sendable {
  let channels: Int
  let window: WindowSettings
  /// Rows and columns added below and right; 0 unless `transposed`.
  let outputPadding: Pair
  let dilation: Pair
  let groups: Int
  let options: WeightOptions
  private let hasBias: Bool

  /// Reads the settings; `transposed` has `output_padding`, the other has `padding: same`.
  init(_ fields: inout Fields, transposed: Bool) {
    channels = fields.int("channels", "number of output channels", in: 1...1_000_000)
    window = WindowSettings(&fields, defaultStride: 1, same: !transposed)
    outputPadding =
      transposed
      ? fields.intPair(
        "output_padding", "rows and columns added below and right", in: 0...1023, default: 0)
      : 0
    dilation = fields.intPair("dilation", "distance of taps", in: 1...1024, default: 1)
    groups = fields.int("groups", "groups of channels that do not mix", in: 1...65536, default: 1)
    hasBias = fields.bool("bias", "whether a bias is added", default: true)
    options = WeightOptions(&fields)
  }

  /// The taps of the window.
  var taps: Int { window.kernel.height * window.kernel.width }

  /// The channels of the input; refuses what is no image, and channels that do not split into groups.
  func inputChannels(_ x: Signal) throws(LayerError) -> Int {
    let inputs = try imageChannels(x)
    try divide(inputs, by: groups, "input channels")
    try divide(channels, by: groups, "channels")
    return inputs
  }

  /// The images `y` with the bias of their channels, if there is to be one.
  func biased(_ y: Value, fan: Fan, in context: LayerContext) throws(LayerError) -> Value {
    guard hasBias else { return y }
    let bias = try options.bias(channels, fan: fan, in: context)
    return try context.add(Add(), y, try context.add(Reshape([1, 1, 1, channels]), bias))
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
