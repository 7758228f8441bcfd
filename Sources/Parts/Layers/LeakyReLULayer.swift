import Graph
import Ops
import YAML

/// Leaky rectifier: `x` where x > 0, else `negative_slope * x` (Maas et al. 2013).
public struct LeakyReLULayer: Layer {
  /// The name in files.
  public static let kind = "leaky_relu"
  /// One line for `assay describe`.
  public static let summary = "x where x > 0, else negative_slope * x"
  /// What the short form sets.
  public static let mainKey: String? = "negative_slope"
  /// The slope where x < 0.
  public let negativeSlope: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    negativeSlope = fields.number("negative_slope", "slope where x < 0", in: 0...1, default: 0.01)
  }

  /// The same shape.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    Signal(try context.add(LeakyReLU(Float(negativeSlope)), x.value), x.shape)
  }
}
