import Experiment
import Ops
import Tensor
import Testing
import Text

@testable import Graph
@testable import Parts
@testable import YAML

/// A loss with PyTorch's results for one update of each of its players (`Goldens/make_losses.py`).
struct LossGolden: Decodable, CustomTestStringConvertible, Sendable {
  let experiment: String
  let update: UInt32
  let step: Float
  let x: Recorded
  let labels: [Int32]
  let parameters: [String: Recorded]
  let updates: [String: Update]

  struct Update: Decodable, Sendable {
    let loss: Float
    let records: [String: Float]
    let gradients: [String: Recorded]
  }

  var loss: String {
    let line = experiment.split(separator: "\n").first { $0.hasPrefix("loss: ") } ?? ""
    return String(line.dropFirst("loss: {".count).dropLast())
  }

  var testDescription: String { loss }

  static let all: [LossGolden] = goldens("losses")

  /// The values of `roots` with the recorded batch and weights.
  func evaluate(_ graph: Graph, _ roots: [Value], _ variables: [Variable]) throws -> [[Float]] {
    var memory = ["x": try buffer(memoryOrder(x)), "step": try buffer([step])]
    memory["label"] = try buffer(labels.map { Float(bitPattern: UInt32(bitPattern: $0)) })
    for variable in variables {
      let tensor = try #require(parameters[variable.path])
      memory[variable.path] = try buffer(memoryOrder(tensor, variable.layout))
    }
    let nothing = try Buffer(64)
    var results: [Value: [Float]] = [:]
    let moment = Moment(seed: 1, update: update)
    try Interpreter(graph, at: moment) { (memory[$0.path] ?? nothing).floats }.run(roots) {
      value, operand in
      guard roots.contains(value) else { return }
      results[value] = Array(
        UnsafeBufferPointer(start: operand.floats, count: operand.shape.count))
    }
    return roots.map { results[$0] ?? [] }
  }

  private func buffer(_ values: [Float]) throws -> Buffer {
    let buffer = try Buffer(values.count)
    buffer.floats.update(from: values, count: values.count)
    return buffer
  }
}

/// Reads an experiment; the test fails where anything is wrong with it.
func experiment(_ text: String) throws -> Experiment {
  let problems = Problems()
  let root = Parser.document(SourceText(name: "test.yaml", text: text), problems)
  let experiment = root.flatMap { Experiment.read($0, folder: ".", problems) }
  #expect(problems.diagnostics.map(\.fact) == [])
  return try #require(experiment)
}

@Suite struct LossTests {
  @Test func everyLossHasACase() {
    let named = Set(LossGolden.all.map { String($0.loss.prefix { $0 != ":" }) })
    #expect(named == Set(Catalog.losses.types.map { $0.kind }))
  }

  @Test(arguments: LossGolden.all)
  func lossesRecordsAndGradientsAreThoseOfPyTorch(_ golden: LossGolden) throws {
    let experiment = try experiment(golden.experiment)
    #expect(Set(experiment.players.map(\.name)) == Set(golden.updates.keys))
    for player in experiment.players {
      let expected = try #require(golden.updates[player.name])
      let update = try experiment.update(of: player, batch: experiment.data.batch)
      #expect(Set(update.records.map(\.name)) == Set(expected.records.keys), "\(player.name)")
      #expect(Set(update.gradients.map(\.parameter.path)) == Set(expected.gradients.keys))
      let roots =
        [update.loss] + update.records.map(\.value) + update.gradients.map(\.gradient)
      let results = try golden.evaluate(update.graph, roots, experiment.variables)
      expectClose(results[0], [expected.loss], within: 2e-6, "\(player.name)'s loss")
      for (record, result) in zip(update.records, results.dropFirst()) {
        let value = try #require(expected.records[record.name])
        expectClose(result, [value], within: 2e-6, "\(player.name).\(record.name)")
      }
      for ((parameter, _), result) in zip(
        update.gradients, results.suffix(update.gradients.count))
      {
        let tensor = try #require(expected.gradients[parameter.path])
        expectClose(
          result, memoryOrder(tensor, parameter.layout), within: 1e-5, parameter.path)
      }
    }
  }

  /// The long form of a loss, read as a user's own file, is the same experiment: the same text once
  /// more, and node by node the same graphs, so the same bits.
  @Test(arguments: LossGolden.all)
  func theSameLossWrittenAsPlayersIsTheSameComputation(_ golden: LossGolden) throws {
    let preset = try experiment(golden.experiment)
    let text = preset.resolved.yaml
    #expect(!text.contains("\nloss:"))
    let written = try experiment(text)
    #expect(written.resolved.yaml == text)
    #expect(written.canonical.yaml == preset.canonical.yaml)
    for (player, twin) in zip(preset.players, written.players) {
      let a = try preset.update(of: player, batch: 4)
      let b = try written.update(of: twin, batch: 4)
      #expect(isSame(a.graph, b.graph))
      #expect(a.loss == b.loss && a.gradients.map(\.gradient) == b.gradients.map(\.gradient))
    }
    #expect(preset.variables.map(\.path) == written.variables.map(\.path))
  }

  private func isSame(_ a: Graph, _ b: Graph) -> Bool {
    a.nodes.count == b.nodes.count
      && zip(a.nodes, b.nodes).allSatisfy { node, twin in
        node.op.isEqual(twin.op) && node.inputs == twin.inputs
      }
  }

  @Test func adversarialLossesSetUpdatesAndClippingAsTheirPapersDo() throws {
    func players(_ loss: String) throws -> [String] {
      try experiment(adversarialExperiment(loss, judge: "critic")).players.map { player in
        "\(player.name) \(player.updates)" + (player.clip.map { " \($0)" } ?? "")
      }
    }
    #expect(try players("wgan") == ["critic 5 0.01", "generator 1"])
    #expect(
      try players("{wgan: {critic_steps: 3, clip: 0.1}}") == ["critic 3 0.1", "generator 1"])
    #expect(try players("wgan_gp") == ["critic 5", "generator 1"])
    #expect(try players("{gan: {discriminator: critic}}") == ["critic 1", "generator 1"])
  }

  @Test func picturesAndMeasurementsUseTheAveragedWeightsWhereThereAreAny() throws {
    let text = adversarialExperiment("wgan", judge: "critic")
    let plain = try experiment(text).samples?.show.map(\.formula.description)
    #expect(plain == ["generator(normal(3))"])
    let averaged = text.replacing("input: [3]", with: "input: [3], average: 0.9")
    let shown = try experiment(averaged).samples?.show.map(\.formula.description)
    #expect(shown == ["average(generator)(normal(3))"])
  }

  @Test func criticsMustGiveOneNumberPerExample() {
    let text = adversarialExperiment("wgan", judge: "critic").replacing(
      "dense: 1]", with: "dense: 2]")
    let problems = Problems()
    let root = Parser.document(SourceText(name: "test.yaml", text: text), problems)
    #expect(root.flatMap { Experiment.read($0, folder: ".", problems) } == nil)
    #expect(
      problems.diagnostics.map(\.fact) == [
        "the loss needs one number per example from `critic`, but it gives [2]"
      ])
  }

  private func adversarialExperiment(_ loss: String, judge: String) -> String {
    """
    data: {dataset: ring, batch: 4}
    networks:
      generator: {input: [3], layers: [dense: 2]}
      \(judge): {input: [2], layers: [dense: 1]}
    loss: \(loss)
    train: {steps: 10, optimizer: {adam: {rate: 1e-3}}}
    """
  }
}
