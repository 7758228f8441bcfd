import Foundation
import Graph
import Tensor
import Testing
import Text

@testable import Parts
@testable import YAML

/// A tensor of a golden file, in PyTorch's order of axes.
struct Recorded: Decodable, Sendable {
  let shape: [Int]
  let values: [Float]
}

/// The cases of a golden file in `Goldens`.
func goldens<Case: Decodable>(_ name: String) -> [Case] {
  let url = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Goldens/\(name).json")
  guard let data = try? Data(contentsOf: url) else { return [] }
  return (try? JSONDecoder().decode([Case].self, from: data)) ?? []
}

/// The layers that a text writes: `dense: 4, relu`.
func layers(_ text: String) throws -> LayerList {
  let problems = Problems()
  let source = SourceText(name: "test.yaml", text: "{layers: [\(text)]}")
  let node = Parser.document(source, problems)
  let list = Reading(problems).mapping(node, of: "a network", at: source.whole) { fields in
    LayerList(&fields, "layers", "the layers")
  }.value
  #expect(problems.diagnostics.map(\.fact) == [])
  return list
}

/// Layers built for one call of a network called `net`.
struct BuiltLayers {
  let graph: Graph
  let context: LayerContext
  let x: Value
  let y: Signal

  /// Builds the layers of `text` on batches of examples of `shape`.
  init(
    _ text: String, _ shape: [Int], batch: Int, mode: LayerContext.Mode = .training,
    isTrained: Bool = true, initializer: any Initializer = DefaultInitializer()
  ) throws {
    graph = Graph()
    context = LayerContext(
      graph: graph, batch: batch, mode: mode, isTrained: isTrained, isAveraged: false, path: "net",
      place: "here", initializer: initializer)
    let example = ExampleShape(shape)
    x = try graph.leaf(.input, "x", example.physical(batch: batch))
    y = try layers(text).build(Signal(x, example), at: "layers", in: context)
  }

  /// What the layers refuse.
  static func refusal(_ text: String, _ shape: [Int], batch: Int = 2) throws -> LayerError? {
    do {
      _ = try BuiltLayers(text, shape, batch: batch)
      return nil
    } catch let error as LayerError {
      return error
    }
  }

  /// The values of `roots` with `feeds` in the leaves; other variables hold their first values.
  func evaluate(_ roots: [Value], _ feeds: [String: [Float]], update: UInt32 = 0) throws
    -> [[Float]]
  {
    var memory: [String: Buffer] = [:]
    for variable in context.variables {
      let buffer = try Buffer(variable.shape.count)
      variable.initializer.fill(
        buffer.elements, fan: variable.fan, seed: 1, stream: Stream.hash(variable.path))
      memory[variable.path] = buffer
    }
    for (path, values) in feeds {
      let buffer = try Buffer(values.count)
      buffer.floats.update(from: values, count: values.count)
      memory[path] = buffer
    }
    let fallback = try Buffer(1 << 16)
    var results: [Value: [Float]] = [:]
    let interpreter = Interpreter(graph, at: Moment(seed: 1, update: update)) { leaf in
      (memory[leaf.path] ?? fallback).floats
    }
    try interpreter.run(roots) { value, operand in
      guard roots.contains(value) else { return }
      results[value] = Array(
        UnsafeBufferPointer(start: operand.floats, count: operand.shape.count))
    }
    return roots.map { results[$0] ?? [] }
  }
}

/// `values`, whose axes have the extents `dims`, with the axes in another order: axis i of the
/// result is axis `order[i]`.
func permuted(_ values: [Float], _ dims: [Int], _ order: [Int]) -> [Float] {
  let strides = Shape(dims).strides
  let target = order.map { dims[$0] }
  return (0..<values.count).map { index in
    var rest = index
    var place = 0
    for axis in target.indices.reversed() {
      place += rest % target[axis] * strides[order[axis]]
      rest /= target[axis]
    }
    return values[place]
  }
}

/// A batch in the order of memory (channels last), from PyTorch's.
func memoryOrder(_ tensor: Recorded) -> [Float] {
  tensor.shape.count == 4 ? permuted(tensor.values, tensor.shape, [0, 2, 3, 1]) : tensor.values
}

/// A variable in the order of memory, from PyTorch's.
func memoryOrder(_ tensor: Recorded, _ layout: Variable.Layout) -> [Float] {
  let order = layout.order(rank: tensor.shape.count)
  let inverse = order.indices.map { axis in order.firstIndex(of: axis) ?? axis }
  return permuted(tensor.values, tensor.shape, inverse)
}

/// Expects equal numbers, relative to the largest of them.
func expectClose(
  _ values: [Float], _ expected: [Float], within tolerance: Float = 1e-6, _ subject: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(values.count == expected.count, "\(subject)", sourceLocation: sourceLocation)
  let scale = expected.reduce(1) { max($0, abs($1)) }
  for (index, (value, wanted)) in zip(values, expected).enumerated()
  where !(abs(value - wanted) <= tolerance * scale) {
    Issue.record("\(subject)[\(index)]: \(value), not \(wanted)", sourceLocation: sourceLocation)
    return
  }
}

/// The part that a text writes: `adam: {rate: 0.1}`; the test fails where anything is wrong with it.
func part<Kind>(_ text: String, of list: PartList<Kind>) throws -> Kind {
  let problems = Problems()
  let source = SourceText(name: "test.yaml", text: "{part: {\(text)}}")
  let node = Parser.document(source, problems)
  let placed = Reading(problems).mapping(node, of: "a test", at: source.whole) { fields in
    let placed: Placed<Kind>? = fields.part("part", "the part", of: list)
    return placed
  }.value
  #expect(problems.diagnostics.map(\.fact) == [])
  return try #require(placed).part
}
