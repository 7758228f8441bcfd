import CKernels
import Experiment
import Graph
import Plan
import Tensor
import Text

/// A loss or a gradient was not finite: who, when, and the first op whose result was not.
public struct Divergence: Error {
  /// The player.
  public let player: String
  /// The step, from 1.
  public let step: Int
  /// The message, with the line of the experiment.
  public let diagnostic: Diagnostic
}

extension Trainer {
  /// Finds the first node, forward or backward, whose result is not finite, by running the update
  /// once more node by node.
  func divergence(of actor: Actor, at moment: Moment) -> Divergence {
    let update = actor.compiled.graph
    let graph = update.graph
    let roots = [update.loss] + update.gradients.map(\.gradient)
    var culprit: (node: GraphNode, value: Float)?
    // Without the memory for a replay, the message names the player alone.
    try? Interpreter(graph, at: moment, leaf: memory(of:)).run(roots) { value, result in
      guard culprit == nil, result.shape.element == .float32 else { return }
      let elements = UnsafeBufferPointer(start: result.floats, count: result.shape.count)
      if let found = elements.first(where: { !$0.isFinite }) { culprit = (graph[value], found) }
    }
    let step = clock.step + 1
    let player = actor.player
    let fact = "`\(player.name)` diverged at step \(step)"
    guard let (node, value) = culprit else {
      return Divergence(
        player: player.name, step: step,
        diagnostic: Diagnostic(
          "diverged", fact + ": the length of its gradient is not finite",
          at: player.place.span(of: "minimize")))
    }
    let kind = node.origin.isGradient ? "the gradient of this" : "this"
    return Divergence(
      player: player.name, step: step,
      diagnostic: Diagnostic(
        "diverged", fact + ": `\(node.op.name)` gave \(value)",
        at: node.origin.span ?? player.place.span(of: "minimize"),
        label: "\(kind) was the first result that was not finite",
        note: node.origin.path.isEmpty ? nil : "in \(node.origin.description)",
        help: "a lower learning rate, or `clip_gradient: {norm: 1}`, often helps"))
  }
}

extension Trainer {
  /// Throws where a weight, a statistic or an optimiser's slot is not finite: a learning rate can be
  /// so large that finite gradients lead there, and no checkpoint is to hold such a number.
  func checkFinite() throws(Divergence) {
    let buffers =
      [(store.values, "its weights"), (store.averages, "its averaged weights")].compactMap {
        buffer, what in buffer.map { ($0, what, actors.first) }
      }
      + actors.flatMap { actor in
        zip(actor.slots, actor.player.optimizer.slots).map {
          ($0, "its optimizer's `\($1)`", Optional(actor))
        }
      }
    for (buffer, what, actor) in buffers {
      // As for gradients: the sum of squares is finite just if each number is.
      guard let actor, !assay_sum_of_squares(buffer.floats, Int64(buffer.count)).isFinite else {
        continue
      }
      throw Divergence(
        player: actor.player.name, step: clock.step,
        diagnostic: Diagnostic(
          "diverged",
          "`\(actor.player.name)` diverged at step \(clock.step): \(what) are not finite",
          at: actor.player.place.span, help: "a lower learning rate often helps"))
    }
  }
}
