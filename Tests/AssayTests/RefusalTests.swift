import Foundation
import TestSupport
import Testing

/// What the program refuses because of what lies in a run's directory, or is missing there.
@Suite struct RefusalTests {
  /// Two steps of a network that nothing measures and draws.
  private static let bare = """
    experiment: ring
    data: {dataset: {ring: {points: 640, test_points: 100}}, batch: 32}
    networks:
      net: {input: [2], layers: [{dense: 2}]}
    players: {p: {trains: net, minimize: mean(net(x)^2)}}
    train: {steps: 2, optimizer: {sgd: {rate: 0.1}}}

    """

  private static func refuse(_ ending: Ending, _ code: String) {
    #expect(ending.code == 2 && ending.out == "")
    #expect(ending.err.contains("error[\(code)]: "), "\(ending.err)")
  }

  @Test func `what the experiment does not draw and measure is not made up`() throws {
    let place = try Workplace(Self.bare)
    let run = try place.train()
    Self.refuse(try place.assay("sample", run), "no-samples")
    Self.refuse(try place.assay("evaluate", run), "no-metrics")
  }

  @Test func `steps that the run has not made cannot be verified`() throws {
    let place = try Workplace(Self.bare)
    let run = try place.train()
    Self.refuse(try place.assay("verify", run, "--from", "2"), "nothing-to-verify")
  }

  @Test func `a run of another numerics version has other bits, and is not compared`() throws {
    let place = try Workplace(Self.bare)
    let run = try place.train()
    let record = try place.text("\(run)/run.json")
    let other = record.replacing(/"numerics": [0-9]+/, with: "\"numerics\": 0")
    #expect(other != record)
    try place.write("\(run)/run.json", other)
    Self.refuse(try place.assay("verify", run), "other-numerics")
  }

  @Test func `only a run that differs in its length alone is prolonged`() throws {
    let place = try Workplace(Self.bare)
    let run = try place.train()
    Self.refuse(
      try place.assay("run", "ring.yaml", "train.steps=4", "data.batch=16", "--extend", run),
      "cannot-extend")
  }

  @Test func `a starter takes no other file's place`() throws {
    let place = try Workplace()
    Self.refuse(try place.assay("new", "ring"), "storage")
  }
}
