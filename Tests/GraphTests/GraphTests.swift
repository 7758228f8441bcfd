import Graph
import Ops
import Tensor
import Testing

@Suite struct GraphTests {
  @Test func theSameOpOnTheSameInputsIsOneNode() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([2]))
    let first = try graph.add(Tanh(), x)
    #expect(try graph.add(Tanh(), x) == first)
    #expect(try graph.leaf(.input, "x", Shape([2])) == x)
    #expect(try graph.add(Power(2), x) != graph.add(Power(3), x))
    #expect(try graph.leaf(.parameter, "x", Shape([2])) != x)
    #expect(graph.nodes.count == 5)
  }

  @Test func aNodeKeepsTheOriginThatFirstAskedForIt() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([2]))
    let y = try graph.withOrigin(Origin("loss")) { () throws(ShapeError) in
      try graph.add(Tanh(), x)
    }
    _ = try graph.withOrigin(Origin("other")) { () throws(ShapeError) in try graph.add(Tanh(), x) }
    #expect(graph[y].origin == Origin("loss"))
    #expect(graph.origin == .none)
  }

  @Test func whatDoesNotFitAddsNothing() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([2]))
    let y = try graph.leaf(.input, "y", Shape([3]))
    #expect(throws: ShapeError("add", "cannot combine [2] and [3]", [Shape([2]), Shape([3])])) {
      try graph.add(Add(), x, y)
    }
    #expect(graph.nodes.count == 2)
  }

  @Test func aGraphPrintsALineForEachNodeThatIsNeeded() throws {
    let graph = Graph()
    graph.origin = Origin("networks.critic.layers[0]")
    let x = try graph.leaf(.input, "x", Shape([8, 3]))
    let w = try graph.leaf(.parameter, "critic.layers.0.weight", Shape([3, 4]))
    let y = try graph.add(MatMul(), x, w)
    _ = try graph.add(Tanh(), x)
    let gradient = try #require(try graph.gradients(of: y, to: [w])[0])
    let lines = graph.print([gradient]).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("%0 = leaf(input x) : [8, 3]"))
    #expect(lines[0].hasSuffix("# networks.critic.layers[0]"))
    #expect(lines[1].hasPrefix("%4 = constant(1.0) : [8, 4]"))
    #expect(lines[2].hasPrefix("%6 = matmul(transpose a) %0 %4 : [3, 4]"))
    #expect(lines[2].hasSuffix("# networks.critic.layers[0] (gradient)"))
    #expect(graph.print().split(separator: "\n").count == graph.nodes.count)
  }

  @Test func aLegalGraphHasNoViolationsAndAWrongShapeIsOne() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([2]))
    try graph.add(Fickle(answers: Answers()), x)
    #expect(graph.check() == ["%1 fickle has shape [1], its rule says [2]"])
  }
}

/// Counts how often a shape was asked for.
private final class Answers: @unchecked Sendable {
  var count = 0
}

/// An op whose shape rule never says the same twice.
private struct Fickle: Op {
  let answers: Answers

  static func == (a: Fickle, b: Fickle) -> Bool { a.answers === b.answers }

  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(answers)) }

  func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    answers.count += 1
    return Shape([answers.count])
  }

  func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [nil] }

  func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel { { _ in } }
}
