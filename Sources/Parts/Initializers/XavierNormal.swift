import YAML

/// Glorot and Bengio (2010), equation 12: normal with variance `2 gain² / (inputs + outputs)`.
public struct XavierNormal: Initializer {
  /// The name in files.
  public static let kind = "xavier_normal"
  /// One line for `assay describe`.
  public static let summary = "normal with variance 2 gain^2 / (inputs + outputs)"
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
    fillNormal(
      weights, gain * (2 / Double(fan.input + fan.output)).squareRoot(), seed: seed, stream: stream)
  }
}
