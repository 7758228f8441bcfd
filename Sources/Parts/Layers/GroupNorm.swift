import Graph
import Ops
import Tensor
import YAML

/// Group normalisation (Wu and He 2018): the channels of each image are split into groups, and each
/// group is brought to mean 0 and variance 1 over its channels and pixels.
public struct GroupNorm: Layer {
  /// The name in files.
  public static let kind = "group_norm"
  /// One line for `assay describe`.
  public static let summary = "brings groups of channels of each image to mean 0, variance 1"
  /// What the short form sets.
  public static let mainKey: String? = "groups"
  let groups: Int
  let eps: Double
  let affine: Bool

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    groups = fields.int("groups", "number of groups", in: 1...65536)
    eps = fields.number("eps", "added to the variance", in: 0...1, default: 1e-5)
    affine = fields.bool("affine", "whether to scale and shift by learned numbers", default: true)
  }

  /// The same shape.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    let channels = try channels(of: x)
    try divide(channels, by: groups, "channels")
    let shape = x.shape.physical(batch: context.batch)
    let grouped = [context.batch, x.shape.count / channels, groups, channels / groups]
    let pixels = try context.add(Reshape(grouped), x.value)
    // The members of a group lie on two axes; their mean is the mean of the means.
    let mean = try groupMean(pixels, context)
    let centred = try context.add(Subtract(), pixels, mean)
    let variance = try groupMean(try context.add(Square(), centred), context)
    let normal = try normalized(pixels, mean, variance, eps: eps, in: context)
    let y = try context.add(Reshape(shape.dims), normal)
    guard affine else { return Signal(y, x.shape) }
    let broadcast = [Int](repeating: 1, count: shape.rank - 1) + [channels]
    return Signal(try scaledAndShifted(y, [channels], broadcast, in: context), x.shape)
  }

  private func groupMean(_ x: Value, _ context: LayerContext) throws(LayerError) -> Value {
    try context.op { () throws(ShapeError) in
      try context.graph.mean(context.graph.mean(x, 3..<4), 1..<2)
    }
  }
}
