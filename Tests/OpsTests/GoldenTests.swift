import Foundation
import Graph
import Ops
import Tensor
import Testing

/// A tensor of a golden file.
private struct Recorded: Decodable, Sendable {
  let shape: [Int]
  let values: [Float]
}

/// One use of an op with PyTorch's results (`Goldens/make_goldens.py`).
struct Golden: Decodable, CustomTestStringConvertible, Sendable {
  fileprivate let kind: String
  fileprivate let attributes: [String: [Int]]
  fileprivate let inputs: [Recorded]
  fileprivate let output: Recorded
  fileprivate let weights: Recorded
  fileprivate let first: [Recorded?]
  fileprivate let firstWeights: [Recorded?]
  fileprivate let second: [Recorded?]

  /// The op and its attributes.
  var testDescription: String {
    let settings = attributes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return "\(kind) \(settings.joined(separator: ", ")) on \(inputs.map(\.shape))"
  }

  /// All cases of all files.
  static let all = ["elementwise", "products", "reductions", "images", "moves"].flatMap(read)

  private static func read(_ family: String) -> [Golden] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Goldens/\(family).json")
    guard let data = try? Data(contentsOf: url) else { return [] }
    return (try? JSONDecoder().decode([Golden].self, from: data)) ?? []
  }

  private func pair(_ key: String) -> Extent {
    let values = attributes[key] ?? [0, 0]
    return Extent(height: values[0], width: values[1])
  }

  private func number(_ key: String, _ index: Int = 0) -> Int { attributes[key]?[index] ?? 0 }

  private func range(_ key: String) -> Range<Int> { number(key)..<number(key, 1) }

  private var window: Window {
    Window(
      pair("kernel"), stride: pair("stride"), padding: Padding(pair("padding")),
      dilation: attributes["dilation"] == nil ? 1 : pair("dilation"))
  }

  private var channels: Extent { pair("channels") }

  /// The op of the case.
  func op() throws -> any Op {
    switch kind {
    case "power": return Power(number("exponent"))
    case "matmul":
      return MatMul(
        transposeA: number("transpose") == 1, transposeB: number("transpose", 1) == 1)
    case "sum": return Sum(range("axes"))
    case "max_reduce": return MaxReduce(range("axes"))
    case "convolution":
      return Convolution(
        ConvGeometry(
          image: pair("image"), inputChannels: channels.height, outputChannels: channels.width,
          window: window, groups: number("groups")))
    case "conv_transpose":
      return ConvInputGradient(
        ConvGeometry(
          transposing: pair("image"), channels: channels.height, to: channels.width,
          window: window, outputPadding: pair("outputPadding"), groups: number("groups")))
    case "max_pool": return MaxPool(window)
    case "average_pool":
      return AveragePool(window, includesPadding: number("includesPadding") == 1)
    case "upsample_nearest":
      return UpsampleNearest(height: number("factor"), width: number("factor", 1))
    case "upsample_bilinear":
      return UpsampleBilinear(height: number("factor"), width: number("factor", 1))
    case "permute": return Permute(attributes["order"] ?? [])
    case "slice": return Slice(axis: number("axis"), range: range("range"))
    case "pad":
      return Pad(axis: number("axis"), before: number("zeros"), after: number("zeros", 1))
    case "concatenate": return Concatenate(axis: number("axis"))
    case "reshape": return Reshape(attributes["dims"] ?? [])
    case "expand": return Expand(attributes["dims"] ?? [])
    default:
      // All others have no attributes: the examples hold the op itself.
      let type = try #require(allOps.first { $0.name == kind }, "no op \(kind)")
      return try #require(type.examples.first).op
    }
  }
}

extension OpsSuite {
  @Suite struct Goldens {
    @Test func thereAreCasesOfEveryFamily() {
      let kinds = Set(Golden.all.map(\.kind))
      #expect(Golden.all.count > 75)
      #expect(kinds.isSuperset(of: ["tanh", "matmul", "sum", "convolution", "permute"]))
    }

    @Test(arguments: Golden.all)
    func valuesAndDerivativesAreThoseOfPyTorch(golden: Golden) throws {
      let graph = Graph()
      var feeds: Feeds = [:]
      func leaf(_ path: String, _ dense: Recorded) throws -> Value {
        feeds[path] = try buffer(dense.values)
        return try graph.leaf(.input, path, Shape(dense.shape))
      }
      let inputs = try golden.inputs.enumerated().map { try leaf("input \($0)", $1) }
      let y = try graph.add(golden.op(), inputs)
      #expect(graph.shape(y).dims == golden.output.shape)
      let first = try graph.gradients(of: y, seed: leaf("weights", golden.weights), to: inputs)
      var total = try graph.constant(0)
      for (index, (gradient, weights)) in zip(first, golden.firstWeights).enumerated() {
        guard let gradient, let weights else { continue }
        let weighted = try graph.add(Multiply(), gradient, leaf("first \(index)", weights))
        total = try graph.add(Add(), total, graph.reduce(weighted, to: .scalar))
      }
      let second = try graph.gradients(of: total, to: inputs)
      let roots = [y] + (first + second).compactMap { $0 }
      let results = Dictionary(
        zip(roots, try evaluate(graph, roots, feeds)), uniquingKeysWith: { a, _ in a })
      expect(results[y], golden.output, "values")
      for index in inputs.indices {
        expect(first[index].flatMap { results[$0] }, golden.first[index], "gradient \(index)")
        expect(second[index].flatMap { results[$0] }, golden.second[index], "second \(index)")
      }
    }

    /// A missing gradient is one of zeros. The tolerance is for sums of a few hundred products in
    /// float32, relative to the largest element.
    private func expect(_ result: [Float]?, _ golden: Recorded?, _ subject: String) {
      let count = result?.count ?? golden?.values.count ?? 0
      let values = result ?? [Float](repeating: 0, count: count)
      let expected = golden?.values ?? [Float](repeating: 0, count: count)
      #expect(values.count == expected.count, "\(subject)")
      let scale = expected.reduce(1) { max($0, abs($1)) }
      for (value, wanted) in zip(values, expected) where abs(value - wanted) > 2e-6 * scale {
        Issue.record("\(subject): \(value), not \(wanted)")
        return
      }
    }
  }
}
