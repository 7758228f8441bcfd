import Testing
import Text
import YAML

@testable import Experiment

/// What an experiment's file may say, and how far its numbers reach.
@Suite struct ReadingTests {
  private func read(_ changes: String...) -> (experiment: Experiment?, facts: [String]) {
    let text = """
      data: {dataset: {ring: {points: 1000}}, batch: 50}
      networks:
        generator: {input: [4], layers: [dense: 2]}
        discriminator: {input: [2], layers: [dense: 1]}
      loss: gan
      train: {steps: 4, optimizer: {adam: {rate: 1e-3}}}
      """
    let problems = Problems()
    let loader = Loader(workingDirectory: "/") { _, _, _ in SourceText(name: "a.yaml", text: text) }
    let loaded = loader.load("a.yaml", overrides: changes, problems)
    let experiment = loaded.flatMap { Experiment.read($0.root, folder: ".", problems) }
    return (experiment, problems.diagnostics.map(\.fact))
  }

  @Test(arguments: ["9e17 epochs", "9e18", "1e300", "99999999999999999999 epochs"])
  func aRunOfSoManyStepsIsRefused(_ steps: String) {
    let (experiment, facts) = read("train.steps=\(steps)")
    #expect(experiment == nil)
    #expect(facts.count == 1)
  }

  @Test func theLongestRunCanBeCounted() throws {
    let experiment = try #require(read("train.steps=1e9 epochs").experiment)
    #expect(experiment.stepCount == 20_000_000_000)
  }

  @Test func schedulesMayStandInAnyOrder() throws {
    let (experiment, _) = read(
      "parameters={a: 2 * b, b: step * c, c: 3}", "train.optimizer.adam.rate=a + 1")
    var schedules = try #require(experiment).schedules
    var clock = Clock(steps: 4, batchesPerEpoch: 20)
    clock.step = 2
    try schedules.advance(to: clock)
    #expect(schedules.number("a") == 12)
    #expect(try schedules.rate(ofPlayer: 0) == 13)
  }

  @Test func aScheduleInTermsOfItselfIsACircle() {
    #expect(
      read("parameters={a: a + step}", "train.optimizer.adam.rate=a").facts
        == ["the parameter `a` is defined in terms of itself"])
  }

  @Test func aRateBelowZeroIsAnError() throws {
    var schedules = try #require(read("train.optimizer.adam.rate=2 - step").experiment).schedules
    var clock = Clock(steps: 4, batchesPerEpoch: 20)
    clock.step = 2
    try schedules.advance(to: clock)
    #expect(try schedules.rate(ofPlayer: 0) == 0)
    clock.step = 3
    try schedules.advance(to: clock)
    #expect(throws: Diagnostic.self) { try schedules.rate(ofPlayer: 0) }
    #expect(read("train.optimizer.adam.rate=step - 1").experiment == nil)
  }

  @Test func theLongFormKeepsTheParametersThatFormulasName() throws {
    let experiment = try #require(
      read(
        "parameters={width: 4, slope: 2, beta: slope * step}",
        "networks.generator.layers=[{dense: width}, {dense: 2}]",
        "+metrics.test={m: beta * mean(norm(x))}"
      ).experiment)
    let kept = experiment.resolved["parameters"]?.entries?.map(\.key)
    #expect(kept == ["slope", "beta"])
    let problems = Problems()
    let again = Experiment.read(experiment.resolved, folder: ".", problems)
    #expect(again?.resolved.yaml == experiment.resolved.yaml)
    #expect(problems.diagnostics == [])
  }

  @Test(arguments: ["'a,b'", "'a b'", "'../a'", "''", "7th"])
  func columnsAndFilesHavePlainNames(_ name: String) {
    #expect(read("+metrics.test={\(name): mean(norm(x))}").experiment == nil)
    #expect(read("+samples.show={\(name): x}").experiment == nil)
  }

  @Test func theBestMayBeMeasuredMoreOftenThanCheckpointsAreWritten() {
    let best = "checkpoints.best={metric: test.m, goal: minimize}"
    let metric = "+metrics.test={every: 2 epochs, m: mean(norm(x))}"
    #expect(read(best, metric, "checkpoints.every=4 epochs").experiment != nil)
    #expect(read(best, metric, "checkpoints.every=3 epochs").experiment == nil)
    #expect(read(best, metric, "checkpoints.every=4 steps").experiment == nil)
  }

  @Test func aMetricThatNamesProgressDependsOnTheLengthOfTheRun() throws {
    let plain = try #require(read("+metrics.test={m: mean(norm(x))}").experiment)
    let dependent = try #require(read("+metrics.test={m: progress * mean(norm(x))}").experiment)
    #expect(!plain.namesProgress)
    #expect(dependent.namesProgress)
  }

  @Test func aMetricNamedAsAPartTakesItsSettings() throws {
    let short = try #require(read("+metrics.test={modes: {samples: 100}}").experiment)
    let long = try #require(read("+metrics.test={modes: {modes: {samples: 100}}}").experiment)
    #expect(short.resolved.yaml == long.resolved.yaml)
  }

  @Test func playersBesideALossAreThoseThatItHas() {
    let (_, facts) = read("players={generatr: {updates: 2}}")
    #expect(facts == ["the loss `gan` has no player `generatr`"])
  }
}
