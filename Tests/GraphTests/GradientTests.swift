import Graph
import Ops
import Tensor
import Testing

@Suite struct GradientTests {
  @Test func whatAValueDoesNotDependOnHasNoGradient() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([2]))
    let y = try graph.add(Tanh(), x)
    let later = try graph.leaf(.input, "later", Shape([2]))
    let beside = try graph.add(Sine(), x)
    #expect(try graph.gradients(of: y, to: [later]) == [nil])
    #expect(try graph.gradients(of: y, to: [beside, later]) == [nil, nil])
    #expect(try graph.gradients(of: y, to: []) == [])
    #expect(!graph.depends(y, on: later) && !graph.depends(later, on: y))
    #expect(graph.depends(y, on: x) && graph.depends(y, on: y))
  }

  @Test func theGradientOfAValueWithRespectToItselfIsTheSeed() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([2]))
    let seed = try graph.leaf(.input, "seed", Shape([2]))
    #expect(try graph.gradients(of: x, seed: seed, to: [x]) == [seed])
  }

  @Test func aGradientWithRespectToAnInnerValueStopsThere() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([2]))
    let inner = try graph.add(Tanh(), x)
    let y = try graph.add(Square(), inner)
    let count = graph.nodes.count
    _ = try graph.gradients(of: y, to: [inner])
    let added = graph.nodes[count...].map(\.op.name)
    #expect(added == ["constant", "multiply", "constant", "multiply"])
  }

  @Test func noGradientOfWeightsThatNobodyAskedForIsNeeded() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([8, 3]))
    let first = try graph.leaf(.parameter, "first", Shape([3, 4]))
    let second = try graph.leaf(.parameter, "second", Shape([4, 5]))
    let hidden = try graph.add(Tanh(), graph.add(MatMul(), x, first))
    let y = try graph.add(MatMul(), hidden, second)
    let gradient = try #require(try graph.gradients(of: y, to: [first])[0])
    let needed = graph.reachable([gradient])
    let products = graph.nodes.indices.filter { needed[$0] && graph.nodes[$0].op is MatMul }
    // The hidden layer, the gradient that flows back to it, and the one of its weights.
    #expect(products.count == 3)
  }

  @Test func usesOfAValueAddUpInAFixedOrder() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([2]))
    let (a, b) = (try graph.add(Tanh(), x), try graph.add(Sine(), x))
    let y = try graph.add(Multiply(), a, b)
    let gradient = try #require(try graph.gradients(of: y, to: [x])[0])
    #expect(graph[gradient].op is Add)
    // The later use first: sine's, then tanh's.
    let (first, second) = (graph[gradient].inputs[0], graph[gradient].inputs[1])
    #expect(graph.depends(first, on: a) && graph[first].inputs.contains { graph[$0].op is Cosine })
    #expect(!graph[second].inputs.contains { graph[$0].op is Cosine })
  }
}
