import YAML

/// Normal with mean 0.
public struct NormalInitializer: Initializer {
  /// The name in files.
  public static let kind = "normal"
  /// One line for `assay describe`.
  public static let summary = "normal with mean 0"
  /// What the short form sets.
  public static let mainKey: String? = "std"
  let std: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    std = fields.number("std", "standard deviation", in: 0.0...)
  }

  /// Normal numbers times `std`.
  public func fill(
    _ weights: UnsafeMutableBufferPointer<Float>, fan: Fan, seed: UInt64, stream: UInt64
  ) {
    fillNormal(weights, std, seed: seed, stream: stream)
  }
}
