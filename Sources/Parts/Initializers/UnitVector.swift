import YAML

/// A random direction: normal numbers divided by their length. Spectral normalisation starts so.
struct UnitVector: Initializer {
  static let kind = "unit_vector"
  static let summary = "normal numbers divided by their length"

  init(_ fields: inout Fields) {}

  init() {}

  func fill(
    _ weights: UnsafeMutableBufferPointer<Float>, fan: Fan, seed: UInt64, stream: UInt64
  ) {
    fillNormal(weights, 1, seed: seed, stream: stream)
    let squares = weights.reduce(0.0) { $0 + Double($1) * Double($1) }
    let length = max(squares.squareRoot(), 1e-12)
    for index in weights.indices { weights[index] = Float(Double(weights[index]) / length) }
  }
}
