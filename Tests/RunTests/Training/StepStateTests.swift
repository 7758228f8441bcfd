import Experiment
import Graph
import Ops
import Tensor
import Testing

@testable import Run

/// What a step means: statistics, spectral normalisation, averaged weights.
@Suite struct StepStateTests {
  private let generator = "g: {input: [2], layers: [dense: 3, batch_norm, dense: 2]}"
  private let critic = "d: {input: [2], layers: [dense: 3, batch_norm, dense: 1]}"

  @Test func statisticsMoveInUpdatesOfPlayersThatTrainTheNetworkOnly() throws {
    let players = [
      "a: {trains: d, minimize: mean(d(x)) - mean(d(g(normal(2))))}",
      "b: {trains: g, minimize: mean(d(g(normal(2))))}",
    ]
    let experiment = try experiment(ringExperiment([generator, critic], players))
    let moved = try experiment.players.map { player in
      try experiment.update(of: player, batch: 4).moves.map(\.state.path)
    }
    #expect(
      moved == [
        ["d.layers.1.running_mean", "d.layers.1.running_var"],
        ["g.layers.1.running_mean", "g.layers.1.running_var"],
      ])
  }

  /// `n` normalises its input itself, so that its running mean can be computed from the batch.
  private func runningMean(_ minimize: String) throws -> (mean: [Float], batch: [Float]) {
    let trainer = try trainer(
      ringExperiment(
        ["n: {input: [2], layers: [batch_norm]}"], ["p: {trains: n, minimize: \(minimize)}"]))
    try trainer.step()
    var x = [Float](repeating: 0, count: 8)
    x.withUnsafeMutableBufferPointer { x in
      guard let start = x.baseAddress else { return }
      trainer.batches.load(0, x: start, labels: nil)
    }
    let means = (0..<2).map { column in
      stride(from: column, to: 8, by: 2).reduce(Float(0)) { $0 + x[$1] } / 4
    }
    return (try trainer.values("n.layers.0.running_mean"), means)
  }

  @Test func statisticsMoveOncePerDistinctCallInOrderOfFirstAppearance() throws {
    // 0.9 * (0.1 m) + 0.1 * 3 m, and the other way round.
    for (formula, factor) in [
      ("mean(n(x)) + mean(n(3 * x))", Float(0.39)), ("mean(n(3 * x)) + mean(n(x))", 0.37),
      ("mean(n(x)) + mean(n(x)^2)", 0.1),
      ("mean(n(x)) + mean(n(3 * x)) + mean(n(x)^2) + mean(n(3 * x)^2)", 0.39),
    ] {
      let (mean, batch) = try runningMean(formula)
      for (value, wanted) in zip(mean, batch) {
        #expect(abs(value - factor * wanted) < 1e-6, "\(formula)")
      }
    }
  }

  @Test func runningVarianceIsUnbiased() throws {
    let trainer = try trainer(
      ringExperiment(
        ["n: {input: [2], layers: [batch_norm]}"], ["p: {trains: n, minimize: mean(n(x))}"]))
    try trainer.step()
    var x = [Float](repeating: 0, count: 8)
    x.withUnsafeMutableBufferPointer { x in
      guard let start = x.baseAddress else { return }
      trainer.batches.load(0, x: start, labels: nil)
    }
    let first = stride(from: 0, to: 8, by: 2).map { x[$0] }
    let mean = first.reduce(0, +) / 4
    let variance = first.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3
    #expect(abs(try trainer.values("n.layers.0.running_var")[0] - (0.9 + 0.1 * variance)) < 1e-6)
  }

  @Test func aPassThatIsUsedTwiceMovesItsStatisticsOnce() throws {
    let player =
      "p: {trains: d, let: {s: d(x), t: d(x)}, minimize: mean(s) + mean(t^2) + mean(d(x))}"
    let experiment = try experiment(ringExperiment([critic], [player]))
    let moves = try experiment.update(of: experiment.players[0], batch: 4).moves.map(\.state.path)
    #expect(moves.count == Set(moves).count && moves.count == 2)
  }

  private let spectral =
    "d: {input: [2], layers: [dense: {units: 3, bias: false, spectral_norm: true}, dense: 1]}"

  @Test func spectralNormIteratesOncePerUpdateOfAPlayerThatTrainsTheNetwork() throws {
    let calls = "mean(d(x)) + mean(d(3 * x)) - mean(d(normal(2)))"
    let trainer = try trainer(
      ringExperiment([spectral], ["p: {trains: d, minimize: \(calls)}"]))
    let weight = try trainer.values("d.layers.0.weight").map(Double.init)
    let u = try trainer.values("d.layers.0.spectral_norm.u").map(Double.init)
    try trainer.step()
    let expected = iterated(weight, u)
    for (value, wanted) in zip(try trainer.values("d.layers.0.spectral_norm.u"), expected) {
      #expect(abs(Double(value) - wanted) < 1e-6)
    }
  }

  /// One round of power iteration with the weight as it lies in memory, [2, 3].
  private func iterated(_ weight: [Double], _ u: [Double]) -> [Double] {
    func unit(_ v: [Double]) -> [Double] {
      let length = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return v.map { $0 / length }
    }
    let v = unit((0..<2).map { row in (0..<3).reduce(0) { $0 + weight[3 * row + $1] * u[$1] } })
    return unit((0..<3).map { column in v[0] * weight[column] + v[1] * weight[3 + column] })
  }

  @Test func spectralNormStaysWhereTheNetworkIsNotTrained() throws {
    let players = ["b: {trains: g, minimize: mean(d(g(normal(2))))}"]
    let trainer = try trainer(ringExperiment([generator, spectral], players))
    let u = try trainer.values("d.layers.0.spectral_norm.u")
    try trainer.step()
    #expect(try trainer.values("d.layers.0.spectral_norm.u") == u)
  }

  @Test func averagedWeightsMoveOncePerStepAfterTheLastPlayer() throws {
    let net = "net: {input: [2], layers: [dense: 1, batch_norm], average: 0.75}"
    let players = [
      "a: {trains: net, updates: 3, minimize: mean(net(x)^3)}",
      "b: {trains: net, minimize: 'mean((net(x) - 1)^2)'}",
    ]
    let metrics = "metrics: {train: {mean: mean(average(net)(x))}}"
    let trainer = try trainer(ringExperiment([net], players, metrics))
    let path = "net.layers.0.weight"
    let start = try trainer.values(path)
    #expect(try trainer.average(path) == start)
    try trainer.step()
    let end = try trainer.values(path)
    #expect(end != start)
    for (average, (old, new)) in zip(try trainer.average(path), zip(start, end)) {
      #expect(abs(average - (0.75 * old + 0.25 * new)) < 1e-6)
    }
  }

  @Test func anAveragedNetworkHasTheStatisticsOfTheNetworkItself() throws {
    let net = "net: {input: [2], layers: [dense: 1, batch_norm], average: 0.75}"
    let experiment = try experiment(
      ringExperiment(
        [net], ["p: {trains: net, minimize: mean(net(x)^2)}"],
        "metrics: {test: {m: mean(average(net)(x))}}"))
    let graph = try experiment.metrics(
      experiment.metrics.sets[0].formulas, batch: 4
    ).graph
    let leaves = graph.nodes.compactMap { $0.op as? Leaf }.filter { $0.role != .input }
    #expect(
      leaves.map { "\($0.role) \($0.path)" }.sorted() == [
        "average net.layers.0.bias", "average net.layers.0.weight", "average net.layers.1.bias",
        "average net.layers.1.weight", "state net.layers.1.running_mean",
        "state net.layers.1.running_var",
      ])
  }

  @Test func aPassWithAveragedWeightsMovesNothing() throws {
    let net = "n: {input: [2], layers: [batch_norm], average: 0.75}"
    let trainer = try trainer(
      ringExperiment(
        [net], ["p: {trains: n, minimize: 'mean((n(x) - average(n)(2 * x))^2)'}"]))
    try trainer.step()
    let (alone, _) = try runningMean("mean(n(x))")
    #expect(try trainer.values("n.layers.0.running_mean") == alone)
  }
}
