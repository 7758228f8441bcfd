import Graph
import Ops
import Tensor
import YAML

/// The same values under another shape.
public struct ReshapeLayer: Layer {
  /// The name in files.
  public static let kind = "reshape"
  /// One line for `assay describe`.
  public static let summary = "the same values under another shape"
  /// What the short form sets.
  public static let mainKey: String? = "shape"
  let shape: ExampleShape

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    shape = ExampleShape(
      fields.ints(
        "shape", "the new shape, channels first", count: 1...4, in: 1...100_000_000))
  }

  /// Any shape to `shape`, which has as many values.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    guard shape.count == x.shape.count else {
      throw LayerError(
        "needs \(shape.count) values per example, but receives \(x.shape.count)")
    }
    return try reshaped(x, to: shape, in: context)
  }
}
