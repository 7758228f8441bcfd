import Foundation
import Graph
import Tensor
import Testing

@testable import Plan

@Suite struct ProgramTests {
  @Test func rootsOfAllKindsAreDelivered() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([4]))
    let constant = try graph.constant(3)
    let y = try graph.add(Blend(count: 4), x, constant)
    let view = try graph.add(View(dims: [2, 2]), y)
    let program = Program(
      graph,
      roots: [
        Root("leaf", x), Root("constant", constant, .output(20)), Root("view", view, .output(0)),
        Root("twice", y, .output(4)), Root("any", y),
      ])
    let values = try results(program)
    let leaves = Leaves()
    let input = leaves.memory(Leaf(.input, "x", Shape([4])))
    let expected = (0..<4).map { ((input[$0] + 3) * 0.5 + 1).bitPattern }
    #expect(values["leaf"] == (0..<4).map { input[$0].bitPattern })
    #expect(values["constant"] == [Float(3).bitPattern])
    for name in ["view", "twice", "any"] { #expect(values[name] == expected) }
    #expect(program.outputs[2].tensor == Program.Tensor(place: .output(0), shape: Shape([2, 2])))
    #expect(program.outputFloats == 21)
    #expect(program.calls.map(\.work.name).sorted() == ["blend", "copy", "copy", "copy"])
  }

  @Test func constantsAreComputedOnce() throws {
    let graph = Graph()
    let three = try graph.constant(3)
    let table = try graph.add(Blend(count: 8), three)
    let x = try graph.leaf(.input, "x", Shape([8]))
    let program = Program(graph, roots: [Root("y", try graph.add(Blend(count: 8), table, x))])
    #expect(program.setup.map(\.work.name) == ["constant", "blend"])
    #expect(program.calls.count == 1)
    #expect(program.constants == 32)
  }

  @Test func whatNoRootNeedsIsLeftOut() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([8]))
    let unused = try graph.leaf(.parameter, "unused", Shape([8]))
    try graph.add(Blend(count: 8), unused)
    let program = Program(graph, roots: [Root("y", try graph.add(Blend(count: 8), x))])
    #expect(program.leaves.map(\.path) == ["x"])
    #expect(program.calls.count == 1)
  }

  @Test func workThatDiffersInViewsAloneIsDoneOnce() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([8]))
    let stopped = try graph.add(View(dims: [8]), x)
    let one = try graph.add(Blend(count: 8), x)
    let same = try graph.add(Blend(count: 8), stopped)
    let program = Program(graph, roots: [Root("y", try graph.add(Blend(count: 8), one, same))])
    #expect(program.calls.count == 2)
  }

  @Test func theExplanationNamesPlacesOriginsAndCosts() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([8]))
    let w = try graph.leaf(.parameter, "a.weight", Shape([4]))
    let half = try graph.constant(0.5)
    graph.origin = Origin("networks.a.layers[0]")
    let h = try graph.add(Blend(count: 20), x, w)
    let y = try graph.add(Blend(count: 4), h, half)
    graph.origin = graph.origin.reversed
    let g = try graph.add(Blend(count: 4, factor: 2), y, h)
    let program = Program(graph, roots: [Root("y", y), Root("w", g, .output(0))])
    #expect(
      program.explanation == """
        3 kernels, 28 operations, 192 bytes of arena (112 unplanned), 64 bytes of constants

        once
          constant(0.5) -> constant 0 []

        at each run
          0  blend input x [8], parameter a.weight [4] -> arena 0 [20]  \
        # networks.a.layers[0], 20 operations
          1  blend arena 0 [20], constant 0 [] -> arena 32 [4]  \
        # networks.a.layers[0], 4 operations
          2  blend arena 32 [4], arena 0 [20] -> output 0 [4]  \
        # networks.a.layers[0] (gradient), 4 operations

        roots
          y = arena 32 [4]
          w = output 0 [4]

        operations by origin
          networks.a.layers[0]: 24 forward, 4 in gradients

        """)
  }

  @Test(arguments: ["Graph", "Plan"]) func noPassNamesAnOp(target: String) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appendingPathComponent("Sources/\(target)")
    for file in try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    {
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(!text.contains("import Ops"), "\(file.lastPathComponent)")
    }
  }
}
