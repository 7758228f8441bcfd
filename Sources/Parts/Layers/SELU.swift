import Graph
import Ops
import YAML

/// Scaled exponential linear unit with the fixed constants of Klambauer et al. (2017), equation 2.
public struct SELU: Layer {
  /// The name in files.
  public static let kind = "selu"
  /// One line for `assay describe`.
  public static let summary = "scaled elu that keeps mean 0 and variance 1"

  /// No settings.
  public init(_ fields: inout Fields) {}

  /// The same shape.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    let alpha = 1.6732632423543772848170429916717
    let scale = 1.0507009873554804934193349852946
    return Signal(try elu(x.value, alpha: alpha, scale: scale, in: context), x.shape)
  }
}
