import Graph
import Ops
import Tensor
import YAML

/// Every output is a weighted sum of every input, plus a bias: `y = x Wᵀ + b`.
///
/// `W` is `[units, features]` in files, `b` is `[units]`; both start as PyTorch's `Linear` does.
public struct Dense: Layer {
  /// The name in files.
  public static let kind = "dense"
  /// One line for `assay describe`.
  public static let summary = "fully connected: y = x W + b"
  /// What the short form sets.
  public static let mainKey: String? = "units"
  /// The number of outputs.
  public let units: Int
  /// Whether a bias is added.
  public let bias: Bool
  let options: WeightOptions

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    units = fields.int("units", "number of outputs", in: 1...10_000_000)
    bias = fields.bool("bias", "whether a bias is added", default: true)
    options = WeightOptions(&fields)
  }

  /// `[features]` to `[units]`.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    guard x.shape.rank == 1 else {
      throw LayerError(
        "needs features `[n]`, but receives \(x.shape)", help: "put `flatten` before it")
    }
    let y = try affine(x, units, context)
    return Signal(y, ExampleShape([units]))
  }

  private func affine(_ x: Signal, _ units: Int, _ context: LayerContext) throws(LayerError)
    -> Value
  {
    let fan = Fan(input: x.shape.channels, output: units)
    let weight = try options.weight(
      [x.shape.channels, units], layout: .dense, fan: fan, in: context)
    let product = try context.add(MatMul(), x.value, weight)
    guard bias else { return product }
    let b = try options.bias(units, fan: fan, in: context)
    return try context.add(Add(), product, try context.add(Reshape([1, units]), b))
  }
}
