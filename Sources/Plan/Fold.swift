import CKernels
import Graph
import Tensor

extension Draft {
  /// Moves what is the same at every run to the setup, and leaves out what changes no bit:
  ///
  /// - what is made of constants alone is computed once; elementwise work on numbers becomes the
  ///   number that the same instruction gives;
  /// - x·1, 1·x, x/1, x¹, x + (-0), (-0) + x, x - 0 and -(-x) are x (but not x + 0, which turns -0
  ///   into 0, nor x·0, which is NaN for infinite x);
  /// - elementwise work reads a constant or a repeated tensor from where it stands once.
  func fold() -> Draft {
    var folding = Folding(draft: self)
    folding.draft.steps = []
    for step in steps { folding.add(step) }
    for index in roots.indices {
      folding.draft.roots[index].use = folding.source(of: roots[index].use)
    }
    return folding.draft
  }
}

/// A draft whose steps are being folded, and what is known of the values so far.
private struct Folding {
  var draft: Draft
  /// Values that are the same at every run.
  private var constants: Set<Value> = []
  /// Constants that are the same at every element.
  private var numbers: [Value: Float] = [:]
  /// Values that are another tensor, repeated along some axes or along none.
  private var repeats: [Value: (shape: Shape, source: Use)] = [:]
  /// What the steps x → -x read.
  private var negated: [Value: Use] = [:]
  /// The scalar constants that elementwise work reads, by their bits.
  private var scalars: [UInt32: Value] = [:]

  init(draft: Draft) { self.draft = draft }

  /// Takes over a step, folded.
  mutating func add(_ step: Step) {
    var step = step
    guard let output = step.outputs.first, case .op(let op) = step.work else { return }
    if let constant = op as? Constant { numbers[output.value] = constant.value }
    if let instruction = op.traits.instruction {
      step.inputs = step.inputs.map { operand($0) }
      if let number = number(instruction, step.inputs) {
        numbers[output.value] = number
        step = Step(
          work: .op(Constant(number, output.shape)), inputs: [], outputs: [output], covers: [])
      } else if let same = unchanged(by: instruction, step.inputs) {
        repeats[output.value] = (output.shape, same)
        if same.shape.dims == output.shape.dims { return }
      } else if instruction.kind == ASSAY_NEGATE {
        negated[output.value] = step.inputs[0]
      }
    } else {
      step.inputs = step.inputs.map { source(of: $0) }
    }
    if op.traits.isFoldable && step.inputs.allSatisfy({ constants.contains($0.value) }) {
      constants.insert(output.value)
      draft.setup.append(step)
    } else {
      draft.steps.append(step)
    }
  }

  /// What any step can read in the place of `use`: the tensor itself where it is left unchanged.
  func source(of use: Use) -> Use {
    guard let known = repeats[use.value], known.source.shape.dims == known.shape.dims else {
      return use
    }
    return Use(known.source.value, use.shape)
  }

  /// What an elementwise step, whose inputs broadcast, can read in the place of `use`.
  private mutating func operand(_ use: Use) -> Use {
    if let number = numbers[use.value] { return scalar(number) }
    if let known = repeats[use.value], known.shape.dims == use.shape.dims { return known.source }
    return source(of: use)
  }

  /// The one scalar constant of this number.
  private mutating func scalar(_ number: Float) -> Use {
    let value = scalars[number.bitPattern] ?? draft.makeValue()
    let use = Use(value, .scalar)
    if scalars.updateValue(value, forKey: number.bitPattern) == nil {
      draft.setup.append(
        Step(work: .op(Constant(number)), inputs: [], outputs: [use], covers: []))
      constants.insert(value)
      numbers[value] = number
    }
    return use
  }

  /// What an instruction gives on numbers; nil where an input is not one number.
  private func number(_ instruction: Instruction, _ inputs: [Use]) -> Float? {
    var operands = inputs.compactMap { numbers[$0.value] }
    guard operands.count == inputs.count, !operands.isEmpty else { return nil }
    var result: Float = 0
    let count = operands.count
    operands.withUnsafeMutableBufferPointer { operands in
      guard let first = operands.baseAddress else { return }
      let program = ElementwiseProgram(
        instruction.code, immediate: instruction.immediate, inputs: count)
      withUnsafeMutablePointer(to: &result) { result in
        let inputs = (0..<count).map { (first + $0, Shape.scalar) }
        ElementwiseLoop(program, over: .scalar, inputs: inputs, outputs: [result]).run()
      }
    }
    return result
  }

  /// The input whose elements the instruction gives back bit by bit, if it does so.
  private func unchanged(by instruction: Instruction, _ inputs: [Use]) -> Use? {
    func isNumber(_ input: Int, _ number: Float) -> Bool {
      numbers[inputs[input].value]?.bitPattern == number.bitPattern
    }
    switch instruction.kind {
    case ASSAY_COPY: return inputs[0]
    case ASSAY_POWER_INTEGER: return instruction.immediate == 1 ? inputs[0] : nil
    case ASSAY_NEGATE:
      return negated[inputs[0].value].flatMap { $0.shape == inputs[0].shape ? $0 : nil }
    case ASSAY_DIVIDE: return isNumber(1, 1) ? inputs[0] : nil
    case ASSAY_SUBTRACT: return isNumber(1, 0) ? inputs[0] : nil
    case ASSAY_MULTIPLY: return isNumber(1, 1) ? inputs[0] : isNumber(0, 1) ? inputs[1] : nil
    case ASSAY_ADD: return isNumber(1, -0.0) ? inputs[0] : isNumber(0, -0.0) ? inputs[1] : nil
    default: return nil
    }
  }
}

extension Instruction {
  /// The operation, by its name in `CKernels/elementwise.h`.
  fileprivate var kind: assay_elementwise_code { assay_elementwise_code(UInt32(code)) }
}
