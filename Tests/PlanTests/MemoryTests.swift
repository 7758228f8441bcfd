import Graph
import Tensor
import Testing

@testable import Plan

@Suite struct MemoryTests {
  /// A random graph of blends and views over two leaves and a constant; some values are roots.
  static func randomGraph(_ seed: UInt64) throws -> (Graph, [Root]) {
    var choices = Choices(seed)
    let graph = Graph()
    var values = [
      try graph.leaf(.input, "x", Shape([40])), try graph.leaf(.parameter, "w", Shape([7])),
      try graph.constant(3),
    ]
    for _ in 0..<choices.below(60) + 5 {
      let inputs = (0..<choices.below(3) + 1).map { _ in choices.pick(Array(values.suffix(9))) }
      if choices.below(5) == 0 {
        values.append(try graph.add(View(dims: [graph.shape(inputs[0]).count]), inputs[0]))
      } else {
        values.append(try graph.add(Blend(count: choices.below(100) + 1), inputs))
      }
    }
    var offset = 0
    var roots = [Root("last", values[values.count - 1])]
    for number in 0..<choices.below(6) {
      let value = choices.pick(values)
      if choices.below(2) == 0 {
        roots.append(Root("any\(number)", value))
      } else {
        roots.append(Root("gradient\(number)", value, .output(offset)))
        offset += graph.shape(value).count
      }
    }
    return (graph, roots)
  }

  @Test(arguments: 1...60) func everyPassKeepsTheDraftLegalAndTheBits(seed: Int) throws {
    let (graph, roots) = try Self.randomGraph(UInt64(seed))
    let expected = try reference(graph, roots)
    var draft = Draft(graph, roots: roots)
    for pass in Pipeline.passes {
      draft = pass.run(draft)
      #expect(draft.check().isEmpty, "after \(pass.name)")
    }
    #expect(try results(Program(draft)) == expected)
  }

  @Test(arguments: 1...60) func valuesThatLiveAtOneTimeNeverShareMemory(seed: Int) throws {
    let (graph, roots) = try Self.randomGraph(UInt64(seed))
    let draft = Pipeline.passes.reduce(Draft(graph, roots: roots)) { $1.run($0) }
    let memory = Memory(draft)
    func range(_ lifetime: Memory.Lifetime) -> Range<Int>? {
      guard case .arena(let offset)? = memory.places[lifetime.values[0]] else { return nil }
      return offset..<offset + lifetime.size
    }
    for (index, one) in memory.lifetimes.enumerated() {
      let own = try #require(range(one))
      #expect(own.lowerBound % 16 == 0 && own.upperBound <= memory.arena)
      for other in memory.lifetimes[(index + 1)...] where one.overlaps(other) {
        #expect(try !own.overlaps(#require(range(other))))
      }
    }
  }

  @Test func aChainNeedsTwoBlocksHoweverLongItIs() throws {
    let graph = Graph()
    var value = try graph.leaf(.input, "x", Shape([64]))
    for _ in 0..<20 { value = try graph.add(Blend(count: 64), value) }
    let program = Program(graph, roots: [Root("y", value)])
    #expect(program.arena == 128)
    #expect(program.unplanned == 20 * 64)
  }

  @Test func orderNeverRaisesThePeak() throws {
    for seed in 1...60 {
      let (graph, roots) = try Self.randomGraph(UInt64(seed))
      let draft = Draft(graph, roots: roots).share().fold().drop().deliver()
      #expect(peak(draft.order()) <= peak(draft))
    }
  }

  @Test func oneBranchIsDoneBeforeTheNextIsBegun() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([8]))
    // All forward passes stand before all backward passes, as gradients are built.
    var branches = try (0..<3).map { number in
      var values = [try graph.add(Blend(count: 64, factor: Float(number)), x)]
      for _ in 0..<3 { values.append(try graph.add(Blend(count: 64), values[values.count - 1])) }
      return values
    }
    var ends: [Value] = []
    for branch in branches.indices {
      var value = try graph.add(Blend(count: 64, factor: 3), branches[branch].removeLast())
      while let kept = branches[branch].popLast() {
        value = try graph.add(Blend(count: 64), value, kept)
      }
      ends.append(try graph.add(Blend(count: 1), value))
    }
    let program = try Program(graph, roots: [Root("y", graph.add(Blend(count: 1), ends))])
    #expect(program.arena <= 5 * 64 + 3 * 16)
  }

  @Test func aStepThatReadsNothingRunsJustBeforeItsUser() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([8]))
    let early = try graph.add(Blend(count: 800), x)
    var value = x
    for _ in 0..<4 { value = try graph.add(Blend(count: 8), value) }
    let y = try graph.add(Blend(count: 8), value, early)
    let program = Program(graph, roots: [Root("y", y)])
    #expect(program.calls[4].covers.map(\.value) == [early])
  }

  /// The floats that live at once, at most.
  private func peak(_ draft: Draft) -> Int {
    let lifetimes = Memory(draft).lifetimes
    return draft.steps.indices.map { step in
      lifetimes.reduce(0) { $0 + ($1.first <= step && step <= $1.last ? $1.size : 0) }
    }.max() ?? 0
  }
}

extension Memory.Lifetime {
  fileprivate func overlaps(_ other: Self) -> Bool { first <= other.last && other.first <= last }
}
