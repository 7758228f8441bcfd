import Graph
import Ops
import Tensor
import Testing

@testable import Parts

@Suite struct LayerTests {
  @Test func dropoutZeroesTheShareAndScalesTheRestAndSoDoesItsGradient() throws {
    let built = try BuiltLayers("dropout: 0.25", [1000], batch: 20)
    let x = (0..<20_000).map { Float($0 % 7) + 1 }
    let gradient = try #require(
      try built.graph.gradients(of: built.y.value, to: [built.x]).first ?? nil)
    let results = try built.evaluate([built.y.value, gradient], ["x": x])
    let (y, mask) = (results[0], results[1])
    #expect(mask.allSatisfy { $0 == 0 || $0 == Float(1 / 0.75) })
    #expect(zip(y, zip(x, mask)).allSatisfy { $0 == $1.0 * $1.1 })
    let share = Double(mask.count { $0 == 0 }) / 20_000
    // Four standard errors.
    #expect(abs(share - 0.25) < 4 * (0.25 * 0.75 / 20_000).squareRoot())
  }

  @Test func gaussianNoiseHasMeanZeroAndTheGivenDeviation() throws {
    let built = try BuiltLayers("gaussian_noise: 0.5", [1000], batch: 20)
    let y = try built.evaluate([built.y.value], ["x": [Float](repeating: 3, count: 20_000)])[0]
    let noise = y.map { Double($0) - 3 }
    let mean = noise.reduce(0, +) / 20_000
    let deviation = (noise.reduce(0) { $0 + $1 * $1 } / 20_000).squareRoot()
    #expect(abs(mean) < 4 * 0.5 / 20_000.0.squareRoot())
    #expect(abs(deviation - 0.5) < 4 * 0.5 / 40_000.0.squareRoot())
  }

  @Test func drawsFollowFromThePlaceInTheNetworkAndTheUpdate() throws {
    let built = try BuiltLayers("dropout, dropout", [100], batch: 2)
    let draws = built.graph.nodes.indices.map(Value.init(index:)).filter {
      built.graph[$0].op is Uniform
    }
    #expect(draws.count == 2)
    let first = try built.evaluate(draws, [:], update: 5)
    #expect(first[0] != first[1])
    #expect(try built.evaluate(draws, [:], update: 5) == first)
    #expect(try built.evaluate(draws, [:], update: 6)[0] != first[0])
  }

  @Test func dropoutOfNothingAndNoiseOfNothingAddNoNodes() throws {
    let built = try BuiltLayers("dropout: 0, gaussian_noise: 0", [3], batch: 2)
    #expect(built.y.value == built.x)
  }

  @Test(arguments: ["batch_norm", "dense: {units: 3, spectral_norm: true}"])
  func statisticsMoveInTrainingOfTheNetworkOnly(_ text: String) throws {
    let trained = try BuiltLayers(text, [4], batch: 2)
    #expect(!trained.context.moves.isEmpty)
    let bystander = try BuiltLayers(text, [4], batch: 2, isTrained: false)
    #expect(bystander.context.moves.isEmpty)
    let evaluated = try BuiltLayers(text, [4], batch: 2, mode: .evaluation)
    #expect(evaluated.context.moves.isEmpty)
  }

  /// In evaluation, and for a player that does not train the network, σ is that of the stored
  /// vector without a further round.
  @Test func spectralNormIteratesOnlyWhereTheNetworkIsTrained() throws {
    let text = "dense: {units: 3, bias: false, spectral_norm: true}"
    let feeds: [String: [Float]] = ["x": [1, 2, 3, 4, -1, 0, 1, 2]]
    func output(_ mode: LayerContext.Mode, _ isTrained: Bool) throws -> [Float] {
      let built = try BuiltLayers(text, [4], batch: 2, mode: mode, isTrained: isTrained)
      return try built.evaluate([built.y.value], feeds)[0]
    }
    #expect(try output(.training, false) == output(.evaluation, false))
    #expect(try output(.training, true) != output(.evaluation, true))
  }

  @Test func evaluationOfBatchNormDoesNotDependOnTheOtherExamples() throws {
    let built = try BuiltLayers("batch_norm", [2], batch: 1, mode: .evaluation)
    let y = try built.evaluate([built.y.value], ["x": [3, -1]])[0]
    // Running mean 0 and variance 1 at the start: almost the input itself.
    expectClose(y, [3, -1], within: 1e-5, "output")
  }

  @Test func layersWithTheSameWeightsNameShareTheirParameters() throws {
    let built = try BuiltLayers(
      "dense: {units: 4, weights: w}, dense: {units: 4, weights: w}", [4], batch: 2)
    #expect(built.context.variables.map(\.path) == ["shared.w.weight", "shared.w.bias"])
  }

  @Test func aSelfNormalisingRowIsFiniteFarOut() throws {
    let built = try BuiltLayers("elu, selu, softplus, silu, gelu", [4], batch: 1)
    let gradient = try #require(
      try built.graph.gradients(of: built.y.value, to: [built.x]).first ?? nil)
    let results = try built.evaluate([built.y.value, gradient], ["x": [-1e4, -100, 100, 1e4]])
    #expect(results.joined().allSatisfy { $0.isFinite })
  }
}

