import Graph
import Ops
import Tensor
import YAML

/// Images that are larger by a whole factor.
public struct Upsample: Layer {
  /// The name in files.
  public static let kind = "upsample"
  /// One line for `assay describe`.
  public static let summary = "enlarges images by a whole factor"
  /// What the short form sets.
  public static let mainKey: String? = "factor"
  let factor: Pair
  let mode: Mode

  /// How the new pixels are made.
  public enum Mode: String, CaseIterable, Sendable {
    /// Each pixel is repeated.
    case nearest
    /// Linear in both directions, corners not aligned.
    case bilinear
  }

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    factor = fields.intPair("factor", "how many times larger", in: 1...64, default: 2)
    mode = fields.choice("mode", "how the new pixels are made", default: .nearest)
  }

  /// `[c, h, w]` to `[c, factor h, factor w]`.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    _ = try imageChannels(x)
    let y =
      switch mode {
      case .nearest:
        try context.add(UpsampleNearest(height: factor.height, width: factor.width), x.value)
      case .bilinear:
        try context.add(UpsampleBilinear(height: factor.height, width: factor.width), x.value)
      }
    return Signal(y, ExampleShape(physical: context.graph.shape(y)))
  }
}
