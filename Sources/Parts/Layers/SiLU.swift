import Graph
import Ops
import YAML

/// `x * sigmoid(x)`, also called swish (Elfwing et al. 2017).
public struct SiLU: Layer {
  /// The name in files.
  public static let kind = "silu"
  /// One line for `assay describe`.
  public static let summary = "x * sigmoid(x)"

  /// No settings.
  public init(_ fields: inout Fields) {}

  /// The same shape.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    let gate = try context.add(Sigmoid(), x.value)
    return Signal(try context.add(Multiply(), x.value, gate), x.shape)
  }
}
