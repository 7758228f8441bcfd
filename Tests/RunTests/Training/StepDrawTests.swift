import Experiment
import Graph
import Ops
import Tensor
import Testing

@testable import Run

/// What a step means: draws and calls.
@Suite struct StepDrawTests {
  private let line = "net: {input: [2], layers: [dense: 2]}"

  @Test func eachWrittenDrawIsADrawOfItsOwn() throws {
    let text = ringExperiment(
      [line],
      [
        "p: {trains: net, let: {gap: sum(abs(normal(2) - normal(2)))}, minimize: mean(net(x)) + mean(gap)}"
      ])
    let trainer = try trainer(text)
    try trainer.step()
    #expect(try trainer.record("p", "gap") > 0)
    #expect(Set(try experiment(text).streams(of: "p")).count == 2)
  }

  @Test func drawsAreNamedByTheirPlaceSoThatAnEditElsewhereMovesNone() throws {
    let player = "p: {trains: net, minimize: 'mean(net(normal(2)) + uniform(2))'}"
    let alone = try experiment(ringExperiment([line], [player]))
    let other = "q: {trains: net, let: {z: uniform(2)}, minimize: 'mean(net(z + normal(2)))'}"
    let beside = try experiment(ringExperiment([line], [other, player]))
    #expect(try alone.streams(of: "p") == beside.streams(of: "p"))
    #expect(Set(try alone.streams(of: "p")).isDisjoint(with: try beside.streams(of: "q")))
    #expect(
      try alone.streams(of: "p") == [
        Stream.hash("players.p.minimize/normal#0"), Stream.hash("players.p.minimize/uniform#1"),
      ])
  }

  @Test func layersDrawByTheirPlaceInTheNetworkAndTheCall() throws {
    let net = "net: {input: [2], layers: [dense: 2, dropout, dropout]}"
    let experiment = try experiment(
      ringExperiment([net], ["p: {trains: net, minimize: mean(net(x) + net(2 * x))}"]))
    // Two layers in each of two calls.
    #expect(Set(try experiment.streams(of: "p")).count == 4)
  }

  @Test func aLetNameIsOneValueInAnUpdateHoweverOftenItIsUsed() throws {
    let text = ringExperiment(
      [line],
      [
        "p: {trains: net, let: {z: normal(2), gap: sum(abs(z - z))}, minimize: mean(net(z) + z + gap)}"
      ])
    let trainer = try trainer(text)
    try trainer.step()
    #expect(try trainer.record("p", "gap") == 0)
    #expect(try experiment(text).streams(of: "p").count == 1)
  }

  @Test func aLetNameIsDrawnAnewAtEachUpdate() throws {
    let trainer = try trainer(
      ringExperiment(
        [line], ["p: {trains: net, let: {z: normal()}, minimize: mean(z) + mean(net(x))}"]))
    try trainer.step()
    let first = try trainer.record("p", "z")
    try trainer.step()
    #expect(try trainer.record("p", "z") != first)
  }

  @Test func callsOnTheSameValueAreOnePassWithOneMask() throws {
    let net = "net: {input: [2], layers: [dense: 30, dropout, dense: 1]}"
    func gap(_ second: String) throws -> Float {
      let trainer = try trainer(
        ringExperiment(
          [net],
          ["p: {trains: net, let: {gap: abs(net(x) - \(second))}, minimize: mean(gap + net(x))}"]))
      try trainer.step()
      return try trainer.record("p", "gap")
    }
    #expect(try gap("net(x)") == 0)
    // Another value, though its numbers are the same: another mask.
    #expect(try gap("net(1 * x)") > 0)
  }

  @Test func playersCallInTrainingModeAndMeasurementsInEvaluationMode() throws {
    let net = "net: {input: [2], layers: [dense: 2, batch_norm, dropout, gaussian_noise: 1]}"
    let text = ringExperiment(
      [net], ["p: {trains: net, minimize: mean(net(x)^2)}"],
      "metrics: {test: {m: mean(net(x))}}\nsamples: {show: {s: net(x)}}")
    let experiment = try experiment(text)
    let compiled = try Compiled(experiment)
    #expect(try experiment.streams(of: "p").count == 2)
    for set in experiment.metrics.sets {
      let measured = try experiment.metrics(set.formulas, batch: 4)
      #expect(measured.graph.streams.isEmpty)
      let states = measured.graph.nodes.compactMap {
        ($0.op as? Leaf).flatMap { $0.role == .state ? $0.path : nil }
      }
      #expect(states == ["net.layers.1.running_mean", "net.layers.1.running_var"])
    }
    #expect(compiled.measurements.pictures.count == 1)
  }

  @Test func drawsOfMeasurementsHaveStreamsOfTheirOwn() throws {
    let experiment = try experiment(
      ringExperiment(
        [line], ["p: {trains: net, let: {z: normal(2)}, minimize: mean(net(z))}"],
        "metrics: {test: {m: mean(net(z))}}"))
    let measured = try experiment.metrics(
      experiment.metrics.sets[0].formulas, batch: 4)
    #expect(measured.graph.streams == [Stream.hash("evaluation/players.p.let.z/normal#0")])
    #expect(try experiment.streams(of: "p") == [Stream.hash("players.p.let.z/normal#0")])
  }

  @Test func theNoiseOfMeasurementsDoesNotDependOnTheStep() throws {
    let text = ringExperiment(
      [line], ["p: {trains: net, minimize: mean(net(x)^2)}"],
      "metrics: {test: {noise: mean(normal(2)), of_x: mean(x)}}")
    let trainer = try trainer(text)
    let measurer = try Measurer(Compiled(trainer.experiment).measurements, trainer)
    let first = measurer.measure { _ in true }
    try trainer.step()
    #expect(measurer.measure { _ in true } == first)
  }
}

extension Experiment {
  /// The streams that an update of a player draws from.
  func streams(of player: String) throws -> [UInt64] {
    let player = try #require(players.first { $0.name == player })
    return try update(of: player, batch: data.batch).streams
  }
}
