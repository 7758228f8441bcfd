import CKernels

/// A chain of elementwise instructions, without the memory that it will work on.
///
/// Operands are numbered: first the inputs, then the outputs, then the temporaries
/// (`CKernels/elementwise.h`, which says what each code computes).
public struct ElementwiseProgram: Hashable, Sendable {
  /// One instruction on numbered operands.
  public struct Step: Hashable, Sendable {
    /// The operation.
    public let code: UInt16
    /// The constant that the operation uses, where it uses one.
    public let immediate: Float
    /// The operand that is written.
    public let destination: Int
    /// The operands that are read, three at most.
    public let operands: [Int]

    /// The instruction `code` on `operands`.
    public init(_ code: UInt16, immediate: Float = 0, _ operands: [Int], to destination: Int) {
      self.code = code
      self.immediate = immediate
      self.operands = operands
      self.destination = destination
    }
  }

  /// The most inputs that a program may have.
  public static let maximumInputs = ASSAY_ELEMENTWISE_INPUTS
  /// The most outputs that a program may have.
  public static let maximumOutputs = ASSAY_ELEMENTWISE_OUTPUTS
  /// The most temporaries that a program may have.
  public static let maximumTemporaries = ASSAY_ELEMENTWISE_TEMPORARIES
  /// The most operands whose rows a program may add up.
  public static let maximumSums = ASSAY_ELEMENTWISE_SUMS

  /// Whether a program over `space` can add up its rows, those of its last axis, and keep several
  /// threads busy: its pieces are then whole chunks of rows.
  public static func addsRows(of space: Shape) -> Bool {
    guard let columns = space.dims.last, (2...4).contains(space.rank) else { return false }
    return (16...512).contains(columns) && columns.nonzeroBitCount == 1
      && space.count / columns >= 4 * Int(ASSAY_COLUMN_CHUNK)
  }

  /// The number of tensors that are read.
  public let inputs: Int
  /// The number of tensors that are written.
  public let outputs: Int
  /// The number of values that live only within the pass.
  public let temporaries: Int
  /// The instructions, in order.
  public let steps: [Step]
  /// The outputs and temporaries whose rows are added up, as `assay_reduce_sum` would.
  public let summed: [Int]

  /// The program of `steps`.
  public init(
    inputs: Int, outputs: Int, temporaries: Int, steps: [Step], summed: [Int] = []
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.temporaries = temporaries
    self.steps = steps
    self.summed = summed
  }

  /// The program of one instruction on all inputs in their order, with one output.
  public init(_ code: UInt16, immediate: Float, inputs: Int) {
    let step = Step(code, immediate: immediate, Array(0..<inputs), to: inputs)
    self.init(inputs: inputs, outputs: 1, temporaries: 0, steps: [step])
  }
}

/// An elementwise program bound to memory: one pass over it, which allocates nothing.
public final class ElementwiseLoop {
  private let instructions: UnsafeMutablePointer<assay_instruction>
  private let strides: UnsafeMutablePointer<Int64>
  private let inputs: UnsafeMutablePointer<UnsafePointer<Float>?>
  private let outputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
  private let summed: UnsafeMutablePointer<UInt16>
  private let sums: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
  private var program: assay_elementwise
  /// The number of passes, each of up to four dimensions: 1 unless inputs repeat along many axes.
  private let passes: Int

