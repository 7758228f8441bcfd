import Graph
import Ops
import Tensor
import Testing

@Suite struct InterpreterTests {
  private let moment = Moment(seed: 1, update: 1)

  @Test func everyNeededResultIsShownOnceInOrder() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([2]))
    let doubled = try graph.add(Add(), x, x)
    _ = try graph.add(Tanh(), x)
    let column = try graph.add(Reshape([2, 1]), doubled)
    let total = try graph.sum(column, 0..<2)
    let memory = try Buffer(2)
    (memory.floats[0], memory.floats[1]) = (1, 2)
    var shown: [(Value, [Float])] = []
    try Interpreter(graph, at: moment) { _ in memory.floats }.run([total]) { value, operand in
      let elements = UnsafeBufferPointer(start: operand.floats, count: operand.shape.count)
      shown.append((value, Array(elements)))
    }
    #expect(shown.map(\.0) == [x, doubled, column, total])
    #expect(shown.map(\.1) == [[1, 2], [2, 4], [2, 4], [6]])
  }

  @Test func aVisitorMayStopAtTheFirstResultThatIsNotFinite() throws {
    struct Found: Error, Equatable { let value: Value }
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([1]))
    let infinite = try graph.add(Reciprocal(), x)
    let y = try graph.add(Tanh(), infinite)
    let memory = try Buffer(1)
    #expect(throws: Found(value: infinite)) {
      try Interpreter(graph, at: moment) { _ in memory.floats }.run([y]) { value, operand in
        if !operand.floats[0].isFinite { throw Found(value: value) }
      }
    }
  }

  @Test func aViewKeepsTheMemoryOfWhatItShows() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([2, 3]))
    let square = try graph.add(Square(), x)
    let view = try graph.add(Reshape([6]), square)
    // Runs after the last use of `square`, and would take its memory were it given back.
    let other = try graph.add(Expand([6]), graph.constant(7))
    let y = try graph.add(Add(), view, other)
    let memory = try Buffer(6)
    for index in 0..<6 { memory.floats[index] = Float(index) }
    var result: [Float] = []
    try Interpreter(graph, at: moment) { _ in memory.floats }.run([y]) { value, operand in
      if value == y {
        result = Array(UnsafeBufferPointer(start: operand.floats, count: 6))
      }
    }
    #expect(result == [7, 8, 11, 16, 23, 32])
  }
}
