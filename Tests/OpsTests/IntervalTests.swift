import Graph
import Ops
import Tensor
import Testing

extension OpsSuite {
  /// What ops say of their results' values holds for all of their examples.
  @Suite struct Intervals {
    @Test(arguments: Case.all)
    func aResultLiesInTheIntervalThatTheOpGives(example: Case) throws {
      let (graph, inputs, output, feeds) = try example.build()
      guard graph.shape(output).element == .float32 else { return }
      let bounds = zip(example.example.inputs, example.data).map { input, data in
        let isNumbers = input.shape.element == .float32
        return isNumbers
          ? Interval(Double(data.min() ?? 0), Double(data.max() ?? 0)) : .unknown
      }
      let intervals = graph.intervals { leaf in Int(leaf.path).map { bounds[$0] } ?? .unknown }
      #expect(inputs.map { intervals[$0.index] } == bounds)
      let interval = intervals[output.index]
      let margin = 1e-5 * max(1, interval.isFinite ? max(-interval.lower, interval.upper) : 1)
      for value in try evaluate(graph, [output], feeds)[0].map(Double.init) {
        #expect(value >= interval.lower - margin && value <= interval.upper + margin)
      }
      // Of inputs of which nothing is known, no more may be said than holds for these.
      let free = graph.intervals { _ in .unknown }[output.index]
      #expect(interval.lies(in: free) || !interval.isFinite)
    }

    @Test func layersThatEndInSquashingKeepWhatIsKnown() throws {
      let graph = Graph()
      let x = try graph.leaf(.input, "x", Shape([2, 6]))
      let squashed = try graph.add(Tanh(), x)
      let moved = try graph.add(Reshape([2, 2, 3]), graph.add(Negate(), squashed))
      let half = try graph.scale(moved, by: 0.5)
      let unit = try graph.add(Add(), half, graph.constant(0.5))
      let difference = try graph.add(Subtract(), squashed, squashed)
      let intervals = graph.intervals { _ in .unknown }
      #expect(intervals[moved.index] == Interval(-1, 1))
      #expect(intervals[unit.index] == Interval(0, 1))
      #expect(intervals[difference.index] == Interval(-2, 2, isReached: false))
    }
  }
}
