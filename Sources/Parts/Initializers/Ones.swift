import YAML

/// All one.
public struct Ones: Initializer {
  /// The name in files.
  public static let kind = "ones"
  /// One line for `assay describe`.
  public static let summary = "all one"

  /// No settings.
  public init(_ fields: inout Fields) {}

  /// Without a file.
  public init() {}

  /// Writes 1 everywhere.
  public func fill(
    _ weights: UnsafeMutableBufferPointer<Float>, fan: Fan, seed: UInt64, stream: UInt64
  ) {
    weights.update(repeating: 1)
  }
}
