import Graph
import Ops
import Tensor
import YAML

/// The largest of `pieces` linear functions of the input (Goodfellow et al. 2013):
/// `yᵢ = maxⱼ (x Wᵢⱼ + bᵢⱼ)`.
public struct Maxout: Layer {
  /// The name in files.
  public static let kind = "maxout"
  /// One line for `assay describe`.
  public static let summary = "the largest of several linear functions of the input"
  /// What the short form sets.
  public static let mainKey: String? = "units"
  /// The number of outputs.
  public let units: Int
  /// The number of linear functions for each output.
  public let pieces: Int
  let options: WeightOptions

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    units = fields.int("units", "number of outputs", in: 1...1_000_000)
    pieces = fields.int("pieces", "linear functions for each output", in: 2...64, default: 2)
    options = WeightOptions(&fields)
  }

  /// `[features]` to `[units]`.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    guard x.shape.rank == 1 else {
      throw LayerError(
        "needs features `[n]`, but receives \(x.shape)", help: "put `flatten` before it")
    }
    let width = units * pieces
    let fan = Fan(input: x.shape.channels, output: width)
    let weight = try options.weight(
      [x.shape.channels, width], layout: .dense, fan: fan, in: context)
    let bias = try context.add(Reshape([1, width]), try options.bias(width, fan: fan, in: context))
    let all = try context.add(Add(), try context.add(MatMul(), x.value, weight), bias)
    let split = try context.add(Reshape([context.batch, units, pieces]), all)
    let largest = try context.add(MaxReduce(2..<3), split)
    return Signal(
      try context.add(Reshape([context.batch, units]), largest), ExampleShape([units]))
  }
}
