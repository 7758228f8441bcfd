import Foundation
import Graph
import Tensor

@testable import Ops

/// A tensor in double precision, as the plain definitions of the ops below read and write it.
struct Dense {
  /// The extents.
  let dims: [Int]
  /// The elements, row-major.
  var values: [Double]

  /// The tensor of `values`.
  init(_ dims: [Int], _ values: [Double]) {
    self.dims = dims
    self.values = values
  }

  /// The tensor whose element at each place is `element(place)`.
  init(_ dims: [Int], _ element: ([Int]) -> Double = { _ in 0 }) {
    self.dims = dims
    values = Dense.places(dims).map(element)
  }

  /// All places, in memory order.
  static func places(_ dims: [Int]) -> [[Int]] {
    dims.reduce([[]]) { places, extent in
      places.flatMap { place in (0..<extent).map { place + [$0] } }
    }
  }

  private func offset(_ place: [Int]) -> Int {
    zip(place, dims).reduce(0) { $0 * $1.1 + ($1.1 == 1 ? 0 : $1.0) }
  }

  /// The element at a place; along an axis of extent 1 every place is the same, and a scalar is
  /// the same everywhere.
  subscript(place: [Int]) -> Double {
    get { dims.isEmpty ? values[0] : values[offset(place)] }
    set { values[offset(place)] = newValue }
  }
}

/// The plain definition of an op, element by element in double precision; nil for ops that have
/// tests of their own.
func twin(of op: any Op, on inputs: [Dense], to dims: [Int]) -> Dense? {
  if let scalar = elementwiseTwin(op) {
    return Dense(dims) { place in scalar(inputs.map { $0[place] }) }
  }
  return reductionTwin(op, inputs, dims) ?? moveTwin(op, inputs, dims)
    ?? convolutionTwin(op, inputs, dims) ?? poolTwin(op, inputs, dims)
    ?? upsampleTwin(op, inputs, dims)
}

private func elementwiseTwin(_ op: any Op) -> (([Double]) -> Double)? {
  if let power = op as? Power { return { pow($0[0], Double(power.exponent)) } }
  if let leaky = op as? LeakyReLU { return { $0[0] > 0 ? $0[0] : Double(leaky.slope) * $0[0] } }
  return scalarFunctions[op.name]
}

private let scalarFunctions: [String: @Sendable ([Double]) -> Double] = [
  "add": { $0[0] + $0[1] }, "subtract": { $0[0] - $0[1] }, "multiply": { $0[0] * $0[1] },
  "divide": { $0[0] / $0[1] }, "maximum": { max($0[0], $0[1]) }, "minimum": { min($0[0], $0[1]) },
  "greater": { $0[0] > $0[1] ? 1 : 0 }, "greater_equal": { $0[0] >= $0[1] ? 1 : 0 },
  "less": { $0[0] < $0[1] ? 1 : 0 }, "equal": { $0[0] == $0[1] ? 1 : 0 },
  "negate": { -$0[0] }, "absolute": { abs($0[0]) }, "square_root": { $0[0].squareRoot() },
  "exponential": { exp($0[0]) }, "logarithm": { log($0[0]) }, "tanh": { tanh($0[0]) },
  "sigmoid": { 1 / (1 + exp(-$0[0])) }, "softplus": { log1p(exp($0[0])) },
  "log_sigmoid": { -log1p(exp(-$0[0])) }, "error_function": { erf($0[0]) },
  "sine": { sin($0[0]) }, "cosine": { cos($0[0]) }, "relu": { max($0[0], 0) },
  "sign": { $0[0] > 0 ? 1 : $0[0] < 0 ? -1 : 0 }, "floor": { $0[0].rounded(.down) },
  "reciprocal": { 1 / $0[0] }, "square": { $0[0] * $0[0] },
  "select": { $0[0] != 0 ? $0[1] : $0[2] }, "expand": { $0[0] },
]

private func reductionTwin(_ op: any Op, _ inputs: [Dense], _ dims: [Int]) -> Dense? {
  /// For each element of the result what it is made of, in memory order.
  func reduced(_ result: ([Double]) -> Double) -> Dense {
    var parts = [[Int]: [Double]]()
    for (place, value) in zip(Dense.places(inputs[0].dims), inputs[0].values) {
      parts[zip(place, dims).map { $1 == 1 ? 0 : $0 }, default: []].append(value)
    }
    return Dense(dims) { result(parts[$0] ?? []) }
  }
  switch op {
  case is Sum: return reduced { $0.reduce(0, +) }
  case is MaxReduce: return reduced { $0.max() ?? 0 }
  case is ArgMax: return reduced { Double($0.firstIndex(of: $0.max() ?? 0) ?? 0) }
  case let op as MatMul: return product(inputs[0], op.transposeA, inputs[1], op.transposeB, dims)
  default: return nil
  }
}

private func product(_ a: Dense, _ flipA: Bool, _ b: Dense, _ flipB: Bool, _ dims: [Int]) -> Dense {
  Dense(dims) { place in
    (0..<a.dims[flipA ? 0 : 1]).reduce(0) { sum, k in
      sum + a[flipA ? [k, place[0]] : [place[0], k]] * b[flipB ? [place[1], k] : [k, place[1]]]
    }
  }
}

private func moveTwin(_ op: any Op, _ inputs: [Dense], _ dims: [Int]) -> Dense? {
  /// The result whose element at `place` is the input's at a moved place, 0 outside.
  func moved(_ axis: Int, by distance: Int) -> Dense {
    Dense(dims) { place in
      var source = place
      source[axis] += distance
      return (0..<inputs[0].dims[axis]).contains(source[axis]) ? inputs[0][source] : 0
    }
  }
  switch op {
  case is Reshape, is StopGradient: return Dense(dims, inputs[0].values)
  case let op as Permute:
    return Dense(dims) { place in
      var source = place
      for (axis, from) in op.order.enumerated() { source[from] = place[axis] }
      return inputs[0][source]
    }
  case let op as Slice: return moved(op.axis, by: op.range.lowerBound)
  case let op as Pad: return moved(op.axis, by: -op.before)
  case let op as Concatenate:
    return Dense(dims) { place in
      var source = place
      for input in inputs {
        if source[op.axis] < input.dims[op.axis] { return input[source] }
        source[op.axis] -= input.dims[op.axis]
      }
      return .nan
    }
  case is OneHot:
    return Dense(dims) { inputs[0].values[$0[0]] == Double($0[1]) ? 1 : 0 }
  default: return nil
  }
}