/// What a layer refuses, and what it says then.
@Suite struct LayerRefusalTests {
  @Test(arguments: [
    ("dense: 4", [1, 2, 2], "needs features `[n]`, but receives [1, 2, 2]"),
    ("maxout: 4", [1, 2, 2], "needs features `[n]`, but receives [1, 2, 2]"),
    (
      "conv: {channels: 2, kernel: 3}", [9],
      "needs an image `[channels, height, width]`, but receives [9]"
    ),
    (
      "max_pool: 2", [9], "needs an image `[channels, height, width]`, but receives [9]"
    ),
    (
      "conv: {channels: 4, kernel: 1, groups: 2}", [3, 4, 4],
      "needs a multiple of 2 input channels for its 2 groups, but has 3"
    ),
    (
      "conv: {channels: 3, kernel: 1, groups: 2}", [4, 4, 4],
      "needs a multiple of 2 channels for its 2 groups, but has 3"
    ),
    (
      "conv: {channels: 1, kernel: 3, dilation: 2}", [1, 4, 5],
      "has a window of 5 x 5, but the padded image is 4 x 5"
    ),
    ("max_pool: 5", [1, 4, 5], "has a window of 5 x 5, but the padded image is 4 x 5"),
    ("max_pool: {kernel: 2, padding: 2}", [1, 4, 4], "needs a padding of at most half the kernel"),
    (
      "conv_transpose: {channels: 1, kernel: 3, stride: 2, output_padding: 2}", [1, 4, 4],
      "needs an output_padding smaller than the stride or the dilation"
    ),
    (
      "conv_transpose: {channels: 1, kernel: 1, padding: 3}", [1, 4, 4],
      "would make an image of -2 x -2"
    ),
    ("reshape: [3, 5]", [16], "needs 15 values per example, but receives 16"),
    ("residual: [dense: 5]", [4], "adds [5] from its layers to [4] from its input"),
    ("group_norm: 3", [4, 2, 2], "needs a multiple of 3 channels for its 3 groups, but has 4"),
    (
      "batch_norm", [2, 3],
      "needs features `[n]` or an image `[channels, height, width]`, but receives [2, 3]"
    ),
    (
      "dense: {units: 4, weights: w}, dense: {units: 5, weights: w}", [3],
      "shares the weights `shared.w.weight`, which are [3, 4], but needs [4, 5]"
    ),
  ])
  func misfitsAreNamed(_ text: String, _ shape: [Int], _ fact: String) throws {
    #expect(try BuiltLayers.refusal(text, shape)?.fact == fact)
  }

  @Test func batchNormNeedsMoreThanOneValuePerChannelInTraining() throws {
    #expect(
      try BuiltLayers.refusal("batch_norm", [4], batch: 1)?.fact
        == "needs more than one value per channel, but a batch is one example")
    #expect(try BuiltLayers.refusal("batch_norm", [4, 2, 2], batch: 1) == nil)
  }

  @Test func theTableShowsTheWayOfTheShapesUpToTheMisfit() throws {
    let error = try #require(
      try BuiltLayers.refusal(
        "flatten, dense: 6, residual: [relu, dense: 5, tanh], relu, tanh", [1, 2, 2]))
    #expect(error.layer == "residual")
    #expect(
      error.table(input: ExampleShape([1, 2, 2])) == """
          input                [1, 2, 2]
          layers[0]  flatten   [1, 2, 2] -> [4]
          layers[1]  dense     [4] -> [6]
        > layers[2]  residual  [6] -> does not fit
          layers[3]  relu      not reached
        """)
    let inner = try #require(
      try BuiltLayers.refusal(
        "flatten, residual: [relu, {conv: {channels: 1, kernel: 1}}, tanh]", [4]))
    #expect(inner.layer == "conv")
    #expect(
      inner.table(input: ExampleShape([4])) == """
          input                  [4]
          layers[0]    flatten   [4] -> [4]
          layers[1]    residual  [4] -> ...
            layers[0]  relu      [4] -> [4]
        >   layers[1]  conv      [4] -> does not fit
            layers[2]  tanh      not reached
        """)
  }
}
