import Graph
import Tensor

/// A layer that a call of a network went through, and what it costs.
public struct LayerPass: Hashable, Sendable {
  /// Its place, dots between: `generator.layers.3`.
  public let path: String
  /// Its name in the file.
  public let layer: String
  /// The shape of one example of what it gives.
  public internal(set) var output: ExampleShape
  /// The numbers that it is the first to be trained with; layers within it count for themselves.
  public internal(set) var parameters = 0
  /// The multiply-adds for one example; layers within it count for themselves.
  public internal(set) var multiplyAdds = 0

  init(path: String, layer: String, output: ExampleShape) {
    self.path = path
    self.layer = layer
    self.output = output
  }
}

extension Graph {
  /// The multiply-adds of the nodes from number `first` on. What computes an element from a few is
  /// left out, as is the habit: activations, and moves of data.
  func multiplyAdds(from first: Int) -> Int {
    nodes[first...].reduce(0) { sum, node in
      let operations = node.op.operations(node.inputs.map { shape($0) }, node.shape)
      let isSmall = node.op.traits.instruction != nil || operations <= node.shape.count
      return isSmall ? sum : sum &+ operations / 2
    }
  }
}
