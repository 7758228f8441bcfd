import Experiment
import Graph
import Parts
import Testing
import Text

@testable import Run
@testable import YAML

/// What a step means: batches, counting, divergence.
@Suite struct StepCountTests {
  private let line = "net: {input: [2], layers: [dense: 1]}"

  @Test func eachUpdateThatNamesTheBatchTakesTheNextOne() throws {
    let players = [
      "a: {trains: net, updates: 2, let: {m: mean(x)}, minimize: mean(net(x)^2)}",
      "b: {trains: net, minimize: mean(net(normal(2))^2)}",
      "c: {trains: net, let: {m: mean(x), y: net(x)}, minimize: mean(y)}",
      "d: {trains: net, batch: same, let: {m: mean(x)}, minimize: mean(net(x)^2)}",
    ]
    let trainer = try trainer(ringExperiment([line], players))
    // Player a takes two batches, c one through a `let`, d the one that c had, b none.
    #expect(trainer.experiment.batchesPerStep == 3)
    for step in 0..<3 {
      try trainer.step()
      #expect(abs(try trainer.record("a", "m") - trainer.mean(ofBatch: 3 * step + 1)) < 1e-6)
      #expect(abs(try trainer.record("c", "m") - trainer.mean(ofBatch: 3 * step + 2)) < 1e-6)
      #expect(try trainer.record("d", "m") == trainer.record("c", "m"))
    }
  }

  @Test func aLabelTakesABatchTooAndALetThatOnlyMetricsUseTakesNone() throws {
    let classifier = "c: {input: [2], layers: [dense: 8]}"
    let labelled = try experiment(
      ringExperiment(
        [classifier],
        ["p: {trains: c, minimize: 'mean(cross_entropy(c(normal(2)), label))'}"]))
    #expect(labelled.batchesPerStep == 1 && labelled.takesBatch(labelled.players[0]))
    let measured = try experiment(
      ringExperiment(
        [line],
        ["p: {trains: net, let: {double: 2 * x}, minimize: mean(net(normal(2)))}"],
        "metrics: {train: {mean: mean(double)}}"))
    #expect(!measured.takesBatch(measured.players[0]))
  }

