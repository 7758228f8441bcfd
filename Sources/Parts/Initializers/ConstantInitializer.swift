import YAML

/// The same number everywhere.
public struct ConstantInitializer: Initializer {
  /// The name in files.
  public static let kind = "constant"
  /// One line for `assay describe`.
  public static let summary = "the same number everywhere"
  /// What the short form sets.
  public static let mainKey: String? = "value"
  let value: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    value = fields.number("value", "the number")
  }

  /// Writes the number everywhere.
  public func fill(
    _ weights: UnsafeMutableBufferPointer<Float>, fan: Fan, seed: UInt64, stream: UInt64
  ) {
    weights.update(repeating: Float(value))
  }
}
