import Experiment
import Graph
import Plan

extension Compiled {
  /// The columns of `metrics.csv`.
  public var columns: [String] { Columns(experiment).names }

  /// The bytes that programs would work in if each result had memory of its own.
  public var unplannedArena: Int { 4 * (programs.map(\.unplanned).max() ?? 0) }

  /// The nodes of all updates and measurements, before anything is planned.
  public var nodes: String {
    sections.map { "\($0.title)\n\($0.graph.print($0.roots))\n" }.joined(separator: "\n")
  }

  /// The kernels of all updates and measurements, in the order in which they run.
  public var kernels: String {
    sections.map { "\($0.title)\n\($0.program.explanation)" }.joined(separator: "\n")
  }

  /// A graph and its program under a title.
  private struct Section {
    let title: String
    let graph: Graph
    let roots: [Value]
    let program: Program

    init(_ player: CompiledPlayer) {
      title = "# update of \(player.player.name)"
      graph = player.graph.graph
      roots =
        [player.graph.loss] + player.graph.gradients.map(\.gradient)
        + player.graph.records.map(\.value) + player.graph.moves.map(\.value)
      program = player.program
    }

    init(_ title: String, _ evaluation: CompiledEvaluation) {
      self.title = "# \(title), batches of \(evaluation.batch)"
      graph = evaluation.graph
      roots = evaluation.roots
      program = evaluation.program
    }
  }

  private var sections: [Section] {
    let sets = measurements.sets.flatMap { set in
      (set.pass?.evaluations ?? []).map { Section("measurements: \(set.set.split.rawValue)", $0) }
        + set.parts.flatMap { part in
          part.samples.evaluations.map { Section("samples for \(part.name)", $0) }
        }
    }
    let pictures = measurements.pictures.map { Section("picture: \($0.name)", $0.evaluation) }
    return players.map { Section($0) } + sets + pictures
  }
}
