import Testing
import Text

@testable import Experiment
@testable import YAML

/// What a paper reports stands in the file and decides nothing.
@Suite struct ClaimsTests {
  private static let ring = """
    data: {dataset: ring, batch: 8}
    networks:
      generator: {input: [2], layers: [dense: 2]}
      discriminator: {input: [2], layers: [dense: 1]}
    loss: gan
    train: {steps: 10, optimizer: {sgd: {rate: 0.1}}}
    metrics: {train: {spread: mean(norm(x))}, test: {modes: modes, high_quality: high_quality}}

    """
  private static let claims = """
    paper: {title: "Two samples", year: 2018, where: Table 1}
    claims:
      - {metric: modes, value: 17.3, error: 0.8, seeds: 10}
      - {metric: test.high_quality, value: 94.8, deviation: 2.1, unit: "%", seeds: 9}
      - {metric: train.spread, value: 1}

    """

  private func read(_ text: String) throws -> Experiment {
    let problems = Problems()
    let root = Parser.document(SourceText(name: "test.yaml", text: text), problems)
    let experiment = root.flatMap { Experiment.read($0, folder: ".", problems) }
    #expect(problems.diagnostics.map(\.fact) == [])
    return try #require(experiment)
  }

  @Test func `a claim names a column, with or without test, and is over one run unless it says so`()
    throws
  {
    let experiment = try read(Self.ring + Self.claims)
    #expect(experiment.paper == Paper(title: "Two samples", year: 2018, where: "Table 1"))
    #expect(
      experiment.claims == [
        Claim(metric: "test.modes", value: 17.3, error: 0.8, seeds: 10),
        Claim(metric: "test.high_quality", value: 94.8, deviation: 2.1, seeds: 9, unit: "%"),
        Claim(metric: "train.spread", value: 1),
      ])
    #expect(experiment.paper?.text == "Two samples (2018), Table 1")
    let none = try read(Self.ring)
    #expect(none.paper == nil && none.claims == [])
  }

  @Test func `a deviation over n runs is an error of a root of n less`() {
    let claim = Claim(metric: "test.a", value: 1, deviation: 2.1, seeds: 9)
    #expect(abs((claim.standardError ?? 0) - 0.7) < 1e-15)
    #expect(Claim(metric: "test.a", value: 1).standardError == nil)
  }

  @Test func `a claim in percent scales a share, but not what is measured in percent`() throws {
    let text =
      Self.ring.replacing("test: {", with: "test: {share: mean(sigmoid(discriminator(x))), ") + """
        claims:
          - {metric: high_quality, value: 94.8, unit: "%"}
          - {metric: share, value: 50, unit: "%"}
          - {metric: modes, value: 8, unit: modes}
        """
    let experiment = try read(text)
    #expect(experiment.claims.map(\.scale) == [1, 100, 1])
    #expect(Experiment.claims(of: experiment.resolved).claims == experiment.claims)
  }

  @Test func `claims are no part of what a run is, but of its long form`() throws {
    let (with, without) = (try read(Self.ring + Self.claims), try read(Self.ring))
    #expect(with.canonical.yaml == without.canonical.yaml)
    #expect(with.programKey == without.programKey)
    #expect(with.resolved.yaml != without.resolved.yaml)
    let again = try read(with.resolved.yaml)
    #expect(again.claims == with.claims && again.paper == with.paper)
    #expect(again.resolved.yaml == with.resolved.yaml)
    let found = Experiment.claims(of: with.resolved)
    #expect(found.claims == with.claims && found.paper == with.paper)
  }

  @Test func `claims that cannot be read are none to who only looks at them`() throws {
    let text = "data: {}\nclaims: [{metric: test.modes, value: many}]\n"
    let root = Parser.document(SourceText(name: "test.yaml", text: text), Problems())
    #expect(Experiment.claims(of: try #require(root)).claims == [])
  }

  @Test func `the sections describe themselves`() throws {
    let keys = Dictionary(Experiment.descriptions.map { ($0.key, $0) }) { $1 }
    #expect(keys["claims"]?.type.words == "list of mappings")
    let schema = try #require(keys["claims"]?.type.schema)
    #expect(schema["items"]?["required"] == ["metric", "value"])
    #expect(keys["paper"]?.type.schema["required"] == ["title"])
  }
}
