import Graph
import Ops
import YAML

/// Adds normal noise in training; passes in evaluation.
public struct GaussianNoise: Layer {
  /// The name in files.
  public static let kind = "gaussian_noise"
  /// One line for `assay describe`.
  public static let summary = "adds normal noise in training; passes in evaluation"
  /// What the short form sets.
  public static let mainKey: String? = "std"
  /// The standard deviation.
  public let std: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    std = fields.number("std", "standard deviation of the noise", in: 0...1000)
  }

  /// The same shape.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    if context.mode == .evaluation || std == 0 { return x }
    let dims = x.shape.physical(batch: context.batch).dims
    let draw = try context.add(Normal(stream: context.stream("noise"), dims))
    let noise = try context.add(Multiply(), draw, try context.constant(std))
    return Signal(try context.add(Add(), x.value, noise), x.shape)
  }
}
