import Tensor

/// How the weights of a network start.
public protocol Initializer: Part {
  /// Writes the first values.
  ///
  /// - Parameters:
  ///   - weights: the variable's memory.
  ///   - fan: the layer's inputs and outputs.
  ///   - seed: the experiment's seed.
  ///   - stream: the variable's own stream.
  func fill(_ weights: UnsafeMutableBufferPointer<Float>, fan: Fan, seed: UInt64, stream: UInt64)
}
