import Experiment
import Graph
import Ops
import Parts
import Plan
import Tensor
import Testing
import Text

@testable import Run
@testable import YAML

/// Reads an experiment; the test fails where anything is wrong with it.
func experiment(_ text: String) throws -> Experiment {
  let problems = Problems()
  let root = Parser.document(SourceText(name: "test.yaml", text: text), problems)
  let experiment = root.flatMap { Experiment.read($0, folder: ".", problems) }
  #expect(problems.diagnostics.map(\.fact) == [])
  return try #require(experiment)
}

/// An experiment on twelve points of a ring, in batches of four.
///
/// - Parameters:
///   - networks: the networks, each a line.
///   - players: the players, each a line.
///   - rest: further sections.
func ringExperiment(_ networks: [String], _ players: [String], _ rest: String = "") -> String {
  let haveOwn = players.allSatisfy { $0.contains("optimizer:") }
  return """
    data: {dataset: {ring: {points: 12, test_points: 6, std: 0.3}}, batch: 4}
    networks:
    \(networks.map { "  " + $0 }.joined(separator: "\n"))
    players:
    \(players.map { "  " + $0 }.joined(separator: "\n"))
    train: {steps: 10\(haveOwn ? "" : ", optimizer: {sgd: {rate: 0.1}}")}
    \(rest)
    """
}

/// A trainer of the experiment in `text`.
func trainer(_ text: String) throws -> Trainer {
  let experiment = try experiment(text)
  let data = try experiment.data.load(matching: experiment.data.digests())
  return try Trainer(try Compiled(experiment), data)
}

extension Trainer {
  /// A variable's values.
  func values(_ path: String) throws -> [Float] {
    let variable = try #require(store.variables.first { $0.path == path }, "no \(path)")
    return Array(store.elements(of: variable))
  }

  /// The averaged values of a parameter.
  func average(_ path: String) throws -> [Float] {
    let variable = try #require(store.variables.first { $0.path == path }, "no \(path)")
    return Array(try #require(store.average(of: variable)))
  }

  /// What the last update of a player recorded.
  func record(_ player: String, _ name: String) throws -> Float {
    try #require(actors.first { $0.player.name == player }).record(name)
  }

  /// The mean over all values of a training batch.
  func mean(ofBatch number: Int) -> Float {
    var x = [Float](repeating: 0, count: 8)
    x.withUnsafeMutableBufferPointer { x in
      guard let start = x.baseAddress else { return }
      batches.load(number, x: start, labels: nil)
    }
    return x.reduce(0, +) / 8
  }
}

extension UpdateGraph {
  /// The streams of all draws, in the order of the graph.
  var streams: [UInt64] { graph.streams }
}

extension Graph {
  /// The streams of all draws, in the order of the graph.
  var streams: [UInt64] {
    nodes.compactMap { ($0.op as? Normal)?.stream ?? ($0.op as? Uniform)?.stream }
  }
}