  /// Binds `program`, which must be within the limits of the kernel.
  ///
  /// - Parameters:
  ///   - space: the shape of every output; a row-major space that all inputs broadcast to.
  ///   - inputs: the tensors that are read, with their shapes.
  ///   - outputs: the tensors that are written. One may be an input's memory, if the input has the
  ///     shape of the space and is not read after the output is written.
  ///   - sums: a row for each operand whose rows are added up; only over a space of which
  ///     `ElementwiseProgram.addsRows(of:)` holds.
  public init(
    _ program: ElementwiseProgram, over space: Shape,
    inputs: [(floats: UnsafeMutablePointer<Float>, shape: Shape)],
    outputs: [UnsafeMutablePointer<Float>], sums: [UnsafeMutablePointer<Float>] = []
  ) {
    precondition(inputs.count == program.inputs && outputs.count == program.outputs)
    precondition(sums.count == program.summed.count)
    let loops = Loops(space, inputs.map { $0.shape.strides(broadcastTo: space) })
    let inner = loops.dims.suffix(4)
    let outer = loops.dims.dropLast(4)
    instructions = .allocate(capacity: program.steps.count)
    for (index, step) in program.steps.enumerated() {
      (instructions + index).initialize(to: assay_instruction(step))
    }
    strides = .allocate(capacity: max(4 * inputs.count, 1))
    for (index, own) in loops.strides.enumerated() {
      let padded = [Int](repeating: 0, count: 4 - inner.count) + own.suffix(4)
      for (axis, stride) in padded.enumerated() {
        (strides + 4 * index + axis).initialize(to: Int64(stride))
      }
    }
    summed = .allocate(capacity: max(sums.count, 1))
    self.sums = .allocate(capacity: max(sums.count, 1))
    for (index, sum) in sums.enumerated() {
      (summed + index).initialize(to: UInt16(program.summed[index]))
      (self.sums + index).initialize(to: sum)
    }
    passes = outer.reduce(1, *)
    let volume = inner.reduce(1, *)
    self.inputs = .allocate(capacity: max(passes * inputs.count, 1))
    self.outputs = .allocate(capacity: passes * outputs.count)
    for pass in 0..<passes {
      let offsets = loops.offsets(pass, over: outer)
      for (index, input) in inputs.enumerated() {
        (self.inputs + pass * inputs.count + index).initialize(to: input.floats + offsets[index])
      }
      for (index, output) in outputs.enumerated() {
        (self.outputs + pass * outputs.count + index).initialize(to: output + pass * volume)
      }
    }
    let padded = [Int](repeating: 1, count: 4 - inner.count) + inner
    self.program = assay_elementwise(
      instructions: instructions, count: Int32(program.steps.count),
      inputs: Int32(program.inputs), outputs: Int32(program.outputs),
      temporaries: Int32(program.temporaries),
      dims: (Int64(padded[0]), Int64(padded[1]), Int64(padded[2]), Int64(padded[3])),
      strides: strides, summed: summed, sums: Int32(sums.count),
      columns: Int64(space.dims.last ?? 1))
    precondition(assay_elementwise_valid(&self.program), "an elementwise program is malformed")
  }

  deinit {
    instructions.deallocate()
    strides.deallocate()
    inputs.deallocate()
    outputs.deallocate()
    summed.deallocate()
    sums.deallocate()
  }

  /// Runs the program over the whole space.
  public func run() {
    for pass in 0..<passes {
      assay_elementwise(
        &program, outputs + pass * Int(program.outputs), inputs + pass * Int(program.inputs),
        sums)
    }
  }
}

/// A row-major space as the fewest nested loops that step through all inputs evenly.
private struct Loops {
  /// The extents, outermost first.
  var dims: [Int] = []
  /// For each input its step along each of `dims`.
  var strides: [[Int]]

  /// The loops over `space`, whose axes `given` steps through: axes of extent 1 are dropped, and
  /// an axis joins the one inside it where every input steps evenly across both.
  init(_ space: Shape, _ given: [[Int]]) {
    strides = given.map { _ in [] }
    for axis in space.dims.indices.reversed() where space[axis] != 1 {
      let joins =
        !dims.isEmpty
        && given.indices.allSatisfy { given[$0][axis] == strides[$0][0] * dims[0] }
      if joins {
        dims[0] *= space[axis]
      } else {
        dims.insert(space[axis], at: 0)
        for input in given.indices { strides[input].insert(given[input][axis], at: 0) }
      }
    }
  }

  /// Where each input begins in the pass `index` over the loops `outer`.
  func offsets(_ index: Int, over outer: ArraySlice<Int>) -> [Int] {
    strides.map { own in
      var (rest, offset) = (index, 0)
      for axis in outer.indices.reversed() {
        offset += rest % outer[axis] * own[axis]
        rest /= outer[axis]
      }
      return offset
    }
  }
}

extension assay_instruction {
  /// The step as the kernel reads it; operands that it does not have are 0.
  fileprivate init(_ step: ElementwiseProgram.Step) {
    let operands = step.operands.map(UInt16.init) + [0, 0, 0]
    self.init(
      code: step.code, destination: UInt16(step.destination), a: operands[0], b: operands[1],
      c: operands[2], immediate: step.immediate)
  }
}
