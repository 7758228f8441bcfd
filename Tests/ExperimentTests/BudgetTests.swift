import Experiment
import Testing
import Text
import YAML

/// A short file can ask for more work than anyone would wait for.
@Suite struct BudgetTests {
  /// What is wrong with an experiment whose critic has so many layers.
  private func problems(layers: Int, calls: Int) -> [Diagnostic] {
    let list = Array(repeating: "{dense: 2}, relu", count: layers / 2).joined(separator: ", ")
    let metrics = (0..<calls).map { "m\($0): mean(critic(x + \($0)))" }.joined(separator: ", ")
    let text = """
      data: {dataset: ring, batch: 4}
      networks: {critic: {input: [2], layers: [\(list), {dense: 1}]}}
      players: {p: {trains: critic, minimize: mean(critic(x)^2)}}
      train: {steps: 1, optimizer: {adam: {rate: 1e-3}}}
      metrics: {train: {\(metrics)}}
      """
    let problems = Problems()
    let source = SourceText(name: "large.yaml", text: text)
    let loader = Loader(workingDirectory: "/") { _, _, _ in source }
    if let loaded = loader.load("large.yaml", problems) {
      _ = Experiment.read(loaded.root, folder: ".", problems)
    }
    return problems.diagnostics
  }

  @Test func aThousandLayersAreNothingSpecial() {
    #expect(problems(layers: 1000, calls: 1) == [])
  }

  @Test func manyCallsOfALargeNetworkAreRefusedOnceWithTheirNumber() {
    let found = problems(layers: 1000, calls: 1000)
    #expect(found.map(\.code) == ["too-large"])
    #expect(found.first?.fact.contains("more than 50,000 operations") == true)
    #expect(found.first?.span?.line == 2)
  }
}
