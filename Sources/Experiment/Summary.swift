import Graph
import Parts
import Tensor
import Text

extension Experiment {
  /// The layers of a network in evaluation mode, with their shapes and costs.
  public func passes(through network: Network) throws(Diagnostic) -> [LayerPass] {
    let batch = data.batch
    let context = LayerContext(
      graph: Graph(), batch: batch, mode: .evaluation, isTrained: false, isAveraged: false,
      path: network.name, place: "", initializer: network.initializer)
    do throws(LayerError) {
      let x = try context.op { () throws(ShapeError) in
        try context.graph.leaf(.input, "x", network.input.physical(batch: batch))
      }
      _ = try network.build(Signal(x, network.input), in: context)
    } catch {
      throw network.diagnostic(error)
    }
    return context.passes
  }

  /// How many numbers are trained in some networks.
  public func parameterCount(of names: [String]) -> Int {
    parameters(of: names).reduce(0) { $0 + $1.shape.count }
  }
}
