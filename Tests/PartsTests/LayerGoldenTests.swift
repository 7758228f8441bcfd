import Graph
import Ops
import Tensor
import Testing

@testable import Parts

/// One use of layers with PyTorch's results (`Goldens/make_layers.py`).
struct LayerGolden: Decodable, CustomTestStringConvertible, Sendable {
  let layers: String
  let mode: String
  let variables: [String: Recorded]
  let input: Recorded
  let output: Recorded
  let weights: Recorded
  let inputGradient: Recorded
  let gradients: [String: Recorded]
  let moved: [String: Recorded]

  var testDescription: String { "\(layers) on \(input.shape) in \(mode)" }

  static let all: [LayerGolden] = goldens("layers")
}

@Suite struct LayerGoldenTests {
  @Test func everyLayerHasACase() {
    // Their draws are their own; `LayerTests` looks at them in training.
    let written = LayerGolden.all.map(\.layers).joined(separator: ", ")
    for type in Catalog.layers.types {
      #expect(written.contains(type.kind), "no golden uses `\(type.kind)`")
    }
  }

  @Test(arguments: LayerGolden.all)
  func valuesGradientsAndStatisticsAreThoseOfPyTorch(_ golden: LayerGolden) throws {
    let built = try BuiltLayers(
      golden.layers, Array(golden.input.shape.dropFirst()), batch: golden.input.shape[0],
      mode: golden.mode == "training" ? .training : .evaluation)
    let (graph, context) = (built.graph, built.context)
    #expect(Set(context.variables.map(\.path)) == Set(golden.variables.keys))
    #expect(built.y.shape.dims == Array(golden.output.shape.dropFirst()))

    var feeds = ["x": memoryOrder(golden.input), "dy": memoryOrder(golden.weights)]
    for variable in context.variables {
      let tensor = try #require(golden.variables[variable.path])
      #expect(tensor.shape.reduce(1, *) == variable.shape.count)
      feeds[variable.path] = memoryOrder(tensor, variable.layout)
    }
    let parameters = context.variables.filter { $0.role == .parameter }
    let leaves = try parameters.map { try graph.leaf(.parameter, $0.path, $0.shape) }
    let dy = try graph.leaf(.input, "dy", graph.shape(built.y.value))
    let gradients = try graph.gradients(of: built.y.value, seed: dy, to: [built.x] + leaves)
      .map { try #require($0) }
    let roots = [built.y.value] + gradients + context.moves.map(\.value)
    let results = try built.evaluate(roots, feeds)

    expectClose(results[0], memoryOrder(golden.output), "output")
    expectClose(results[1], memoryOrder(golden.inputGradient), within: 3e-6, "input's gradient")
    for (parameter, result) in zip(parameters, results.dropFirst(2)) {
      let tensor = try #require(golden.gradients[parameter.path])
      expectClose(
        result, memoryOrder(tensor, parameter.layout), within: 3e-6,
        "gradient of \(parameter.path)")
    }
    #expect(context.moves.map(\.state.path).sorted() == golden.moved.keys.sorted())
    for (move, result) in zip(context.moves, results.suffix(context.moves.count)) {
      expectClose(result, try #require(golden.moved[move.state.path]).values, move.state.path)
    }
  }
}
