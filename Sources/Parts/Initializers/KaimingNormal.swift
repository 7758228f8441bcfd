import YAML

/// He et al. (2015), equation 10: normal with variance `gain² / inputs`; √2 suits rectifiers.
public struct KaimingNormal: Initializer {
  /// The name in files.
  public static let kind = "kaiming_normal"
  /// One line for `assay describe`.
  public static let summary = "normal with variance gain^2 / inputs"
  /// What the short form sets.
  public static let mainKey: String? = "gain"
  let gain: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    gain = fields.number(
      "gain", "a factor; sqrt(2) for rectifiers", in: 0.0..., default: 1.4142135623730951)
  }

  /// Scales by the layer's inputs.
  public func fill(
    _ weights: UnsafeMutableBufferPointer<Float>, fan: Fan, seed: UInt64, stream: UInt64
  ) {
    fillNormal(weights, gain / Double(fan.input).squareRoot(), seed: seed, stream: stream)
  }
}
