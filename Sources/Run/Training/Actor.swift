import CKernels
import Experiment
import Formula
import Graph
import Parts
import Plan
import Tensor
import Text

/// A player at work: its program bound to memory, its optimiser with its slots.
///
/// All that a step needs is bound beforehand, so that a step allocates nothing.
final class Actor {
  let compiled: CompiledPlayer
  /// The optimiser's memory: for each slot, as many floats as there are gradients.
  let slots: [Buffer]
  /// Updates since the start of the run.
  var updates = 0
  /// The square of the length of the last update's gradient, before clipping.
  private(set) var squares = 0.0
  private let executor: Executor
  private let outputs: Buffer
  private let stretches: [Stretch]
  private let moves: [Move]
  private let lossAt: UnsafeMutablePointer<Float>
  private let recordsAt: [String: UnsafeMutablePointer<Float>]

  /// Parameters that lie together, with their gradients and slots.
  private struct Stretch {
    let parameters: UnsafeMutablePointer<Float>
    let gradients: UnsafeMutablePointer<Float>
    let slots: [UnsafeMutablePointer<Float>]
    let count: Int
  }

  /// A statistic's place, and that of its new value.
  private struct Move {
    let state: UnsafeMutablePointer<Float>
    let value: UnsafeMutablePointer<Float>
    let count: Int
  }

  var player: Player { compiled.player }

  init(
    _ compiled: CompiledPlayer, store: Store, arena: Buffer,
    leaves: (Leaf) -> UnsafeMutablePointer<Float>
  ) throws {
    self.compiled = compiled
    let outputs = try Buffer(compiled.program.outputFloats)
    let executor = try Executor(compiled.program, arena: arena, outputs: outputs, leaves: leaves)
    let slots = try compiled.player.optimizer.slots.map { _ in
      try Buffer(compiled.gradientCount)
    }
    func place(_ name: String) -> UnsafeMutablePointer<Float> {
      executor.output(name)?.floats ?? outputs.floats
    }
    lossAt = place("loss")
    recordsAt = Dictionary(
      compiled.graph.records.map { ($0.name, place("record " + $0.name)) },
      uniquingKeysWith: { first, _ in first })
    moves = compiled.graph.moves.compactMap { state, _ in
      store.elements(of: state).baseAddress.map {
        Move(state: $0, value: place("move " + state.path), count: state.shape.count)
      }
    }
    var start = 0
    stretches = store.stretches(of: compiled.graph.gradients.map(\.parameter)).map { range in
      defer { start += range.count }
      return Stretch(
        parameters: store.values.floats + range.lowerBound, gradients: outputs.floats + start,
        slots: slots.map { $0.floats + start }, count: range.count)
    }
    self.outputs = outputs
    self.executor = executor
    self.slots = slots
  }

  /// The loss of the last update.
  var loss: Float { lossAt.pointee }

  /// What the last update recorded under a `let` name.
  func record(_ name: String) -> Float { recordsAt[name]?.pointee ?? .nan }

  /// Tells a profile what the last part of an update was; nil where none is made.
  var lap: ((ProfiledPart.Place) -> Void)?

  /// Computes loss and gradients; whether all of them are finite.
  func evaluate(_ moment: Moment) -> Bool {
    if let lap { executor.run(moment) { lap(.kernel($0)) } } else { executor.run(moment) }
    defer { lap?(.length) }
    // A sum of squares of floats, in double precision, is finite just if each of them is.
    squares = assay_sum_of_squares(outputs.floats, Int64(compiled.gradientCount))
    return loss.isFinite && squares.isFinite
  }

  /// Moves the parameters and the statistics by what the last evaluation found.
  func apply(rate: Double) {
    updates += 1
    let clip = player.clipGradient
    // As PyTorch's `clip_grad_norm_`, whose 1e-6 keeps a length of zero harmless.
    let scale = clip.norm.map { min(1, $0 / (squares.squareRoot() + 1e-6)) } ?? 1
    for stretch in stretches {
      player.optimizer.update(
        OptimizerUpdate(
          parameters: stretch.parameters, gradients: stretch.gradients, slots: stretch.slots,
          count: stretch.count, rate: rate, number: updates, scale: Float(scale),
          clipValue: Float(clip.value ?? .infinity), clip: Float(player.clip ?? .infinity)))
    }
    for move in moves { move.state.update(from: move.value, count: move.count) }
    lap?(.optimizer)
  }
}
