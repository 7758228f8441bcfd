import CKernels
import Experiment
import Parts
import Tensor

/// The columns of `metrics.csv`, and the rows that a trainer fills them with.
struct Columns {
  /// The names, fixed from the first row on.
  let names: [String]
  private let experiment: Experiment

  init(_ experiment: Experiment) {
    self.experiment = experiment
    var names = ["step", "epoch"]
    for player in experiment.players {
      names.append("\(player.name).loss")
      if experiment.metrics.gradientNorms { names.append("\(player.name).gradient_norm") }
      for definition in player.lets where experiment.records(definition.name, of: player) {
        names.append("\(player.name).\(definition.name)")
      }
    }
    if experiment.metrics.weightNorms {
      names += experiment.networks.map { "\($0.name).weight_norm" }
    }
    self.names = names + experiment.metrics.sets.flatMap(\.columns)
  }

  /// The row of the present step; cells are empty where nothing was measured.
  func row(_ trainer: Trainer, measured: [String: Double]) -> [CSVFile.Cell] {
    var row: [CSVFile.Cell] = [.integer(trainer.clock.step), .double(trainer.clock.epoch)]
    for actor in trainer.actors {
      row.append(.float(actor.loss))
      if experiment.metrics.gradientNorms { row.append(.double(actor.squares.squareRoot())) }
      for definition in actor.player.lets
      where experiment.records(definition.name, of: actor.player) {
        row.append(.float(actor.record(definition.name)))
      }
    }
    if experiment.metrics.weightNorms {
      row += experiment.networks.map { .double(trainer.weightNorm(of: $0.name)) }
    }
    return row
      + experiment.metrics.sets.flatMap(\.columns).map { name in
        measured[name].map { .double($0) } ?? .empty
      }
  }
}

extension Experiment {
  /// The columns of `metrics.csv`.
  package var columns: [String] { Columns(self).names }
}

extension Trainer {
  /// The length of all parameters of a network together.
  func weightNorm(of network: String) -> Double {
    let stretches = store.stretches(of: experiment.parameters(of: [network]))
    let squares = stretches.reduce(0.0) {
      $0 + assay_sum_of_squares(store.values.floats + $1.lowerBound, Int64($1.count))
    }
    return squares.squareRoot()
  }
}
