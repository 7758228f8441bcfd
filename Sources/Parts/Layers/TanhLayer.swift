import Graph
import Ops
import YAML

/// Hyperbolic tangent, into (-1, 1).
public struct TanhLayer: Layer {
  /// The name in files.
  public static let kind = "tanh"
  /// One line for `assay describe`.
  public static let summary = "hyperbolic tangent"

  /// No settings.
  public init(_ fields: inout Fields) {}

  /// The same shape.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    Signal(try context.add(Tanh(), x.value), x.shape)
  }
}
