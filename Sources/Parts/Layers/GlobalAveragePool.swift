import Graph
import Ops
import Tensor
import YAML

/// The mean of each channel over its pixels.
public struct GlobalAveragePool: Layer {
  /// The name in files.
  public static let kind = "global_average_pool"
  /// One line for `assay describe`.
  public static let summary = "[c, h, w] to [c]: the mean of each channel"

  /// No settings.
  public init(_ fields: inout Fields) {}

  /// `[c, h, w]` to `[c]`.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    let channels = try imageChannels(x)
    let mean = try context.op { () throws(ShapeError) in try context.graph.mean(x.value, 1..<3) }
    return Signal(
      try context.add(Reshape([context.batch, channels]), mean), ExampleShape([channels]))
  }
}
