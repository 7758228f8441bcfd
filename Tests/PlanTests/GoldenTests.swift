import Foundation
import Graph
import Ops
import Tensor
import Testing

@testable import Plan

@Suite struct GoldenTests {
  /// The explanation of the plan must be the golden file's text. Run the tests with
  /// `ASSAY_GOLDENS=write` to write it anew, and read the difference.
  private func expectGolden(_ name: String, _ program: Program) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Goldens/\(name).txt")
    if ProcessInfo.processInfo.environment["ASSAY_GOLDENS"] == "write" {
      try program.explanation.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(program.explanation == (try String(contentsOf: file, encoding: .utf8)))
  }

  /// A network of dense layers with an activation after each but the last.
  static func network(
    _ name: String, _ x: Value, _ units: [Int], _ activation: any Op, in graph: Graph
  ) throws -> (output: Value, parameters: [Value]) {
    var (value, parameters) = (x, [Value]())
    let count = units.count
    for (index, units) in units.enumerated() {
      try graph.withOrigin(Origin("networks.\(name).layers[\(index)]")) {
        let inputs = graph.shape(value)[1]
        let weight = try graph.leaf(
          .parameter, "\(name).layers.\(index).weight", Shape([inputs, units]))
        let bias = try graph.leaf(.parameter, "\(name).layers.\(index).bias", Shape([1, units]))
        parameters += [weight, bias]
        value = try graph.add(Add(), graph.add(MatMul(), value, weight), bias)
      }
      if index < count - 1 {
        try graph.withOrigin(Origin("networks.\(name).activations[\(index)]")) {
          value = try graph.add(activation, value)
        }
      }
    }
    return (value, parameters)
  }

  /// The gradients as the trainer asks for them: one after the other in the output buffer.
  static func gradients(of loss: Value, to parameters: [Value], in graph: Graph) throws -> [Root] {
    var offset = 0
    return try zip(parameters, graph.gradients(of: loss, to: parameters)).map {
      parameter, gradient in
      let gradient = try gradient ?? graph.add(Constant(0, graph.shape(parameter)))
      defer { offset += graph.shape(parameter).count }
      return Root("gradient\(parameter.index)", gradient, .output(offset))
    }
  }

  @Test func aRegressionByTwoLayers() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([32, 8]))
    let (y, parameters) = try Self.network("net", x, [16, 8], ReLU(), in: graph)
    graph.origin = Origin("players.net.minimize")
    let error = try graph.add(Square(), graph.add(Subtract(), y, x))
    let loss = try graph.mean(error, 0..<2)
    let roots = [Root("loss", loss)] + (try Self.gradients(of: loss, to: parameters, in: graph))
    let program = Program(graph, roots: roots)
    try expectGolden("regression", program)
    #expect(try results(program) == reference(graph, roots))
  }

  @Test func aCriticWithAGradientPenalty() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([16, 4]))
    let (score, parameters) = try Self.network("critic", x, [8, 1], Tanh(), in: graph)
    graph.origin = Origin("players.critic.minimize")
    let slope = try #require(graph.gradients(of: score, to: [x])[0])
    let norm = try graph.add(
      SquareRoot(), graph.sum(graph.add(Square(), slope), 1..<2))
    let excess = try graph.add(Subtract(), norm, graph.constant(1))
    let penalty = try graph.mean(graph.add(Square(), excess), 0..<2)
    let loss = try graph.add(Subtract(), penalty, graph.mean(score, 0..<2))
    let roots = [Root("loss", loss)] + (try Self.gradients(of: loss, to: parameters, in: graph))
    let program = Program(graph, roots: roots)
    try expectGolden("penalty", program)
    #expect(try results(program) == reference(graph, roots))
  }
}
