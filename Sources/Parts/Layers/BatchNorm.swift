import Graph
import Ops
import Tensor
import YAML

/// Batch normalisation (Ioffe and Szegedy 2015): each channel is brought to mean 0 and variance 1
/// over the batch (and its pixels), then scaled and shifted by learned numbers.
///
/// `y = γ (x - μ) / √(σ² + eps) + β`. In evaluation μ and σ² are the running statistics, which each
/// update of a player that trains the network moves by `momentum`, with the unbiased variance.
public struct BatchNorm: Layer {
  /// The name in files.
  public static let kind = "batch_norm"
  /// One line for `assay describe`.
  public static let summary = "brings each channel to mean 0, variance 1 over the batch"
  let eps: Double
  let momentum: Double
  let affine: Bool

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    eps = fields.number("eps", "added to the variance", in: 0...1, default: 1e-5)
    momentum = fields.number(
      "momentum", "share of the new batch in the running statistics", in: 0...1, default: 0.1)
    affine = fields.bool("affine", "whether to scale and shift by learned numbers", default: true)
  }

  /// The same shape.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    let channels = try channels(of: x)
    let shape = x.shape.physical(batch: context.batch)
    let broadcast = [Int](repeating: 1, count: shape.rank - 1) + [channels]
    let mean: Value
    let variance: Value
    let runningMean = try context.state("running_mean", [channels], initializer: Zeros())
    let runningVar = try context.state("running_var", [channels], initializer: Ones())
    if context.mode == .training {
      let count = shape.count / channels
      guard count > 1 else {
        throw LayerError(
          "needs more than one value per channel, but a batch is one example",
          help: "use a larger `batch`, or `layer_norm`")
      }
      (mean, variance) = try moments(x.value, over: 0..<shape.rank - 1, in: context)
      try move("running_mean", runningMean, mean, 1, context)
      try move("running_var", runningVar, variance, Double(count) / Double(count - 1), context)
    } else {
      mean = try context.add(Reshape(broadcast), runningMean)
      variance = try context.add(Reshape(broadcast), runningVar)
    }
    let y = try normalized(x.value, mean, variance, eps: eps, in: context)
    guard affine else { return Signal(y, x.shape) }
    return Signal(try scaledAndShifted(y, [channels], broadcast, in: context), x.shape)
  }

  /// `running ← (1 - momentum) running + momentum * correction * value`.
  private func move(
    _ name: String, _ running: Value, _ value: Value, _ correction: Double,
    _ context: LayerContext
  ) throws(LayerError) {
    let flat = try context.add(Reshape(context.graph.shape(running).dims), value)
    let kept = try context.add(
      Multiply(), context.latest(name, running), try context.constant(1 - momentum))
    let new = try context.add(Multiply(), flat, try context.constant(momentum * correction))
    context.move(name, to: try context.add(Add(), kept, new))
  }
}

/// The channels of an image, or the features; refuses shapes that are neither, where the axis of
/// channels is anybody's guess.
func channels(of x: Signal) throws(LayerError) -> Int {
  guard x.shape.rank == 1 || x.shape.isImage else {
    throw LayerError(
      "needs features `[n]` or an image `[channels, height, width]`, but receives \(x.shape)",
      help: "put a `reshape` before it")
  }
  return x.shape.channels
}

/// The mean and the (biased) variance over `axes`, in two passes.
func moments(_ x: Value, over axes: Range<Int>, in context: LayerContext) throws(LayerError)
  -> (mean: Value, variance: Value)
{
  try context.op { () throws(ShapeError) in
    let graph = context.graph
    let mean = try graph.mean(x, axes)
    let centred = try graph.add(Subtract(), x, mean)
    return (mean, try graph.mean(graph.add(Square(), centred), axes))
  }
}

/// `(x - mean) / √(variance + eps)`.
func normalized(
  _ x: Value, _ mean: Value, _ variance: Value, eps: Double, in context: LayerContext
) throws(LayerError) -> Value {
  let shifted = try context.add(Add(), variance, try context.constant(eps))
  let scale = try context.add(Reciprocal(), try context.add(SquareRoot(), shifted))
  return try context.add(Multiply(), try context.add(Subtract(), x, mean), scale)
}

/// `weight * x + bias`, both learned, of extents `dims`, read as `broadcast`.
func scaledAndShifted(
  _ x: Value, _ dims: [Int], _ broadcast: [Int], layout: Variable.Layout = .plain,
  in context: LayerContext
) throws(LayerError) -> Value {
  let weight = try context.parameter(
    "weight", dims, layout: layout, fan: .none, initializer: Ones())
  let bias = try context.parameter(
    "bias", dims, layout: layout, fan: .none, initializer: Zeros())
  let scaled = try context.add(Multiply(), x, try context.add(Reshape(broadcast), weight))
  return try context.add(Add(), scaled, try context.add(Reshape(broadcast), bias))
}
