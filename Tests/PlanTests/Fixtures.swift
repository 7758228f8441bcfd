import CKernels
import Graph
import Tensor

@testable import Plan

/// An op that only tests know, as the passes must not: each element of the output is the sum of
/// the inputs' elements at the same place (from the front again where one is shorter), times
/// `factor`, plus one.
struct Blend: Op {
  let count: Int
  var factor: Float = 0.5

  func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape { Shape([count]) }

  func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { inputs.map { _ in nil } }

  func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    { _ in
      for index in 0..<output.shape.count {
        let sum = inputs.reduce(Float(0)) { $0 + $1.floats[index % $1.shape.count] }
        output.floats[index] = sum * factor + 1
      }
    }
  }
}

/// An elementwise op that only tests know.
struct Pointwise: Op {
  let instruction: Instruction
  let arity: Int

  init(_ code: assay_elementwise_code, _ immediate: Float = 0, arity: Int) {
    instruction = Instruction(code: UInt16(code.rawValue), immediate: immediate)
    self.arity = arity
  }

  static let add = Pointwise(ASSAY_ADD, arity: 2)
  static let multiply = Pointwise(ASSAY_MULTIPLY, arity: 2)
  static let negate = Pointwise(ASSAY_NEGATE, arity: 1)
  static let tanh = Pointwise(ASSAY_TANH, arity: 1)
  static let relu = Pointwise(ASSAY_RELU, arity: 1)
  static let greater = Pointwise(ASSAY_GREATER, arity: 2)

  var attributes: String { "\(instruction.code)" }
  var traits: Traits { .elementwise(instruction.code, instruction.immediate) }

  func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expect(arity, inputs)
    var result = inputs[0]
    for input in inputs.dropFirst() {
      guard let both = result.broadcast(with: input) else { throw ShapeError(name, "no", inputs) }
      result = both
    }
    return result
  }

  func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { inputs.map { _ in nil } }

  func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let program = ElementwiseProgram(
      instruction.code, immediate: instruction.immediate, inputs: inputs.count)
    let loop = ElementwiseLoop(
      program, over: output.shape, inputs: inputs.map { ($0.floats, $0.shape) },
      outputs: [output.floats])
    return { _ in loop.run() }
  }
}

/// The sum of all rows, which only tests know by this name.
struct Total: Op {
  var traits: Traits {
    var traits = Traits()
    traits.summedAxes = 0..<1
    return traits
  }

  func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape { Shape([1, inputs[0][1]]) }

  func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [nil] }

  func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (x, y, dims) = (inputs[0].floats, output.floats, inputs[0].shape.dims.map(Int64.init))
    return { _ in assay_reduce_sum(y, x, 1, dims[0], dims[1]) }
  }
}

/// A view under another shape.
struct View: Op {
  let dims: [Int]
  var traits: Traits { .view }

  func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape { Shape(dims) }

  func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [nil] }

  func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel { { _ in } }
}

/// Pseudo-random choices, the same everywhere (SplitMix64).
struct Choices {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

  /// An integer from 0 ..< bound.
  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    word ^= word >> 31
    return Int(word % UInt64(bound))
  }

  /// One of `values`.
  mutating func pick<Element>(_ values: [Element]) -> Element { values[below(values.count)] }

  /// A number in -2 ..< 2.
  mutating func number() -> Float { Float(below(1 << 22)) * 0x1p-20 - 2 }
}

/// Memory for the leaves of programs, filled with numbers that follow from the leaf's path.
final class Leaves {
  private var buffers: [String: Buffer] = [:]

  func memory(_ leaf: Leaf) -> UnsafeMutablePointer<Float> {
    if let known = buffers[leaf.path] { return known.floats }
    guard let shape = try? leaf.shape([]), let buffer = try? Buffer(shape.count) else {
      preconditionFailure("a test leaf takes no memory")
    }
    var choices = Choices(leaf.path.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    for index in 0..<shape.count { buffer.floats[index] = choices.number() }
    buffers[leaf.path] = buffer
    return buffer.floats
  }
}

/// The bits of the roots of a program after `runs` runs in memory that was full of NaN before.
func results(_ program: Program, runs: Int = 2) throws -> [String: [UInt32]] {
  let arena = try Buffer(program.arena)
  let outputs = try Buffer(program.outputFloats)
  for buffer in [arena, outputs] { buffer.elements.update(repeating: .nan) }
  let leaves = Leaves()
  let executor = try Executor(program, arena: arena, outputs: outputs, leaves: leaves.memory)
  for run in 0..<runs { executor.run(Moment(seed: 1, update: UInt32(run))) }
  var results: [String: [UInt32]] = [:]
  for (name, _) in program.outputs {
    if let operand = executor.output(name) { results[name] = bits(operand) }
  }
  return results
}

/// The bits of the roots when every node runs on its own.
func reference(_ graph: Graph, _ roots: [Root]) throws -> [String: [UInt32]] {
  let leaves = Leaves()
  var results: [String: [UInt32]] = [:]
  let interpreter = Interpreter(graph, at: Moment(seed: 1, update: 1), leaf: leaves.memory)
  try interpreter.run(roots.map(\.value)) { value, operand in
    for root in roots where root.value == value { results[root.name] = bits(operand) }
  }
  return results
}

/// The bits of a tensor, one pattern standing for all NaNs.
func bits(_ operand: Operand) -> [UInt32] {
  (0..<operand.shape.count).map {
    let number = operand.floats[$0]
    return number.isNaN ? .max : number.bitPattern
  }
}
