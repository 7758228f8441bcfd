import Foundation
import Parts
import TestSupport
import Testing
import Text

@testable import Experiment
@testable import YAML

/// The long form of every part in every mode is a valid file, and the same experiment.
@Suite struct PartLongFormTests {
  /// A part in one of its modes.
  struct Mode: CustomStringConvertible, Sendable {
    let noun: String
    let kind: String
    /// What is written for it: `binarize: {mode: threshold}`, or its name alone.
    let text: String

    var description: String { text }
  }

  /// Every part: in its short form where it needs nothing, with what it needs, with each of its
  /// choices and switches, and with everything that it takes.
  static let modes: [Mode] = Catalog.all.flatMap { list in
    list.types.flatMap { type in
      texts(of: type).map { Mode(noun: list.noun, kind: type.kind, text: $0) }
    }
  }

  private static func texts(of type: any Part.Type) -> [String] {
    let fields = Fields.descriptions(of: type)
    let needed = fields.filter(\.isRequired).compactMap { entry($0, type) }
    func text(_ more: [String]) -> String {
      "{\(type.kind): {\((needed + more).joined(separator: ", "))}}"
    }
    var texts = needed.isEmpty ? [type.kind] : []
    texts.append(text([]))
    for field in fields where !field.isRequired {
      switch field.type {
      case .choice(let names): texts += names.map { text(["\(field.key): \($0)"]) }
      case .bool: texts += ["true", "false"].map { text(["\(field.key): \($0)"]) }
      default: if let entry = entry(field, type) { texts.append(text([entry])) }
      }
    }
    for case (let field, .choice(let names)) in fields.map({ ($0, $0.type) }) where field.isRequired
    {
      texts += names.map { "{\(type.kind): {\(field.key): \($0)}}" }
    }
    return texts
  }

  /// A key with a value that it takes; nil for a key that other tests write.
  private static func entry(_ field: FieldDescription, _ type: any Part.Type) -> String? {
    if let value = given["\(type.kind).\(field.key)"] { return "\(field.key): \(value)" }
    if let fallback = field.fallback, !field.isRequired {
      return "\(field.key): \(flow(fallback))"
    }
    return nil
  }

  /// A scalar, or a list of them, on one line.
  private static func flow(_ node: Node) -> String {
    if let items = node.items { return "[\(items.map(flow).joined(separator: ", "))]" }
    return node.scalar?.text ?? "{}"
  }

  /// Values of keys that must be written, and of keys without a default.
  private static let given = [
    "dense.units": "4", "conv.channels": "4", "conv.kernel": "3", "conv_transpose.channels": "4",
    "conv_transpose.kernel": "3", "group_norm.groups": "2", "maxout.pieces": "2",
    "maxout.units": "4",
    "max_pool.kernel": "2", "average_pool.kernel": "2", "upsample.factor": "2",
    "max_pool.stride": "1", "average_pool.stride": "1", "max_pool.padding": "1",
    "reshape.shape": "[256]", "residual.layers": "[relu]", "residual.shortcut": "[relu]",
    "normal.std": "0.1", "uniform.bound": "0.1", "gaussian_noise.std": "0.1",
    "constant.value": "0.5",
    "idx.images": "x.idx", "idx.labels": "l.idx, classes: 3", "idx.test_images": "x.idx",
    "idx.test_labels": "l.idx, labels: l.idx, classes: 3, test_images: x.idx",
    "npy.labels": "l.npy, classes: 3",
    "npy.test_labels": "l.npy, labels: l.npy, classes: 3, test_examples: x.npy",
    "npy.examples": "x.npy", "npy.test_examples": "x.npy", "csv.path": "t.csv",
    "csv.test_path": "t.csv",
    "csv.label": "label, classes: 3", "csv.classes": "3, label: label", "random.shape": "[4]",
    "csv.range": "[0, 9]", "random.range": "[0, 9]", "npy.range": "[0, 9]",
    "scale.range": "[-1, 1]", "scale.to": "[-1, 1]", "pad.pixels": "1", "pad.value": "0",
    "resize.size": "[6, 6]", "crop.size": "[4, 4]", "noise.std": "0.1",
    "constant.rate": "1e-3", "linear.from": "1e-3", "linear.to": "1e-4", "cosine.from": "1e-3",
    "cosine.to": "1e-4", "step.from": "1e-3", "step.every": "10", "step.factor": "0.5",
    "exponential.from": "1e-3", "exponential.factor": "0.5", "warmup.steps": "5",
    "warmup.to": "1e-3", "sgd.rate": "0.1", "sgd.nesterov": "true, momentum: 0.9",
    "adam.rate": "1e-3", "adamw.rate": "1e-3",
    "rmsprop.rate": "1e-3", "adagrad.rate": "1e-3", "modes.of": "normal(2)",
    "high_quality.of": "normal(2)",
    "vae.variance": "2, likelihood: gaussian", "binarize.at": "0.25, mode: threshold",
    "sgd.momentum": "0.9, nesterov: true",
  ]

