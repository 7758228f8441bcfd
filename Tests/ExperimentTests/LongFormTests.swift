import Foundation
import Parts
import Tensor
import Testing
import Text

@testable import Experiment
@testable import YAML

/// The long form: what a file stands for, itself a valid file.
@Suite struct LongFormTests {
  /// The experiments that ship, those of benchmarks and studies included.
  static let shipped: [String] = {
    let folder = URL(filePath: #filePath).appending(path: "../../../experiments")
      .standardizedFileURL
    return ["", "bench/", "studies/"].flatMap { place in
      let names = try? FileManager.default.contentsOfDirectory(
        atPath: folder.appending(path: place).path)
      return (names ?? []).filter { $0.hasSuffix(".yaml") }.sorted()
        .map { folder.appending(path: place + $0).path }
    }
  }()

  @Test(arguments: shipped)
  func theLongFormOfAShippedExperimentIsItsOwnLongForm(_ path: String) throws {
    let problems = Problems()
    let loaded = try #require(Loader().load(path, problems))
    let folder = URL(filePath: path).deletingLastPathComponent().path
    let experiment = try #require(Experiment.read(loaded.root, folder: folder, problems))
    let text = experiment.resolved.yaml
    let again = try read(text, folder: folder)
    #expect(again.resolved.yaml == text)
    #expect(again.variables.map(\.path) == experiment.variables.map(\.path))
  }

  private let networks = """
    networks:
      generator: {input: [width], layers: [{dense: 2 * width}, relu, {dense: 2}]}
      critic: {input: [2], layers: [residual: [dense: 2, relu], dense: 1]}
    """

  private func ring(_ rest: String) -> String {
    "data: {dataset: ring, batch: 8}\nparameters: {width: 4}\n"
      + networks + "\n" + rest
  }

  @Test func theFileSaysWhatNumbersWereComputedFrom() throws {
    let experiment = try read(
      """
      data: {dataset: ring, batch: 8 * width}
      parameters: {width: 4, wide: "2 * width", rate: 1e-3, ramp: "min(1, step / 10)"}
      networks:
        generator: {input: [width], layers: [{dense: wide}, relu, {dense: 2}]}
        discriminator: {input: [2], layers: [dense: 1]}
      loss: gan
      players: {generator: {let: {m: mean(generator(normal(width)))}}}
      train: {steps: 10 * width epochs, optimizer: {adam: {rate: rate * ramp}}}
      """)
    #expect(
      experiment.parameterTexts == [
        "width": "4", "wide": "8", "rate": "0.001", "ramp": "min(1, step / 10)",
      ])
    let expressions = experiment.expressions
    let loss = expressions.filter { $0.value == "loss: \"gan\"" }.keys.sorted()
    #expect(
      loss == [
        "players.discriminator.let.fake", "players.discriminator.let.fake_score",
        "players.discriminator.let.real_score", "players.discriminator.minimize",
        "players.generator.let.score", "players.generator.minimize", "samples.show.samples",
      ])
    #expect(
      expressions.filter { $0.value != "loss: \"gan\"" } == [
        "data.batch": "8 * width", "parameters.wide": "2 * width",
        "networks.generator.input": "[width]", "networks.generator.layers.0.dense.units": "wide",
        "train.steps": "10 * width epochs",
      ])
  }

  @Test func playersBesideALossAmendItsPlayersByName() throws {
    let experiment = try read(
      ring(
        """
        loss: wgan_gp
        players:
          critic: {updates: 3, optimizer: {adam: {rate: 2e-4, betas: [0, 0.9]}}, let: {m: mean(x)}}
        train: {steps: 10, optimizer: {sgd: {rate: 0.1}}}
        """))
    #expect(experiment.players.map(\.name) == ["critic", "generator"])
    #expect(experiment.players.map(\.updates) == [3, 1])
    #expect(experiment.players.map(\.rate.description) == ["0.0002", "0.1"])
    #expect(
      experiment.players[0].lets.map(\.name) == [
        "fake", "real_score", "fake_score", "mix", "slope", "m",
      ])
  }

  @Test func spacingAndShortFormsAndTheNameMakeNoOtherRun() throws {
    let short = try read(
      "experiment: a\n"
        + ring(
          "loss: gan\ntrain: {steps: 10, optimizer: {sgd: {rate: '0.1*min(1,step/5)'}}}"
        ).replacing("critic", with: "discriminator"))
    let long = try read(
      "experiment: b\n"
        + ring(
          """
          loss: {gan: {discriminator_steps: 1}}
          train: {steps: 10 steps, optimizer: {sgd: {rate: '0.1 * min( 1, step / 5 )'}}}
          """
        ).replacing("critic", with: "discriminator"))
    #expect(short.canonical.yaml == long.canonical.yaml)
    #expect(short.resolved.yaml != long.resolved.yaml)
  }

  @Test func parametersHoldWhereverANumberIsTaken() throws {
    let experiment = try read(
      ring(
        """
        players:
          p: {trains: [generator, critic], let: {b: 1 * beta, z: normal(width)}, minimize: mean(critic(generator(z))) * beta}
        train: {steps: 10 * width, optimizer: {sgd: {rate: 1 / width}}}
        """
      ).replacing("width: 4", with: "width: 4, beta: 'progress / 2'"))
    #expect(experiment.networks[0].input == ExampleShape([4]))
    #expect(experiment.variables[0].shape.dims == [4, 8])
    #expect(experiment.stepCount == 40)
    #expect(experiment.players[0].rate.description == "1 / width")
    #expect(experiment.schedules.number("width") == 4)
    #expect(experiment.scheduledNames == ["step", "epoch", "progress", "beta"])
    #expect(experiment.namesProgress)
  }

  @Test func variablesAreNamedByTheirPlace() throws {
    let text = ring(
      """
      loss: wgan
      train: {steps: 10, optimizer: {sgd: {rate: 0.1}}}
      """
    ).replacing("  critic", with: "  spare: {input: [2], layers: [dense: 1]}\n  critic")
      .replacing("loss: wgan", with: "loss: wgan\nmetrics: {test: {m: mean(spare(x))}}")
    let experiment = try read(text)
    #expect(
      experiment.variables(of: "critic").map(\.path) == [
        "critic.layers.0.layers.0.weight", "critic.layers.0.layers.0.bias",
        "critic.layers.1.weight", "critic.layers.1.bias",
      ])
    #expect(
      experiment.parameters(of: ["generator", "spare"]).map(\.path) == [
        "generator.layers.0.weight", "generator.layers.0.bias", "generator.layers.2.weight",
        "generator.layers.2.bias", "spare.layers.0.weight", "spare.layers.0.bias",
      ])
  }

  @Test func networksThatShareWeightsHaveThemOnce() throws {
    let experiment = try read(
      ring(
        """
        players:
          p: {trains: [generator, critic], minimize: mean(critic(generator(normal(4))))}
        train: {steps: 10, optimizer: {sgd: {rate: 0.1}}}
        """
      ).replacing("relu, {dense: 2}", with: "relu, {dense: 2}, {dense: {units: 2, weights: w}}")
        .replacing("residual: [dense: 2, relu]", with: "{dense: {units: 2, weights: w}}"))
    let paths = experiment.parameters(of: ["generator", "critic"]).map(\.path)
    #expect(paths.filter { $0 == "shared.w.weight" }.count == 1)
    #expect(experiment.variables(of: "critic").map(\.path).contains("shared.w.weight"))
    #expect(experiment.variables(of: "generator").map(\.path).contains("shared.w.weight"))
  }

  /// Reads an experiment; the test fails where anything is wrong with it.
  private func read(_ text: String, folder: String = ".") throws -> Experiment {
    let problems = Problems()
    let root = Parser.document(SourceText(name: "test.yaml", text: text), problems)
    let experiment = root.flatMap { Experiment.read($0, folder: folder, problems) }
    #expect(problems.diagnostics.map(\.fact) == [])
    return try #require(experiment)
  }
}
