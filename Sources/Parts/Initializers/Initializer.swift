import CKernels
import YAML

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

/// Uniform numbers from `low` to `high`: `low + (high - low) u`, in double precision, rounded once.
func fillUniform(
  _ weights: UnsafeMutableBufferPointer<Float>, _ low: Double, _ high: Double, seed: UInt64,
  stream: UInt64
) {
  guard let start = weights.baseAddress else { return }
  assay_random_uniform(start, 0, Int64(weights.count), seed, stream, 0)
  for index in weights.indices {
    weights[index] = Float(low + (high - low) * Double(weights[index]))
  }
}

/// Normal numbers with mean 0.
func fillNormal(
  _ weights: UnsafeMutableBufferPointer<Float>, _ std: Double, seed: UInt64, stream: UInt64
) {
  guard let start = weights.baseAddress else { return }
  assay_random_normal(start, 0, Int64(weights.count), seed, stream, 0)
  for index in weights.indices { weights[index] = Float(std * Double(weights[index])) }
}
