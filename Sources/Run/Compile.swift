import Experiment
import Graph
import Parts
import Plan
import Tensor
import Text
import YAML

/// An experiment whose graphs are planned: all that can be known before data is read.
public struct Compiled {
  /// The experiment.
  public let experiment: Experiment
  /// The players' updates, in order.
  let players: [CompiledPlayer]
  /// What is measured and drawn.
  let measurements: CompiledMeasurements
  /// The floats of the arena that all programs share.
  let arena: Int

  /// Plans an experiment.
  init(_ experiment: Experiment) throws(Diagnostic) {
    self.experiment = experiment
    var players: [CompiledPlayer] = []
    for player in experiment.players {
      let graph = try experiment.update(of: player, batch: experiment.data.batch)
      players.append(CompiledPlayer(player, graph))
    }
    self.players = players
    measurements = try CompiledMeasurements(experiment)
    arena =
      (players.map(\.program) + measurements.evaluations.map(\.program)).map(\.arena).max() ?? 0
  }

  /// An experiment whose graphs are those of `other`: both have the same `programKey`.
  init(_ experiment: Experiment, like other: Compiled) {
    self.experiment = experiment
    players = zip(experiment.players, other.players).map { CompiledPlayer($0, like: $1) }
    measurements = other.measurements
    arena = other.arena
  }

  /// All programs.
  var programs: [Program] {
    players.map(\.program) + measurements.evaluations.map(\.program)
  }
}

/// The way through the house: from the text of a file to programs.
public enum Compile {
  /// An experiment's file with its overrides, compiled; throws all that is wrong with it.
  ///
  /// - Returns: the source, the programs, and the warnings.
  public static func file(_ path: String, overrides: [String]) throws(Rejection) -> (
    source: SourceText, compiled: Compiled, warnings: [Diagnostic]
  ) {
    let problems = Problems()
    let loaded = Loader().load(path, overrides: overrides, problems)
    guard let loaded, !problems.hasErrors,
      let experiment = Experiment.read(
        loaded.root, folder: folder(of: path), name: stem(of: path), problems)
    else { throw Rejection(problems.diagnostics) }
    do throws(Diagnostic) {
      let compiled = try Compiled(experiment)
      try compiled.checkMemory()
      return (loaded.source, compiled, problems.diagnostics)
    } catch {
      throw Rejection(problems.diagnostics + [error])
    }
  }
}

/// A file's name without its folder and its ending: `quickstart` of `experiments/quickstart.yaml`.
private func stem(of path: String) -> String {
  let name = path.split(separator: "/").last.map(String.init) ?? path
  return name.hasSuffix(".yaml") ? String(name.dropLast(5)) : name
}
