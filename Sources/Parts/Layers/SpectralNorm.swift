import Graph
import Ops
import Tensor

/// `W / σ(W)` (Miyato et al. 2018, algorithm 1): W divided by its largest singular value, which one
/// round of power iteration estimates at each update.
///
/// With `M = Wᵀ`, a matrix `[inputs, outputs]`, and a unit vector `u` kept between updates:
/// `v = M u / ‖M u‖`, `u ← Mᵀ v / ‖Mᵀ v‖`, `σ = vᵀ M u`. The vectors are constants to the gradient.
/// Where the network is not trained, or in evaluation, `u` stays as it is.
///
/// - Parameters:
///   - weight: the weight as it lies in memory.
///   - axis: the axis of the outputs; all others together are the inputs.
func spectrallyNormalized(_ weight: Value, outputs axis: Int, in context: LayerContext)
  throws(LayerError) -> Value
{
  let shape = context.graph.shape(weight)
  let outputs = shape[axis]
  let order = (0..<shape.rank).filter { $0 != axis } + [axis]
  let last = axis == shape.rank - 1 ? weight : try context.add(Permute(order), weight)
  let matrix = try context.add(Reshape([shape.count / outputs, outputs]), last)
  let constant = try context.add(StopGradient(), matrix)
  let stored = try context.state("spectral_norm.u", [outputs, 1], initializer: UnitVector())
  let v = try unit(try context.add(MatMul(), constant, stored), in: context)
  var u = stored
  if context.isTrained && context.mode == .training {
    u = try unit(try context.add(MatMul(transposeA: true), constant, v), in: context)
    context.move("spectral_norm.u", to: u)
  }
  let v0 = try context.add(StopGradient(), v)
  let u0 = try context.add(StopGradient(), u)
  let products = try context.add(Multiply(), v0, try context.add(MatMul(), matrix, u0))
  let sigma = try context.add(Reshape([]), try context.add(Sum(0..<2), products))
  return try context.add(Divide(), weight, sigma)
}

/// `x / max(‖x‖, 1e-12)` for a column.
private func unit(_ x: Value, in context: LayerContext) throws(LayerError) -> Value {
  let squares = try context.add(Sum(0..<2), try context.add(Square(), x))
  let length = try context.add(
    Maximum(), try context.add(SquareRoot(), squares), try context.constant(1e-12))
  return try context.add(Divide(), x, length)
}
