import YAML

/// What PyTorch's layers do if nobody asks: weights and biases uniform in ±1/√(inputs).
public struct DefaultInitializer: Initializer {
  /// The name in files.
  public static let kind = "default"
  /// One line for `assay describe`.
  public static let summary = "weights and biases uniform within 1 / sqrt(inputs), as in PyTorch"

  /// No settings.
  public init(_ fields: inout Fields) {}

  /// Without a file.
  public init() {}

  /// Uniform in ±1/√(inputs).
  public func fill(
    _ weights: UnsafeMutableBufferPointer<Float>, fan: Fan, seed: UInt64, stream: UInt64
  ) {
    let bound = 1 / Double(fan.input).squareRoot()
    fillUniform(weights, -bound, bound, seed: seed, stream: stream)
  }
}