  @Test func sameNeedsAPlayerBeforeThatTakesABatch() {
    for (players, name) in [
      (["a: {trains: net, batch: same, minimize: mean(net(x))}"], "a"),
      (
        [
          "a: {trains: net, minimize: mean(net(normal(2)))}",
          "b: {trains: net, batch: same, minimize: mean(net(x))}",
          "c: {trains: net, minimize: mean(net(x))}",
        ], "b"
      ),
    ] {
      #expect(
        problems(ringExperiment([line], players)) == [
          "no player before `\(name)` takes a batch"
        ])
    }
  }

  @Test func anEpochIsTheWholeBatchesAndANewPermutationFollows() throws {
    let text = ringExperiment([line], ["p: {trains: net, minimize: mean(net(x)^2)}"])
      .replacing("points: 12", with: "points: 14")
    let trainer = try trainer(text.replacing("steps: 10", with: "steps: 4 epochs"))
    #expect(trainer.experiment.data.batchesPerEpoch == 3)
    #expect(trainer.experiment.stepCount == 12)
    let means = (0..<6).map(trainer.mean(ofBatch:))
    #expect(Set(means).count == 6)
  }

  @Test func epochsOfARunCountTheBatchesOfAllPlayers() throws {
    let players = [
      "a: {trains: net, updates: 5, minimize: mean(net(x)^2)}",
      "b: {trains: net, minimize: mean(net(x)^2)}",
    ]
    let text = ringExperiment([line], players).replacing("steps: 10", with: "steps: 4 epochs")
    // 12 batches at 6 a step.
    #expect(try experiment(text).stepCount == 2)
  }

  @Test func countersAreThoseOfTheFinishedSteps() throws {
    let trainer = try trainer(
      ringExperiment(
        [line],
        [
          "a: {trains: net, updates: 2, let: {s: 1 * step, p: 1 * progress, e: 1 * epoch}, minimize: 'mean(net(x)^2) + 0 * (s + p + e)'}"
        ]))
    for step in 0..<4 {
      try trainer.step()
      #expect(try trainer.record("a", "s") == Float(step))
      #expect(try trainer.record("a", "p") == Float(Double(step) / 10))
      #expect(try trainer.record("a", "e") == Float(Double(2 * step) / 3))
    }
    #expect(trainer.clock.step == 4)
  }

  @Test func scheduledParametersAndRatesFollowTheCounters() throws {
    let net = "net: {input: [2], layers: [dense: {units: 1, bias: false}], init: {constant: 1}}"
    let player =
      "p: {trains: net, let: {b: 1 * beta}, minimize: 'mean(net(x - x + 1)) * b', optimizer: {sgd: {rate: 'step'}}}"
    let trainer = try trainer(
      ringExperiment([net], [player], "parameters: {beta: 'min(1, (step + 1) / 4)'}"))
    var weight: Float = 1
    for step in 0..<6 {
      try trainer.step()
      let beta = min(1, Float(step + 1) / 4)
      #expect(try trainer.record("p", "b") == beta)
      weight -= Float(step) * beta
      #expect(try trainer.values("net.layers.0.weight") == [weight, weight])
    }
  }

  @Test func everyEpochFiresAtTheEndOfTheStepThatCompletesOne() throws {
    let players = ["a: {trains: net, updates: 2, minimize: mean(net(x)^2)}"]
    let calendar = Calendar(try experiment(ringExperiment([line], players)))
    // Three batches an epoch, two a step: epochs end in steps 2, 3, 5, 6, 8, 9.
    let epochs = (1...9).filter { calendar.isScheduled(Duration(1, .epochs), at: $0) }
    #expect(epochs == [2, 3, 5, 6, 8, 9])
    #expect((1...9).filter { calendar.isScheduled(Duration(2, .epochs), at: $0) } == [3, 6, 9])
    #expect((1...10).filter { calendar.isScheduled(Duration(4, .steps), at: $0) } == [4, 8])
    #expect(calendar.isDue(Duration(4, .steps), at: 10), "the last step")
  }

  @Test func anUpdateIsAppliedOnlyIfAllIsFinite() throws {
    let trainer = try trainer(
      ringExperiment(
        ["net: {input: [2], layers: [dense: 1, batch_norm]}"],
        [
          "p: {trains: net, minimize: 'mean(net(x)^2) + exp(mean(net(x)^2) - mean(net(x)^2) + 1000 * step)'}"
        ]))
    try trainer.step()
    let before = try trainer.store.variables.map { try trainer.values($0.path) }
    let divergence = try #require(throws: Divergence.self) { try trainer.step() }
    #expect(try trainer.store.variables.map { try trainer.values($0.path) } == before)
    #expect(trainer.clock.step == 1)
    #expect(divergence.player == "p" && divergence.step == 2)
    #expect(divergence.diagnostic.fact == "`p` diverged at step 2: `exponential` gave inf")
    #expect(divergence.diagnostic.span?.line == 5)
    #expect(divergence.diagnostic.label == "this was the first result that was not finite")
  }

  @Test func aGradientThatIsNotFiniteIsNamedToo() throws {
    let trainer = try trainer(
      ringExperiment(
        [line], ["p: {trains: net, minimize: '1e30 * (1e30 * (1e-38 * mean(net(x)^2)))'}"]))
    let divergence = try #require(throws: Divergence.self) { try trainer.step() }
    #expect(divergence.step == 1)
    #expect(
      divergence.diagnostic.label
        == "the gradient of this was the first result that was not finite")
  }

  /// What is wrong with an experiment.
  private func problems(_ text: String) -> [String] {
    let problems = Problems()
    let root = Parser.document(SourceText(name: "test.yaml", text: text), problems)
    _ = root.flatMap { Experiment.read($0, folder: ".", problems) }
    return problems.diagnostics.map(\.fact)
  }
}
