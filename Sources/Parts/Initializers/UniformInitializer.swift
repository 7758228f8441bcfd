import YAML

/// Uniform in ±bound.
public struct UniformInitializer: Initializer {
  /// The name in files.
  public static let kind = "uniform"
  /// One line for `assay describe`.
  public static let summary = "uniform within a bound"
  /// What the short form sets.
  public static let mainKey: String? = "bound"
  let bound: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    bound = fields.number("bound", "largest absolute value", in: 0.0...)
  }

  /// Uniform numbers in ±bound.
  public func fill(
    _ weights: UnsafeMutableBufferPointer<Float>, fan: Fan, seed: UInt64, stream: UInt64
  ) {
    fillUniform(weights, -bound, bound, seed: seed, stream: stream)
  }
}
