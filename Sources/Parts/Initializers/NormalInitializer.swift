import YAML

/// Normal with mean 0.
public struct NormalInitializer: Initializer {
  public static let kind = "normal"
  public static let summary = "normal with mean 0"
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
