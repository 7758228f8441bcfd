import Experiment
import Formula
import Tensor
import TestSupport
import Testing
import Text

@testable import Run
@testable import YAML

/// Looking never disturbs training: what is recorded, measured and drawn leaves no trace in what is
/// learnt.
@Suite struct LookingTests {
  private static let steps = 3

  /// What is trained, by the names of tensors: weights, statistics, optimisers' slots.
  private func training(
    _ experiment: Experiment, afterEachStep look: (Compiled, Trainer) throws -> Void
  ) throws -> [String: [UInt8]] {
    let compiled = try Compiled(experiment)
    let data = try experiment.data.load(matching: experiment.data.digests())
    let trainer = try Trainer(compiled, data)
    for _ in 0..<Self.steps {
      try trainer.step()
      try look(compiled, trainer)
    }
    let snapshot = try Snapshot(trainer)
    #expect(snapshot.take())
    let tensors = snapshot.tensors().filter { !$0.name.hasPrefix("average.") }
    return Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, [UInt8]($0.bytes)) })
  }

  /// The same experiment without anything that only looks.
  private func blind(_ experiment: Experiment) throws -> Experiment {
    let needed = Dictionary(
      uniqueKeysWithValues: experiment.players.map { player in
        (player.name, Uses(of: player.minimize, in: LetScope(player)).definitions)
      })
    var tree = experiment.resolved.dropping(["metrics", "samples", "claims"])
      .changing("checkpoints") { $0.dropping(["best"]) }
      .changing("networks") { $0.mappingValues { $1.dropping(["average"]) } }
      .changing("players") { players in
        players.mappingValues { name, player in
          player.changing("let") { lets in
            lets.dropping(
              (lets.entries ?? []).map(\.key).filter {
                !(needed[name] ?? []).contains("players.\(name).let.\($0)")
              })
          }
        }
      }
    while true {
      let problems = Problems()
      let read = Experiment.read(tree, folder: experiment.data.context.folder, problems)
      if let read { return read }
      // What only the pictures named.
      let unused = problems.diagnostics.filter { $0.code == "unused-parameter" }
        .compactMap { $0.fact.split(separator: "`").last.map(String.init) }
      try #require(!unused.isEmpty, "\(problems.diagnostics.map(\.fact))")
      tree = tree.changing("parameters") { $0.dropping(unused) }
    }
  }

  /// Overrides with which each player records what its networks make of something else.
  private func watching(_ experiment: Experiment) -> [String] {
    experiment.players.flatMap { player in
      player.trains.compactMap { name in
        guard let network = experiment.networks.first(where: { $0.name == name }) else {
          return nil
        }
        let dims = network.input.dims.map(String.init).joined(separator: ", ")
        let output = network.outputs.first.map { ".\($0.name)" } ?? ""
        let call = "mean(\(name)(3 + normal(\(dims)))\(output))"
        return "+players.\(player.name).let.watched_\(name)=\(call) + 0 * mean(x)"
      }
    }
  }

  @Test(arguments: BitsTests.shipped)
  func `a shipped experiment learns the same whether it is watched or not`(_ file: String) throws {
    let images = try SmallImages()
    let overrides = ["train.steps=\(Self.steps)"] + (try images.overrides(of: file))
    let given = try Compile.file(file, overrides: overrides).compiled.experiment
    let looks =
      ["metrics.every=1 step", "metrics.gradient_norms=true", "metrics.weight_norms=true"]
      + watching(given)
    let watched = try Compile.file(file, overrides: overrides + looks).compiled.experiment
    let seen = try training(watched) { compiled, trainer in
      _ = try Measurer(compiled.measurements, trainer).measure { _ in true }
      _ = try Painter(compiled, trainer)?.draw(count: 20)
    }
    let unseen = try training(blind(given)) { _, _ in }
    #expect(seen.keys.sorted() == unseen.keys.sorted())
    #expect(seen.filter { unseen[$0.key] != $0.value }.keys.sorted() == [])
    withExtendedLifetime(images) {}
  }
}

/// The `let` names of one player.
private struct LetScope: FormulaScope {
  let player: Player
  var names: [String] { player.lets.map(\.name) }

  init(_ player: Player) { self.player = player }

  func meaning(of name: String) -> Meaning? {
    player.lets.first { $0.name == name }.map { .definition($0.formula, in: self) }
  }
}

extension Node {
  /// A mapping without some keys.
  fileprivate func dropping(_ keys: [String]) -> Node {
    guard let entries else { return self }
    return Node(.mapping(entries.filter { !keys.contains($0.key) }), at: span)
  }

  /// A mapping with another value of one key, dropped where nothing is left of it.
  fileprivate func changing(_ key: String, _ change: (Node) -> Node) -> Node {
    guard let entries else { return self }
    let changed = entries.compactMap { entry -> Entry? in
      guard entry.key == key else { return entry }
      let value = change(entry.value)
      return value.entries?.isEmpty == true ? nil : Entry(entry.key, at: entry.keySpan, value)
    }
    return Node(.mapping(changed), at: span)
  }

  /// A mapping with other values.
  fileprivate func mappingValues(_ change: (String, Node) -> Node) -> Node {
    guard let entries else { return self }
    return Node(
      .mapping(entries.map { Entry($0.key, at: $0.keySpan, change($0.key, $0.value)) }), at: span)
  }
}
