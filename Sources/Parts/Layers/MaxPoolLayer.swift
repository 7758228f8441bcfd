import Graph
import Ops
import Tensor
import YAML

/// The largest value of each window.
public struct MaxPoolLayer: Layer {
  /// The name in files.
  public static let kind = "max_pool"
  /// One line for `assay describe`.
  public static let summary = "the largest value of each window"
  /// What the short form sets.
  public static let mainKey: String? = "kernel"
  let window: WindowSettings

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    window = WindowSettings(&fields, defaultStride: nil, same: false)
  }

  /// `[c, h, w]` to `[c, h', w']` with `h' = (h + 2p - k) / s + 1`.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    let geometry = try window.pool(x)
    let y = try context.add(MaxPool(geometry), x.value)
    return Signal(y, ExampleShape(physical: context.graph.shape(y)))
  }
}

extension WindowSettings {
  /// The window as pools want it; refuses what is no image, or too small.
  func pool(_ x: Signal) throws(LayerError) -> Window {
    _ = try imageChannels(x)
    let padding = padding(for: x.shape)
    guard padding.top * 2 <= kernel.height, padding.left * 2 <= kernel.width else {
      throw LayerError("needs a padding of at most half the kernel")
    }
    try check(fits: x.shape, padding: padding)
    return window(for: x.shape)
  }
}
