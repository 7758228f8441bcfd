import Experiment
import Graph
import Plan
import Text

/// What a run will take, in bytes.
public struct MemoryEstimate: Sendable {
  /// Weights, averages and statistics.
  public let variables: Int
  /// Gradients, and what optimisers keep.
  public let training: Int
  /// What programs work in.
  public let arena: Int
  /// The examples.
  public let data: Int

  /// All of it.
  public var total: Int {
    [variables, training, arena, data].reduce(0) { $0.addingReportingOverflow($1).partialValue }
  }
}

extension MemoryEstimate {
  /// What a run of an experiment will take; throws what is wrong with its graphs.
  public init(of experiment: Experiment) throws(Diagnostic) {
    self = try Compiled(experiment).memory
  }
}

extension Compiled {
  /// What a run will take.
  public var memory: MemoryEstimate {
    let floats = experiment.variables.reduce(0) { $0 + Store.aligned($1.shape.count) }
    let copies = experiment.networks.contains { $0.average != nil } ? 2 : 1
    let training = players.reduce(0) {
      $0 + $1.program.outputFloats + $1.gradientCount * $1.player.optimizer.slots.count
    }
    return MemoryEstimate(
      variables: 4 * copies * floats, training: 4 * training, arena: 4 * arena,
      data: experiment.data.info.memory)
  }

  /// Refuses an experiment that does not fit, at the line of what takes most.
  func checkMemory() throws(Diagnostic) {
    guard let available = Resources.availableMemory(), memory.total > available else { return }
    let largest = players.flatMap { $0.program.calls.flatMap(\.covers) }
      .max { $0.floats < $1.floats }
    let estimate = memory
    var problem = Diagnostic(
      "too-large",
      "the experiment needs about \(byteText(estimate.total)) of memory, but "
        + "\(byteText(available)) are available", at: largest?.origin.span,
      label: largest.map { "takes most: \(byteText(4 * $0.floats))" } ?? "",
      help: "a smaller `data.batch`, or smaller layers")
    problem.notes = [
      "weights \(byteText(estimate.variables)), training \(byteText(estimate.training)), "
        + "working memory \(byteText(estimate.arena)), data \(byteText(estimate.data))"
    ]
    throw problem
  }
}
