import Graph
import Ops
import Tensor
import Testing

extension OpsSuite {
  @Suite struct Gradients {
    @Test(arguments: Case.all.filter { !($0.example.op is StopGradient) })
    func firstAndSecondDerivativesAreThoseOfFiniteDifferences(example: Case) throws {
      var (graph, inputs, output, feeds) = try example.build()
      guard graph.shape(output).element == .float32 else { return }
      let first = try projection(graph, [output], &feeds)
      let gradients = try graph.gradients(of: first, to: inputs)
      try expectDerivative(graph, first, inputs, gradients, feeds)

      let flowing = gradients.compactMap { $0 }
      guard !flowing.isEmpty else { return }
      let second = try projection(graph, flowing, &feeds)
      try expectDerivative(
        graph, second, inputs, graph.gradients(of: second, to: inputs), feeds)
      #expect(graph.check() == [])
    }
  }
}

/// A scalar that depends on every element of `values` with a weight of its own.
private func projection(_ graph: Graph, _ values: [Value], _ feeds: inout Feeds) throws -> Value {
  var total = try graph.constant(0)
  for value in values {
    let shape = graph.shape(value)
    let path = "weights \(value.index)"
    var numbers = Numbers(UInt64(value.index))
    feeds[path] = try buffer((0..<shape.count).map { _ in 2 * numbers.unit() - 1 })
    let weights = try graph.leaf(.input, path, shape)
    let weighted = try graph.add(Multiply(), value, weights)
    total = try graph.add(Add(), total, graph.reduce(weighted, to: .scalar))
  }
  return total
}

/// The gradients of the scalar `y` must be its finite differences: of fourth order, so that steps
/// can be large enough for float32. Of large inputs some elements are tried.
private func expectDerivative(
  _ graph: Graph, _ y: Value, _ inputs: [Value], _ gradients: [Value?], _ feeds: Feeds
) throws {
  for (index, (input, gradient)) in zip(inputs, gradients).enumerated() {
    guard graph.shape(input).element == .float32, let data = feeds["\(index)"] else { continue }
    let analytic =
      try gradient.map { try evaluate(graph, [$0], feeds)[0] }
      ?? [Float](repeating: 0, count: data.count)
    for element in stride(from: 0, to: data.count, by: 1 + data.count / 12) {
      let center = data.floats[element]
      func value(_ steps: Float) throws -> Double {
        data.floats[element] = center + steps * 0x1p-6
        defer { data.floats[element] = center }
        return Double(try evaluate(graph, [y], feeds)[0][0])
      }
      let near = try value(1) - value(-1)
      let far = try value(2) - value(-2)
      let numeric = (8 * near - far) / 12 * 0x1p6
      let error = abs(numeric - Double(analytic[element]))
      #expect(
        error < 2e-3 * max(1, abs(numeric)),
        "input \(index), element \(element): \(analytic[element]), not \(numeric)")
    }
  }
}
