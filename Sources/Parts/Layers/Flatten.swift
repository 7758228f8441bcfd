import Graph
import Ops
import Tensor
import YAML

/// One axis from many, in the order in which files hold the values: channel by channel.
public struct Flatten: Layer {
  /// The name in files.
  public static let kind = "flatten"
  /// One line for `assay describe`.
  public static let summary = "[c, h, w] to [c * h * w]"

  /// No settings.
  public init(_ fields: inout Fields) {}

  /// `[c, h, w]` to `[c h w]`.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    try reshaped(x, to: ExampleShape([x.shape.count]), in: context)
  }
}

/// The same values under another shape, in the file's order (channels first).
func reshaped(_ x: Signal, to shape: ExampleShape, in context: LayerContext) throws(LayerError)
  -> Signal
{
  if shape == x.shape { return x }
  var value = x.value
  if x.shape.isImage {
    value = try context.add(Permute([0, 3, 1, 2]), value)
  }
  value = try context.add(Reshape([context.batch] + shape.dims), value)
  if shape.isImage {
    value = try context.add(Permute([0, 2, 3, 1]), value)
  }
  return Signal(value, shape)
}
