import Tensor
import Testing

@testable import Parts

@Suite struct InitializerTests {
  private static let count = 40_000

  /// The first values of a layer with 50 inputs and 30 outputs.
  private static func values(
    _ text: String, fan: Fan = Fan(input: 50, output: 30), seed: UInt64 = 1, stream: UInt64 = 2
  ) throws -> [Float] {
    let initializer = try part(text, of: Catalog.initializers)
    let buffer = try Buffer(count)
    initializer.fill(buffer.elements, fan: fan, seed: seed, stream: stream)
    return Array(buffer.elements)
  }

  @Test(arguments: [
    ("normal: 0.02", 0.02), ("xavier_normal", 0.158_113_883), ("xavier_normal: 2", 0.316_227_766),
    ("kaiming_normal", 0.2), ("kaiming_normal: 1", 0.141_421_356),
  ])
  func normalOnesHaveMeanZeroAndThePapersDeviation(_ text: String, _ deviation: Double) throws {
    let values = try Self.values(text).map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    // Four standard errors of the mean and of the deviation.
    #expect(abs(mean) < 4 * deviation / 200)
    #expect(abs(variance.squareRoot() / deviation - 1) < 4 / (2.0 * 40_000).squareRoot())
    #expect(values.contains { abs($0) > 3 * deviation })
  }

  @Test(arguments: [
    ("default: {}", 0.141_421_356), ("uniform: 0.3", 0.3), ("xavier_uniform", 0.273_861_279),
    ("xavier_uniform: 2", 0.547_722_558), ("kaiming_uniform", 0.346_410_162),
    ("kaiming_uniform: 1", 0.244_948_974),
  ])
  func uniformOnesFillTheirBounds(_ text: String, _ bound: Double) throws {
    let values = try Self.values(text).map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    #expect(values.allSatisfy { abs($0) <= bound * 1.000_001 })
    #expect((values.max() ?? 0) > 0.999 * bound && (values.min() ?? 0) < -0.999 * bound)
    #expect(abs(mean) < 4 * bound / (3.0 * 40_000).squareRoot())
    #expect(abs(squares / (bound * bound / 3) - 1) < 0.02)
  }

  @Test func theOthersAreTheSameEverywhere() throws {
    #expect(try Self.values("constant: 0.25").allSatisfy { $0 == 0.25 })
    #expect(try Self.values("zeros: {}").allSatisfy { $0 == 0 })
    #expect(try Self.values("ones: {}").allSatisfy { $0 == 1 })
  }

  @Test(arguments: ["default: {}", "normal: 0.02", "xavier_uniform", "kaiming_normal"])
  func valuesFollowFromSeedAndStreamAlone(_ text: String) throws {
    let values = try Self.values(text)
    #expect(try Self.values(text) == values)
    #expect(try Self.values(text, seed: 2) != values)
    #expect(try Self.values(text, stream: 3) != values)
  }

  @Test func spectralNormStartsWithAUnitVector() throws {
    let buffer = try Buffer(37)
    UnitVector().fill(buffer.elements, fan: .none, seed: 1, stream: 2)
    let squares = buffer.elements.reduce(0) { $0 + Double($1) * Double($1) }
    #expect(abs(squares - 1) < 1e-6)
  }

  /// PyTorch's defaults: ±1/√fan_in, where fan_in is what `init._calculate_fan_in_and_fan_out`
  /// says of the weight.
  @Test(arguments: [
    ("dense: 7", [5], 5, 7), ("maxout: {units: 2, pieces: 3}", [5], 5, 6),
    ("conv: {channels: 6, kernel: [3, 2]}", [4, 5, 5], 24, 36),
    ("conv: {channels: 6, kernel: 3, groups: 2}", [4, 5, 5], 18, 27),
    ("conv_transpose: {channels: 6, kernel: 3}", [4, 5, 5], 54, 36),
    ("conv_transpose: {channels: 6, kernel: 3, groups: 2}", [4, 5, 5], 27, 18),
  ])
  func layersStartAsPyTorchsDo(_ text: String, _ shape: [Int], _ inputs: Int, _ outputs: Int)
    throws
  {
    let variables = try BuiltLayers(text, shape, batch: 2).context.variables
    #expect(variables.map(\.path) == ["net.layers.0.weight", "net.layers.0.bias"])
    for variable in variables {
      #expect(variable.fan == Fan(input: inputs, output: outputs))
      #expect(variable.initializer is DefaultInitializer)
    }
  }

  @Test func biasesStartAtZeroWhereTheNetworkSaysHowWeightsStart() throws {
    let normal = try part("normal: 0.02", of: Catalog.initializers)
    let variables = try BuiltLayers(
      "dense: 3, batch_norm", [4], batch: 2, initializer: normal
    ).context.variables
    let kinds = variables.map {
      "\($0.path.split(separator: ".").last ?? "") \(type(of: $0.initializer))"
    }
    #expect(
      kinds == [
        "weight NormalInitializer", "bias Zeros", "running_mean Zeros", "running_var Ones",
        "weight Ones", "bias Zeros",
      ])
  }
}
