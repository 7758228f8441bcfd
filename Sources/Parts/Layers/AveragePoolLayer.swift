import Graph
import Ops
import Tensor
import YAML

/// The mean of each window.
public struct AveragePoolLayer: Layer {
  /// The name in files.
  public static let kind = "average_pool"
  /// One line for `assay describe`.
  public static let summary = "the mean of each window"
  /// What the short form sets.
  public static let mainKey: String? = "kernel"
  let window: WindowSettings
  let countIncludePad: Bool

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    window = WindowSettings(&fields, defaultStride: nil, same: false)
    countIncludePad = fields.bool(
      "count_include_pad", "whether padded zeros count in the mean", default: true)
  }

  /// `[c, h, w]` to `[c, h', w']` with `h' = (h + 2p - k) / s + 1`.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    let geometry = try window.pool(x)
    let y = try context.add(AveragePool(geometry, includesPadding: countIncludePad), x.value)
    return Signal(y, ExampleShape(physical: context.graph.shape(y)))
  }
}
