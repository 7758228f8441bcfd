import YAML

/// Glorot and Bengio (2010), equation 16: uniform with variance `2 gain² / (inputs + outputs)`.
public struct XavierUniform: Initializer {
  /// The name in files.
  public static let kind = "xavier_uniform"
  /// One line for `assay describe`.
  public static let summary = "uniform with variance 2 gain^2 / (inputs + outputs)"
  /// What the short form sets.
  public static let mainKey: String? = "gain"
  let gain: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    gain = fields.number("gain", "a factor", in: 0.0..., default: 1)
  }

  /// Scales by the layer's inputs and outputs.
  public func fill(
    _ weights: UnsafeMutableBufferPointer<Float>, fan: Fan, seed: UInt64, stream: UInt64
  ) {
    let bound = gain * (6 / Double(fan.input + fan.output)).squareRoot()
    fillUniform(weights, -bound, bound, seed: seed, stream: stream)
  }
}
