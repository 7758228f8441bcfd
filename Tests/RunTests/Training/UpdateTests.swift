import Testing

@testable import Run
@testable import YAML

/// What a player does with its gradients and its weights.
@Suite struct UpdateTests {
  private let networks = [
    "a: {input: [2], layers: [dense: 3]}", "b: {input: [3], layers: [dense: 2]}",
  ]

  /// How far one step of `player` moves each parameter, and the trainer after it.
  private func step(_ player: String, _ rest: String = "") throws -> ([Float], Trainer) {
    let text = "p: {trains: [a, b], minimize: '100 * mean((b(a(x)) + 1)^2)', \(player)}"
    let trainer = try trainer(ringExperiment(networks, [text], rest))
    let before = try weights(trainer)
    try trainer.step()
    return (try zip(weights(trainer), before).map { $0 - $1 }, trainer)
  }

  private func weights(_ trainer: Trainer) throws -> [Float] {
    try trainer.store.variables.flatMap { try trainer.values($0.path) }
  }

  private func length(_ values: [Float]) -> Double {
    values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  @Test func theNormOfAllGradientsTogetherIsClipped() throws {
    let (free, trainer) = try step("optimizer: {sgd: {rate: 1}}")
    #expect(length(free) > 10)
    #expect(abs(length(free) - trainer.actors[0].squares.squareRoot()) < 1e-3)
    let (clipped, _) = try step("optimizer: {sgd: {rate: 1}}, clip_gradient: 0.5")
    #expect(abs(length(clipped) - 0.5) < 1e-5)
    // The direction stays.
    for (a, b) in zip(clipped, free) {
      #expect(abs(Double(a) / 0.5 - Double(b) / length(free)) < 1e-5)
    }
  }

  @Test func aGradientThatIsShortEnoughIsLeftAlone() throws {
    let (free, _) = try step("optimizer: {sgd: {rate: 1e-3}}")
    let (bounded, _) = try step("optimizer: {sgd: {rate: 1e-3}}, clip_gradient: {norm: 1e6}")
    #expect(free == bounded)
  }

  @Test func eachGradientIsClippedByValue() throws {
    let (moved, _) = try step("optimizer: {sgd: {rate: 1}}, clip_gradient: {value: 0.25}")
    #expect(moved.allSatisfy { abs($0) <= 0.25 + 1e-6 })
    #expect(moved.count { abs(abs($0) - 0.25) < 1e-6 } > 8)
  }

  @Test func weightsAreBroughtIntoTheirBoundsAfterEachUpdate() throws {
    let (_, trainer) = try step("updates: 3, optimizer: {sgd: {rate: 1}}, clip: 0.01")
    let weights = try weights(trainer)
    #expect(weights.allSatisfy { abs($0) <= 0.01 })
    #expect(weights.contains { abs($0) == 0.01 })
  }

  @Test func eachPlayerHasItsOwnOptimizerStateForANetworkThatSeveralTrain() throws {
    let trainer = try trainer(
      ringExperiment(
        ["a: {input: [2], layers: [dense: 1]}"],
        [
          "p: {trains: a, minimize: mean(a(x)^2), optimizer: {adam: {rate: 0.1}}}",
          "q: {trains: a, updates: 2, minimize: 'mean((a(x) - 1)^2)', optimizer: {rmsprop: {rate: 0.1}}}",
        ]))
    try trainer.step()
    #expect(trainer.actors.map(\.slots.count) == [2, 1])
    #expect(trainer.actors.map(\.updates) == [1, 2])
    #expect(trainer.actors[0].slots[1].elements.prefix(2).contains { $0 > 0 })
    #expect(
      Array(trainer.actors[0].slots[1].elements) != Array(trainer.actors[1].slots[0].elements))
  }

  @Test func aNetworkThatNoPlayerOfTheUpdateTrainsStaysAsItIs() throws {
    let trainer = try trainer(
      ringExperiment(networks, ["p: {trains: b, minimize: mean(b(a(x))^2)}"]))
    let before = try trainer.values("a.layers.0.weight")
    try trainer.step()
    #expect(try trainer.values("a.layers.0.weight") == before)
  }

  @Test func settingsOfTrainHoldForPlayersWithoutTheirOwn() throws {
    let shared = try trainer(
      ringExperiment(networks, ["p: {trains: [a, b], minimize: mean(b(a(x))^2)}"])
        .replacing("rate: 0.1}}}", with: "rate: 0.1}}, clip_gradient: {norm: 0.1}}"))
    let own = try trainer(
      ringExperiment(
        networks, ["p: {trains: [a, b], minimize: mean(b(a(x))^2), clip_gradient: 0.1}"]))
    try shared.step()
    try own.step()
    #expect(try weights(shared) == weights(own))
    #expect(shared.experiment.resolved.yaml == own.experiment.resolved.yaml)
  }
}
