import CKernels
import Graph
import Tensor

/// An op whose result at each element is one instruction of the elementwise interpreter on its
/// inputs there; the inputs broadcast (`Shape.broadcast`).
public protocol Elementwise: ListedOp {
  /// The number of inputs.
  static var arity: Int { get }
  /// The instruction, on the inputs in their order.
  var instruction: Instruction { get }
}

extension Elementwise {
  /// One instruction an element.
  public var traits: Traits {
    var traits = Traits()
    traits.instruction = instruction
    return traits
  }

  /// What the inputs broadcast to.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expectNumbers(Self.arity, inputs)
    var result = inputs[0]
    for input in inputs.dropFirst() {
      guard let both = result.broadcast(with: input) else {
        throw failure("cannot combine \(result) and \(input)", inputs)
      }
      result = both
    }
    return try checked(result.dims, inputs)
  }

  /// One pass of the interpreter.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let program = ElementwiseProgram(
      instruction.code, immediate: instruction.immediate, inputs: inputs.count)
    let loop = ElementwiseLoop(
      program, over: output.shape, inputs: inputs.map { ($0.floats, $0.shape) },
      outputs: [output.floats])
    return { _ in loop.run() }
  }

  /// The examples of an op with one input.
  static func unary(_ op: Self, _ values: Example.Values) -> [Example] {
    [[2, 9], []].map { Example(op, .init(values, $0)) }
  }

  /// The examples of an op with two inputs: same shapes, a scalar on each side, a column and a row,
  /// a number per channel, a number per row.
  static func binary(_ op: Self, _ a: Example.Values, _ b: Example.Values) -> [Example] {
    let shapes: [([Int], [Int])] = [
      ([2, 9], [2, 9]), ([], [3, 2]), ([3, 2], []), ([3, 1], [1, 4]),
      ([2, 2, 3, 2], [1, 1, 1, 2]),
      ([2, 1], [2, 3]),
    ]
    return shapes.map { Example(op, .init(a, $0.0), .init(b, $0.1)) }
  }
}

extension Instruction {
  /// The instruction `code` of `CKernels/elementwise.h`.
  init(_ code: assay_elementwise_code, _ immediate: Float = 0) {
    self.init(code: UInt16(truncatingIfNeeded: code.rawValue), immediate: immediate)
  }
}
