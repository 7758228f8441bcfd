import Graph
import Ops
import Tensor
import Testing

extension OpsSuite {
  @Suite struct Values {
    @Test(arguments: Case.all)
    func resultsAreThoseOfThePlainDefinitions(example: Case) throws {
      let (graph, _, output, feeds) = try example.build()
      let shape = graph.shape(output)
      let inputs = zip(example.example.inputs, example.data).map { input, data in
        Dense(input.shape.dims, numbers(data, input.shape.element))
      }
      let expected = twin(of: example.example.op, on: inputs, to: shape.dims)
      if example.example.inputs.isEmpty { return }  // Draws have tests of their own.
      let wanted = try #require(expected, "the op has no plain definition in Twins.swift")
      let result = numbers(try evaluate(graph, [output], feeds)[0], shape.element)
      #expect(result.count == shape.count)
      for (value, twin) in zip(result, wanted.values) {
        #expect(abs(value - twin) <= 1e-5 * max(1, abs(twin)))
      }
    }

    /// float32 as it is; int32 from its bits.
    private func numbers(_ data: [Float], _ element: Element) -> [Double] {
      data.map { element == .int32 ? Double(Int32(bitPattern: $0.bitPattern)) : Double($0) }
    }

    @Test func drawsDifferByStreamAndByUpdateAndRepeatForTheSame() throws {
      let graph = Graph()
      let a = try graph.add(Normal(stream: 1, [100]))
      let b = try graph.add(Normal(stream: 2, [100]))
      let c = try graph.add(Uniform(stream: 1, [1000]))
      func draw(_ moment: Moment) throws -> [[Float]] {
        var results: [[Float]] = []
        try Interpreter(graph, at: moment) { _ in preconditionFailure("no leaves") }
          .run([a, b, c]) { _, operand in
            let elements = UnsafeBufferPointer(start: operand.floats, count: operand.shape.count)
            results.append(Array(elements))
          }
        return results
      }
      let first = try draw(Moment(seed: 1, update: 1))
      #expect(first[0] != first[1])
      #expect(try draw(Moment(seed: 1, update: 1)) == first)
      #expect(try draw(Moment(seed: 1, update: 2))[0] != first[0])
      #expect(try draw(Moment(seed: 2, update: 1))[0] != first[0])
      #expect(first[2].allSatisfy { (0..<1).contains($0) })
      #expect(abs(first[2].reduce(0, +) / 1000 - 0.5) < 0.05)
    }
  }
}
