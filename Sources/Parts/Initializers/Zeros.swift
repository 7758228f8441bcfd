import YAML

/// All zero.
public struct Zeros: Initializer {
  /// The name in files.
  public static let kind = "zeros"
  /// One line for `assay describe`.
  public static let summary = "all zero"

  /// No settings.
  public init(_ fields: inout Fields) {}

  /// Without a file.
  public init() {}

  /// Writes 0 everywhere.
  public func fill(
    _ weights: UnsafeMutableBufferPointer<Float>, fan: Fan, seed: UInt64, stream: UInt64
  ) {
    weights.update(repeating: 0)
  }
}
