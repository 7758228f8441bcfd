import Graph
import Tensor

/// A program bound to memory.
public final class Executor {
  /// What is run.
  public let program: Program
  private let binding: Binding
  private let kernels: [Kernel]
  private let names: [String: Int]

  /// Binds a program to memory and computes its constants.
  ///
  /// - Parameters:
  ///   - arena: at least `program.arena` floats; programs may share it that never run at once.
  ///   - outputs: at least `program.outputFloats` floats, for roots with a destination.
  ///   - leaves: the memory of each leaf, asked for once; it must outlive the executor.
  public init(
    _ program: Program, arena: Buffer, outputs: Buffer? = nil,
    leaves: (Leaf) -> UnsafeMutablePointer<Float>
  ) throws(Buffer.OutOfMemory) {
    precondition(arena.count >= program.arena, "the arena is too small for the program")
    let outputs = if let outputs { outputs } else { try Buffer(program.outputFloats) }
    precondition(outputs.count >= program.outputFloats, "the output buffer is too small")
    let binding = Binding(
      arena: arena, outputs: outputs, constants: try Buffer(program.constants),
      leaves: program.leaves.map(leaves))
    self.program = program
    self.binding = binding
    for call in program.setup { binding.kernel(call)(Moment(seed: 0, update: 0)) }
    kernels = program.calls.map(binding.kernel)
    names = Dictionary(
      program.outputs.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Runs the program once. Allocates nothing.
  public func run(_ moment: Moment) {
    for kernel in kernels { kernel(moment) }
  }

  /// The same, telling after each kernel its number among the program's calls.
  public func run(_ moment: Moment, after: (Int) -> Void) {
    for (number, kernel) in kernels.enumerated() {
      kernel(moment)
      after(number)
    }
  }

  /// The root called `name`, as the last run left it: valid until another program runs on the same
  /// arena, for roots without a destination. Nil where no root has the name.
  public func output(_ name: String) -> Operand? {
    names[name].map { binding.operand(program.outputs[$0].tensor) }
  }
}

/// The memory behind each kind of place.
private struct Binding {
  let arena: Buffer
  let outputs: Buffer
  let constants: Buffer
  let leaves: [UnsafeMutablePointer<Float>]

  func operand(_ tensor: Program.Tensor) -> Operand {
    switch tensor.place {
    case .arena(let offset): Operand(arena.floats + offset, tensor.shape)
    case .output(let offset): Operand(outputs.floats + offset, tensor.shape)
    case .constant(let offset): Operand(constants.floats + offset, tensor.shape)
    case .leaf(let index): Operand(leaves[index], tensor.shape)
    }
  }

  func kernel(_ call: Program.Call) -> Kernel {
    call.work.kernel(call.inputs.map(operand), call.outputs.map(operand))
  }
}
