import Graph
import Ops
import YAML

/// Each value is zero with probability `p`, the others are scaled by `1 / (1 - p)` (Srivastava et al. 2014).
/// Passes everything in evaluation.
public struct Dropout: Layer {
  /// The name in files.
  public static let kind = "dropout"
  /// One line for `assay describe`.
  public static let summary =
    "zero with probability p, the rest scaled by 1 / (1 - p); passes in evaluation"
  /// What the short form sets.
  public static let mainKey: String? = "p"
  /// The probability of zero.
  public let p: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    p = fields.number("p", "probability of zero", in: 0..<1, default: 0.5)
  }

  /// The same shape.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    if context.mode == .evaluation || p == 0 { return x }
    let dims = x.shape.physical(batch: context.batch).dims
    let draw = try context.add(Uniform(stream: context.stream("dropout"), dims))
    let keep = try context.add(GreaterEqual(), draw, try context.constant(p))
    let scale = try context.add(Multiply(), keep, try context.constant(1 / (1 - p)))
    return Signal(try context.add(Multiply(), x.value, scale), x.shape)
  }
}
