import Experiment
import Testing
import Text
import YAML

@testable import Run

@Suite struct MemoryTests {
  /// Ten layers of 8.1 billion weights: more than a terabyte with gradients and Adam's two means.
  static let text = """
    data: {dataset: ring, batch: 4}
    networks:
      generator:
        input: [2]
        layers: [{dense: 90000},
          {dense: 90000}, {dense: 90000}, {dense: 90000}, {dense: 90000}, {dense: 90000},
          {dense: 90000}, {dense: 90000}, {dense: 90000}, {dense: 90000}, {dense: 2}]
      discriminator: {input: [2], layers: [{dense: 1}]}
    loss: gan
    train: {steps: 1, optimizer: {adam: {rate: 1e-3}}}
    """

  @Test func whatCannotFitIsRefusedWithTheEstimateAtItsLargestLayer() throws {
    let problems = Problems()
    let source = SourceText(name: "large.yaml", text: Self.text)
    let loader = Loader(workingDirectory: "/") { _, _, _ in source }
    let loaded = try #require(loader.load("large.yaml", problems))
    let experiment = try #require(Experiment.read(loaded.root, folder: ".", problems))
    let compiled = try Compiled(experiment)
    #expect(compiled.memory.total > 1 << 40)
    let error = #expect(throws: Diagnostic.self) { try compiled.checkMemory() }
    #expect(error?.code == "too-large")
    #expect(error?.fact.hasPrefix("the experiment needs about 1.") == true)
    #expect(error?.span?.line == 7)
    #expect(error?.label.hasPrefix("takes most: 30.") == true)
  }
}
