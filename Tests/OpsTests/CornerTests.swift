import Graph
import Ops
import Tensor
import Testing

extension OpsSuite {
  @Suite struct Corners {
    /// The graph of |v| (the Euclidean norm per row) for two rows, one of them zero.
    private func norm() throws -> (Graph, v: Value, norm: Value, Feeds) {
      let graph = Graph()
      let v = try graph.leaf(.input, "v", Shape([2, 2]))
      let squares = try graph.sum(graph.add(Square(), v), 1..<2)
      return (graph, v, try graph.add(SquareRoot(), squares), ["v": try buffer([0, 0, 3, 4])])
    }

    @Test func theGradientOfANormIsZeroAtZero() throws {
      let (graph, v, norm, feeds) = try norm()
      let gradient = try #require(try graph.gradients(of: norm, to: [v])[0])
      #expect(try evaluate(graph, [gradient], feeds)[0] == [0, 0, 0.6, 0.8])
    }

    @Test func secondDerivativesThroughANormAreFiniteAtZero() throws {
      let (graph, v, norm, feeds) = try norm()
      let gradient = try #require(try graph.gradients(of: norm, to: [v])[0])
      // d/dv of the first component of v / |v|: (v1^2, -v0 v1) / |v|^3.
      let mask = try graph.leaf(.input, "mask", Shape([1, 2]))
      let first = try graph.add(Multiply(), gradient, mask)
      let second = try #require(try graph.gradients(of: first, to: [v])[0])
      let all = feeds.merging(["mask": try buffer([1, 0])]) { a, _ in a }
      let result = try evaluate(graph, [second], all)[0]
      for (value, wanted) in zip(result, [0, 0, 16.0 / 125, -12.0 / 125] as [Float]) {
        #expect(abs(value - wanted) < 1e-6)
      }
    }

    @Test func theGradientOfAnAbsoluteValueIsZeroAtZero() throws {
      let graph = Graph()
      let x = try graph.leaf(.input, "x", Shape([3]))
      let y = try graph.add(Absolute(), x)
      let gradient = try #require(try graph.gradients(of: y, to: [x])[0])
      let values = try evaluate(graph, [gradient], ["x": try buffer([-2, 0, 5])])[0]
      #expect(values == [-1, 0, 1])
    }

    @Test func atATieTheFirstOfTwoTakesTheGradientAndMaximaOverAxesShareIt() throws {
      let graph = Graph()
      let a = try graph.leaf(.input, "a", Shape([1, 2]))
      let b = try graph.leaf(.input, "b", Shape([1, 2]))
      let feeds = ["a": try buffer([1, 1]), "b": try buffer([1, 2])]
      for op in [Maximum(), Minimum()] as [any Op] {
        let y = try graph.add(op, a, b)
        let gradients = try graph.gradients(of: y, to: [a, b]).compactMap { $0 }
        let values = try evaluate(graph, gradients, feeds)
        #expect(values[0][0] == 1 && values[1][0] == 0)
      }
      let top = try graph.add(MaxReduce(1..<2), a)
      let gradient = try #require(try graph.gradients(of: top, to: [a])[0])
      #expect(try evaluate(graph, [gradient], feeds)[0] == [0.5, 0.5])
    }

    @Test func aValueThatIsNotANumberIsNotHidden() throws {
      let graph = Graph()
      let x = try graph.leaf(.input, "x", Shape([2]))
      let feeds = ["x": try buffer([.nan, -1])]
      for op in [ReLU(), Maximum(), SquareRoot(), Absolute(), Sign()] as [any Op] {
        let inputs = op is Maximum ? [x, try graph.constant(0)] : [x]
        let y = try graph.add(op, inputs)
        #expect(try evaluate(graph, [y], feeds)[0][0].isNaN, "\(op.name)")
      }
    }

    @Test func noGradientPassesAStop() throws {
      let graph = Graph()
      let x = try graph.leaf(.input, "x", Shape([2]))
      let y = try graph.add(Multiply(), x, graph.add(StopGradient(), x))
      let gradient = try #require(try graph.gradients(of: y, to: [x])[0])
      #expect(try evaluate(graph, [gradient], ["x": try buffer([3, 5])])[0] == [3, 5])
      let stopped = try graph.add(StopGradient(), y)
      #expect(try graph.gradients(of: stopped, to: [x]) == [nil])
    }

    @Test func meansAreSumsTimesTheReciprocalOfTheCount() throws {
      let graph = Graph()
      let x = try graph.leaf(.input, "x", Shape([2, 3]))
      let mean = try graph.mean(x, 0..<2)
      #expect(graph.shape(mean) == Shape([1, 1]))
      #expect(try evaluate(graph, [mean], ["x": try buffer([1, 2, 3, 4, 5, 9])])[0] == [4])
    }

    @Test func reducingUndoesBroadcasting() throws {
      let graph = Graph()
      let x = try graph.leaf(.input, "x", Shape([2, 2, 1, 2]))
      let feeds = ["x": try buffer([1, 2, 3, 4, 5, 6, 7, 8])]
      for (target, wanted) in [
        ([], [36]), ([1, 1, 1, 2], [16, 20]), ([2, 1, 1, 1], [10, 26]), ([1, 2, 1, 1], [14, 22]),
        ([2, 1, 1, 2], [4, 6, 12, 14]),
      ] as [([Int], [Float])] {
        let reduced = try graph.reduce(x, to: Shape(target))
        #expect(graph.shape(reduced).dims == target)
        #expect(try evaluate(graph, [reduced], feeds)[0] == wanted)
      }
      #expect(try graph.reduce(x, to: graph.shape(x)) == x)
    }
  }
}
