import Graph
import Ops
import Tensor
import YAML

/// Instance normalisation (Ulyanov et al. 2016): each channel of each image is brought to mean 0
/// and variance 1 over its pixels.
public struct InstanceNorm: Layer {
  /// The name in files.
  public static let kind = "instance_norm"
  /// One line for `assay describe`.
  public static let summary = "brings each channel of each image to mean 0, variance 1"
  let eps: Double
  let affine: Bool

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    eps = fields.number("eps", "added to the variance", in: 0...1, default: 1e-5)
    affine = fields.bool("affine", "whether to scale and shift by learned numbers", default: false)
  }

  /// The same shape.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    let channels = try imageChannels(x)
    let (mean, variance) = try moments(x.value, over: 1..<3, in: context)
    let y = try normalized(x.value, mean, variance, eps: eps, in: context)
    guard affine else { return Signal(y, x.shape) }
    return Signal(
      try scaledAndShifted(y, [channels], [1, 1, 1, channels], in: context), x.shape)
  }
}
