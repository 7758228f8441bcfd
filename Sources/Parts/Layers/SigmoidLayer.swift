import Graph
import Ops
import YAML

/// Logistic function `1 / (1 + exp(-x))`, into (0, 1).
public struct SigmoidLayer: Layer {
  /// The name in files.
  public static let kind = "sigmoid"
  /// One line for `assay describe`.
  public static let summary = "1 / (1 + exp(-x))"

  /// No settings.
  public init(_ fields: inout Fields) {}

  /// The same shape.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    Signal(try context.add(Sigmoid(), x.value), x.shape)
  }
}
