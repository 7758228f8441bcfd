import Graph
import Ops
import YAML

/// `log(1 + exp(x))`, a smooth rectifier.
public struct SoftplusLayer: Layer {
  /// The name in files.
  public static let kind = "softplus"
  /// One line for `assay describe`.
  public static let summary = "log(1 + exp(x))"

  /// No settings.
  public init(_ fields: inout Fields) {}

  /// The same shape.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    Signal(try context.add(Softplus(), x.value), x.shape)
  }
}
