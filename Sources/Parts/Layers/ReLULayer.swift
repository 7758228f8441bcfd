import Graph
import Ops
import YAML

/// Rectifier: `max(0, x)` (Nair and Hinton 2010).
public struct ReLULayer: Layer {
  /// The name in files.
  public static let kind = "relu"
  /// One line for `assay describe`.
  public static let summary = "max(0, x)"

  /// No settings.
  public init(_ fields: inout Fields) {}

  /// The same shape.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    Signal(try context.add(ReLU(), x.value), x.shape)
  }
}
