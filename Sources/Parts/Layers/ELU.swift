import Graph
import Ops
import YAML

/// Exponential linear unit: `x` where x > 0, else `alpha (exp(x) - 1)` (Clevert et al. 2016).
public struct ELU: Layer {
  /// The name in files.
  public static let kind = "elu"
  /// One line for `assay describe`.
  public static let summary = "x where x > 0, else alpha (exp(x) - 1)"
  /// What the short form sets.
  public static let mainKey: String? = "alpha"
  /// The value that it falls to is `-alpha`.
  public let alpha: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    alpha = fields.number("alpha", "it falls to -alpha", in: 0...100, default: 1)
  }

  /// The same shape.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    Signal(try elu(x.value, alpha: alpha, scale: 1, in: context), x.shape)
  }
}

/// `scale * x` where x > 0, else `scale * alpha * (exp(x) - 1)`.
///
/// The exponential sees `min(x, 0)`: where x is large it would overflow, and its gradient, though
/// multiplied by zero, would not be a number.
func elu(_ x: Value, alpha: Double, scale: Double, in context: LayerContext) throws(LayerError)
  -> Value
{
  let zero = try context.constant(0)
  let exponential = try context.add(Exponential(), try context.add(Minimum(), x, zero))
  let below = try context.add(
    Multiply(), try context.add(Subtract(), exponential, try context.constant(1)),
    try context.constant(scale * alpha))
  let above = scale == 1 ? x : try context.add(Multiply(), x, try context.constant(scale))
  return try context.add(Select(), try context.add(Greater(), x, zero), above, below)
}
