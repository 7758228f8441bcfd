import CKernels
import Foundation
import Graph
import Ops
import Tensor
import Testing

/// All tests that run kernels. Some force code paths and thread counts of the whole process, so
/// they run one after another: each family is an extension.
@Suite(.serialized) enum OpsSuite {}

/// The moment at which tests run draws.
let someMoment = Moment(seed: 7, update: 3)

/// Numbers by leaf path: what tests feed into a graph. Integers are held by their bits.
typealias Feeds = [String: Buffer]

/// The values of `roots`. Every leaf that they need must be fed.
func evaluate(_ graph: Graph, _ roots: [Value], _ feeds: Feeds) throws -> [[Float]] {
  var results: [Value: [Float]] = [:]
  let wanted = Set(roots)
  let interpreter = Interpreter(graph, at: someMoment) { leaf in
    guard let feed = feeds[leaf.path] else { preconditionFailure("\(leaf.path) is not fed") }
    return feed.floats
  }
  try interpreter.run(roots) { value, operand in
    if wanted.contains(value) {
      let elements = UnsafeBufferPointer(start: operand.floats, count: operand.shape.count)
      results[value] = Array(elements)
    }
  }
  return roots.map { results[$0] ?? [] }
}

/// A buffer that holds `values`.
func buffer(_ values: [Float]) throws -> Buffer {
  let buffer = try Buffer(values.count)
  for (index, value) in values.enumerated() { buffer.floats[index] = value }
  return buffer
}

/// A small generator for test data (SplitMix64).
struct Numbers {
  private var state: UInt64

  /// The generator of a seed.
  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

  /// 64 random bits.
  mutating func bits() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// A number of 0 ..< 1.
  mutating func unit() -> Float { Float(bits() >> 40) * 0x1p-24 }

  /// The values of an example's input, the `place`-th.
  mutating func values(_ argument: Example.Argument, place: Int) -> [Float] {
    let count = argument.shape.count
    switch argument.values {
    case .numbers: return (0..<count).map { _ in 4 * unit() - 2 }
    case .positive: return (0..<count).map { _ in 0.5 + 2.5 * unit() }
    case .flags: return (0..<count).map { _ in bits() & 1 == 0 ? 0 : 1 }
    case .labels(let classes):
      return (0..<count).map { _ in Float(bitPattern: UInt32(bits() % UInt64(classes))) }
    case .apart:
      var order = Array(0..<count)
      for index in order.indices.reversed() {
        order.swapAt(index, Int(bits() % UInt64(index + 1)))
      }
      return order.map { (Float($0 - count / 2) + 0.25 + 0.5 * Float(place % 2)) * 0.25 }
    }
  }
}

/// One example of an op with data.
struct Case: CustomTestStringConvertible, Sendable {
  /// The example.
  let example: Example
  /// The data of each input.
  let data: [[Float]]

  /// The op, its attributes and the shapes of its inputs.
  var testDescription: String {
    let shapes = example.inputs.map { $0.shape.description }.joined(separator: " ")
    return "\(example.op.name) (\(example.op.attributes)) \(shapes)"
  }

  /// The example with data of its own.
  init(_ example: Example) {
    self.example = example
    var numbers = Numbers(UInt64(example.inputs.count) + 17)
    data = example.inputs.enumerated().map { numbers.values($1, place: $0) }
  }

  /// All examples of all ops.
  static let all = allOps.flatMap { $0.examples.map(Case.init) }

  /// The graph with a leaf for each input and the op on top of them.
  func build() throws -> (graph: Graph, inputs: [Value], output: Value, feeds: Feeds) {
    let graph = Graph()
    var feeds: Feeds = [:]
    let inputs = try example.inputs.enumerated().map { index, input in
      feeds["\(index)"] = try buffer(data[index])
      return try graph.leaf(.input, "\(index)", input.shape)
    }
    return (graph, inputs, try graph.add(example.op, inputs), feeds)
  }
}
