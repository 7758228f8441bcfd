import Graph
import Ops
import Tensor
import YAML

/// Layer normalisation (Ba et al. 2016): each example is brought to mean 0 and variance 1 over all
/// its values, then scaled and shifted by learned numbers of the example's shape.
public struct LayerNorm: Layer {
  /// The name in files.
  public static let kind = "layer_norm"
  /// One line for `assay describe`.
  public static let summary = "brings each example to mean 0, variance 1"
  let eps: Double
  let affine: Bool

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    eps = fields.number("eps", "added to the variance", in: 0...1, default: 1e-5)
    affine = fields.bool("affine", "whether to scale and shift by learned numbers", default: true)
  }

  /// The same shape.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    let dims = Array(x.shape.physical(batch: context.batch).dims.dropFirst())
    let (mean, variance) = try moments(x.value, over: 1..<dims.count + 1, in: context)
    let y = try normalized(x.value, mean, variance, eps: eps, in: context)
    guard affine else { return Signal(y, x.shape) }
    let layout: Variable.Layout = x.shape.isImage ? .image : .plain
    return Signal(
      try scaledAndShifted(y, dims, [1] + dims, layout: layout, in: context), x.shape)
  }
}
