import Experiment
import Foundation
import Tensor
import Testing
import Text

@testable import Run

/// The experiments of `experiments/bench` against the same workloads in PyTorch
/// (`Goldens/make_bench.py`).
@Suite struct BenchTests {
  /// What PyTorch found.
  struct Golden: Decodable {
    /// One step of a workload.
    struct Step: Decodable {
      /// The loss of each player's last update.
      let losses: [String: Double]
      /// Some weights after the step: by their variable and their place in memory.
      let weights: [String: [String: Double]]
    }

    /// The number of parameters of each workload.
    let parameters: [String: Int]
    /// Steps by workload.
    let steps: [String: Step]
  }

  static let golden = Result {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Goldens/bench.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../experiments/bench").standardized.path

  @Test func thereIsAnExperimentForEachWorkload() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
      .filter { $0.hasSuffix(".yaml") }
    let names = try Self.golden.get().parameters.keys.map { $0 + ".yaml" }
    #expect(files.sorted() == names.sorted())
  }

  @Test(arguments: [
    "autoencoder", "vae-mlp", "vae-conv", "gan-mlp", "dcgan32", "dcgan64", "gan-ring", "wgan-ring",
    "wgan-gp-ring", "wgan-gp-conv",
  ])
  func theNetworksHaveAsManyParameters(name: String) throws {
    let compiled = try compile(name)
    let parameters = compiled.experiment.variables.filter { $0.role == .parameter }
    #expect(compiled.experiment.name == name)
    #expect(
      try parameters.reduce(0) { $0 + $1.shape.count } == Self.golden.get().parameters[name])
  }

  @Test(arguments: [("gan-ring", 1e-3), ("vae-mlp", 1e-3), ("wgan-gp-conv", 1e-4)])
  func aStepFromTheSameWeightsBatchesAndNoiseIsTheSame(name: String, rate: Double) throws {
    let golden = try #require(Self.golden.get().steps[name])
    let compiled = try compile(name, ["data.dataset.random.count=2000"])
    let trainer = try Trainer(compiled, compiled.experiment.data.load(matching: [:]))
    try trainer.step()
    #expect(golden.losses.count == trainer.actors.count)
    for actor in trainer.actors {
      let loss = try #require(golden.losses[actor.player.name])
      #expect(abs(Double(actor.loss) - loss) <= 1e-5 * max(1, abs(loss)))
    }
    let parameters = trainer.store.variables.filter { $0.role == .parameter }
    #expect(Set(parameters.map(\.path)) == Set(golden.weights.keys))
    for parameter in parameters {
      let elements = trainer.store.elements(of: parameter)
      for (place, value) in golden.weights[parameter.path] ?? [:] {
        // Adam's first updates move a weight by about the rate.
        let difference = Double(elements[try #require(Int(place))]) - value
        #expect(abs(difference) <= 0.01 * rate + 1e-7, "\(parameter.path) at \(place)")
      }
    }
  }

  private func compile(_ name: String, _ overrides: [String] = []) throws -> Compiled {
    try Compile.file("\(Self.folder)/\(name).yaml", overrides: overrides).compiled
  }
}
