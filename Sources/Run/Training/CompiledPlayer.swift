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
    program = Program(graph.graph, roots: roots)
  }
}

/// A player at work: its program bound to memory, its optimiser with its slots.
final class Actor {
  let compiled: CompiledPlayer
  /// The optimiser's memory: for each slot, as many floats as there are gradients.
  let slots: [Buffer]
  /// Updates since the start of the run.
  var updates = 0
  /// The square of the length of the last update's gradient.
  var lastSquares = 0.0
  private let executor: Executor
  private let outputs: Buffer
  private let store: Store
  private let stretches: [Range<Int>]

  var player: Player { compiled.player }

  init(
    _ compiled: CompiledPlayer, store: Store, arena: Buffer,
    leaves: (Leaf) -> UnsafeMutablePointer<Float>
  ) throws(Buffer.OutOfMemory) {
    self.compiled = compiled
    self.store = store
    outputs = try Buffer(compiled.program.outputFloats)
    executor = try Executor(compiled.program, arena: arena, outputs: outputs, leaves: leaves)
    stretches = store.stretches(of: compiled.graph.gradients.map(\.parameter))
    var slots: [Buffer] = []
    for _ in compiled.player.optimizer.slots { slots.append(try Buffer(compiled.gradientCount)) }
    self.slots = slots
  }

  /// The gradients of the last update, as an optimiser saw them before clipping.
  var gradients: UnsafeMutablePointer<Float> { outputs.floats }

  /// The loss of the last update.
  var loss: Float { number("loss") }

  /// What the last update recorded under a `let` name.
  func record(_ name: String) -> Float { number("record " + name) }

  private func number(_ name: String) -> Float { executor.output(name)?.floats.pointee ?? .nan }

  /// Computes loss and gradients; whether all of them are finite, and the square of their length.
  func evaluate(_ moment: Moment) -> (isFinite: Bool, squares: Double) {
    executor.run(moment)
    // A sum of squares of floats, in double precision, is finite just if each of them is.
    let squares = assay_sum_of_squares(outputs.floats, Int64(compiled.gradientCount))
    return (loss.isFinite && squares.isFinite, squares)
  }

  /// Moves the parameters and the statistics by what the last evaluation found.
  func apply(squares: Double, rate: Double) {
    updates += 1
    let clip = player.clipGradient
    let norm = squares.squareRoot()
    // As PyTorch's `clip_grad_norm_`, whose 1e-6 keeps a length of zero harmless.
    let scale = clip.norm.map { min(1, $0 / (norm + 1e-6)) } ?? 1
    var start = 0
    for stretch in stretches {
      let offset = start
      player.optimizer.update(
        OptimizerUpdate(
          parameters: store.values.floats + stretch.lowerBound, gradients: gradients + offset,
          slots: slots.map { $0.floats + offset }, count: stretch.count, rate: rate,
          number: updates, scale: Float(scale), clipValue: Float(clip.value ?? .infinity),
          clip: Float(player.clip ?? .infinity)))
      start += stretch.count
    }
    for (state, _) in compiled.graph.moves {
      guard let value = executor.output("move " + state.path) else { continue }
      store.elements(of: state).baseAddress?
        .update(from: value.floats, count: state.shape.count)
    }
  }
}
