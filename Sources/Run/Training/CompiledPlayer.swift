import CKernels
import Experiment
import Graph
import Parts
import Plan
import Tensor
import Text

/// One player's update as a program, with the places of its results.
struct CompiledPlayer {
  /// The player.
  let player: Player
  /// The graph that the program was made of: for the search of a culprit.
  let graph: UpdateGraph
  /// Whether it needs a batch: for the loss, or for what is recorded.
  let needsInput: Bool
  /// What runs.
  let program: Program
  /// For each parameter that it trains, where its gradient lies in the output buffer.
  let gradientOffsets: [Int]
  /// The floats of all gradients, with what lies between them.
  let gradientCount: Int

  /// Plans the update of `player`.
  init(_ player: Player, _ graph: UpdateGraph) {
    self.player = player
    self.graph = graph
    var offsets: [Int] = []
    var end = 0
    for (parameter, _) in graph.gradients {
      offsets.append(end)
      end = Store.aligned(end + parameter.shape.count)
    }
    gradientOffsets = offsets
    gradientCount = end
    var roots = zip(graph.gradients, offsets).map { pair, offset in
      Root("gradient " + pair.parameter.path, pair.gradient, .output(offset))
    }
    func result(_ name: String, _ value: Value) {
      roots.append(Root(name, value, .output(end)))
      end = Store.aligned(end + graph.graph.shape(value).count)
    }
    result("loss", graph.loss)
    for (name, value) in graph.records { result("record " + name, value) }
    for (state, value) in graph.moves { result("move " + state.path, value) }
    needsInput = graph.graph.needInput(roots.map(\.value))
    program = Program(graph.graph, roots: roots)
  }

  /// A player whose update is the graph of `other`'s; optimiser and rate are its own.
  init(_ player: Player, like other: CompiledPlayer) {
    self.player = player
    graph = other.graph
    needsInput = other.needsInput
    program = other.program
    gradientOffsets = other.gradientOffsets
    gradientCount = other.gradientCount
  }
}