  /// An experiment with a part in it.
  private func text(_ mode: Mode) -> String {
    var data = "{dataset: {random: {shape: [4, 8, 8], count: 40, range: [0, 1]}}, batch: 8}"
    var networks = "net: {input: [4, 8, 8], layers: [flatten, {dense: 1}]}"
    var players = "players: {p: {trains: net, minimize: mean(net(x))}}"
    var optimizer = "{sgd: {rate: 0.1}}"
    var rest = ""
    switch mode.noun {
    case "layer":
      let first =
        ["dense", "maxout"].contains(mode.kind) ? "flatten" : "{conv: {channels: 4, kernel: 1}}"
      networks = "net: {input: [4, 8, 8], layers: [\(first), \(mode.text)]}"
      players = "players: {p: {trains: net, minimize: mean(net(x)^2)}}"
    case "initializer":
      networks = "net: {input: [4, 8, 8], init: \(mode.text), layers: [flatten, {dense: 1}]}"
    case "transform":
      data = data.replacing("batch: 8", with: "batch: 8, transforms: [\(mode.text)]")
      players = "players: {p: {trains: net, minimize: 'mean(net(normal(4, 8, 8))) + 0 * mean(x)'}}"
    case "dataset":
      data = "{dataset: \(mode.text), batch: 2}"
      networks = "net: {input: [2], layers: [dense: 1]}"
      players = "players: {p: {trains: net, minimize: mean(net(normal(2))) + 0 * mean(x)}}"
    case "metric":
      data = "{dataset: ring, batch: 8}"
      networks = "generator: {input: [2], layers: [dense: 2]}"
      players = "players: {p: {trains: generator, minimize: mean(generator(x))}}"
      rest = "metrics: {test: {m: \(mode.text)}}"
    case "optimizer": optimizer = mode.text
    case "schedule": optimizer = "{sgd: {rate: \(mode.text)}}"
    case "loss": (data, networks, players) = loss(mode)
    default: break
    }
    return """
      data: \(data)
      networks:
      \(networks.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
      \(players)
      train: {steps: 10, optimizer: \(optimizer)}
      \(rest)
      """
  }

  private func loss(_ mode: Mode) -> (String, String, String) {
    var data = "{dataset: {random: {shape: [4], count: 40, range: [0, 1]}}, batch: 8}"
    let heads = "{mean: [dense: 2], log_var: [dense: 2]}"
    var networks = [
      "encoder: {input: [4], layers: [dense: 2]}", "decoder: {input: [2], layers: [dense: 4]}",
    ]
    switch mode.kind {
    case "vae": networks[0] = "encoder: {input: [4], layers: [relu], outputs: \(heads)}"
    case "autoencoder": break
    case "classifier":
      data = "{dataset: {csv: {path: t.csv, label: label, classes: 3}}, batch: 2}"
      networks = ["classifier: {input: [1], layers: [dense: 3]}"]
    default:
      let judge = mode.kind.hasPrefix("w") ? "critic" : "discriminator"
      networks = [
        "generator: {input: [2], layers: [dense: 4]}", "\(judge): {input: [4], layers: [dense: 1]}",
      ]
    }
    return (data, networks.joined(separator: "\n"), "loss: \(mode.text)")
  }

  private func read(_ text: String, in folder: String) -> (experiment: Experiment?, facts: [String])
  {
    let problems = Problems()
    let root = Parser.document(SourceText(name: "test.yaml", text: text), problems)
    let experiment = root.flatMap { Experiment.read($0, folder: folder, problems) }
    return (experiment, problems.diagnostics.map { "\($0.code): \($0.fact)" })
  }

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.write("t.csv", "v,label\n1,0\n2,1\n3,2\n4,0\n")
    let labels: [UInt8] = [0, 1, 2, 0]
    let pixels = [UInt8](0..<16)
    _ = try folder.write("x.idx", [0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 2] + pixels)
    _ = try folder.write("l.idx", [0, 0, 8, 1, 0, 0, 0, 4] + labels)
    func npy(_ shape: String) -> [UInt8] {
      let header = "{'descr': '|u1', 'fortran_order': False, 'shape': \(shape), }"
      let padded = header + String(repeating: " ", count: 117 - header.count) + "\n"
      return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8)
    }
    _ = try folder.write("x.npy", npy("(4, 4)") + pixels)
    _ = try folder.write("l.npy", npy("(4,)") + labels)
    return folder
  }

  @Test(arguments: modes)
  func theLongFormOfAPartIsTheSameExperiment(_ mode: Mode) throws {
    let folder = try folder()
    let (experiment, facts) = read(text(mode), in: folder.path)
    guard let experiment else {
      // What a mode refuses, it says; a form that could not be written at all is no mode.
      #expect(!facts.isEmpty)
      #expect(Self.refused.contains { mode.text.contains($0) }, "\(mode): \(facts)")
      return
    }
    let long = experiment.resolved.yaml
    let (again, problems) = read(long, in: folder.path)
    #expect(problems == facts, "\(long)")
    #expect(try #require(again).resolved.yaml == long)
    #expect(try #require(again).canonical == experiment.canonical)
  }

  /// Modes that the experiment above does not fit, or that say no without another key.
  private static let refused = [
    "{rate: 0.1, nesterov: true}", "x.npy, range: [0, 9]", "header: false",
  ]

  @Test func everyPartStandsInAnExperimentThatIsRead() throws {
    let folder = try folder()
    let read = Set(
      Self.modes.filter { self.read(text($0), in: folder.path).experiment != nil }
        .map { "\($0.noun) \($0.kind)" })
    let all = Set(Catalog.all.flatMap { list in list.types.map { "\(list.noun) \($0.kind)" } })
    #expect(all.subtracting(read) == [])
  }
}
