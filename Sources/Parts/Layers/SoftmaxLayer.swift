import Graph
import Ops
import YAML

/// `exp(x) / Σ exp(x)` over the channels (features, where there is one axis).
public struct SoftmaxLayer: Layer {
  /// The name in files.
  public static let kind = "softmax"
  /// One line for `assay describe`.
  public static let summary = "exp(x) / sum of exp(x) over the channels"

  /// No settings.
  public init(_ fields: inout Fields) {}

  /// The same shape.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    let rank = x.shape.rank + 1
    let axes = x.shape.isImage ? rank - 1..<rank : 1..<2
    // Softmax does not change when a constant is subtracted; the maximum keeps exp in range.
    let highest = try context.add(StopGradient(), try context.add(MaxReduce(axes), x.value))
    let powers = try context.add(Exponential(), try context.add(Subtract(), x.value, highest))
    let total = try context.add(Sum(axes), powers)
    let shares = try context.add(Divide(), powers, total)
    context.graph.declare(shares, .unit)
    return Signal(shares, x.shape)
  }
}
