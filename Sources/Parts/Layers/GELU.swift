import Graph
import Ops
import YAML

/// Gaussian error linear unit `x Φ(x)` (Hendrycks and Gimpel 2016).
public struct GELU: Layer {
  /// The name in files.
  public static let kind = "gelu"
  /// One line for `assay describe`.
  public static let summary = "x times the normal distribution function of x"
  /// Whether Φ is computed by `erf` or by the paper's formula with `tanh`.
  public let approximate: Approximation

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    approximate = fields.choice(
      "approximate", "how the distribution function is computed", default: Approximation.none)
  }

  /// The same shape.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    let half = try context.add(Multiply(), x.value, try context.constant(0.5))
    let gate = try approximate == .tanh ? tanhGate(x.value, context) : exactGate(x.value, context)
    let onePlus = try context.add(Add(), gate, try context.constant(1))
    return Signal(try context.add(Multiply(), half, onePlus), x.shape)
  }

  /// How Φ is computed.
  public enum Approximation: String, CaseIterable, Sendable {
    /// By the error function.
    case none
    /// By `tanh(√(2/π) (x + 0.044715 x³))`.
    case tanh
  }

  /// `erf(x / √2)`.
  private func exactGate(_ x: Value, _ context: LayerContext) throws(LayerError) -> Value {
    let scale = try context.constant(0.70710678118654752440)
    return try context.add(ErrorFunction(), try context.add(Multiply(), x, scale))
  }

  /// `tanh(√(2/π) (x + 0.044715 x³))`.
  private func tanhGate(_ x: Value, _ context: LayerContext) throws(LayerError) -> Value {
    let cube = try context.add(
      Multiply(), try context.add(Power(3), x), try context.constant(0.044715))
    let scale = try context.constant(0.79788456080286535588)
    let inner = try context.add(Multiply(), try context.add(Add(), x, cube), scale)
    return try context.add(Tanh(), inner)
  }
}
