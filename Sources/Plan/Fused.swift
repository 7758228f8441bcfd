import Graph
import Tensor

/// Elementwise nodes of one space as one pass over memory: each element's result comes of the same
/// instructions as if the nodes ran one by one, so that fusing changes no bit.
public struct Fused: Hashable, Sendable {
  /// The nodes' instructions, on the step's inputs, its outputs and temporaries.
  public let program: ElementwiseProgram
  /// The shape of every output but the sums, which follow the others; all inputs broadcast to it.
  public let space: Shape
  /// The nodes' ops and attributes, in the order of the instructions.
  public let names: [String]

  /// The pass, bound to memory.
  func kernel(_ inputs: [Operand], _ outputs: [Operand]) -> Kernel {
    let loop = ElementwiseLoop(
      program, over: space, inputs: inputs.map { ($0.floats, $0.shape) },
      outputs: outputs.prefix(program.outputs).map(\.floats),
      sums: outputs.dropFirst(program.outputs).map(\.floats))
    return { _ in loop.run() }
  }

  /// The inputs, of the shapes given, whose memory output number `output` may take: they lie as the
  /// output does, and no instruction reads them after the one that writes the output.
  func replaceable(by output: Int, _ inputs: [Shape]) -> [Int] {
    let operand = program.inputs + output
    guard output < program.outputs,
      let written = program.steps.firstIndex(where: { $0.destination == operand })
    else { return [] }
    let readLater = Set(program.steps[(written + 1)...].flatMap(\.operands))
    return inputs.indices.filter {
      inputs[$0].dims == space.dims && !readLater.contains($0)
    }
  }
}

/// Steps of one space, each of one instruction, on the way to one fused step.
struct Fusion {
  /// The steps, in an order in which they can run.
  let members: [Step]
  /// The values that steps outside, or roots, read.
  let wanted: Set<Value>

  /// The one step of all members; nil where it would go beyond what a pass can hold.
  func step() -> Step? {
    guard let output = members.first?.outputs.first else { return nil }
    let outputs = members.flatMap(\.outputs).filter { wanted.contains($0.value) }
    let made = Set(members.flatMap { $0.outputs.map(\.value) })
    var inputs: [Use] = []
    for use in members.flatMap(\.inputs) where !made.contains(use.value) && !inputs.contains(use) {
      inputs.append(use)
    }
    guard inputs.count <= ElementwiseProgram.maximumInputs,
      (1...ElementwiseProgram.maximumOutputs).contains(outputs.count),
      let program = program(inputs, outputs)
    else { return nil }
    let names = members.map(\.work).map {
      $0.attributes.isEmpty ? $0.name : "\($0.name)(\($0.attributes))"
    }
    let fused = Fused(program: program, space: output.shape, names: names)
    return Step(
      work: .fused(fused), inputs: inputs, outputs: outputs, covers: members.flatMap(\.covers))
  }

  /// The members' instructions; a temporary is taken again once its value has been read for the
  /// last time.
  private func program(_ inputs: [Use], _ outputs: [Use]) -> ElementwiseProgram? {
    let lasts = lastReads()
    var numbers: [Value: Int] = [:]
    for (index, use) in outputs.enumerated() { numbers[use.value] = inputs.count + index }
    let firstTemporary = inputs.count + outputs.count
    var (free, count) = ([Int](), 0)
    var steps: [ElementwiseProgram.Step] = []
    for (index, member) in members.enumerated() {
      guard let instruction = member.work.traits.instruction, let output = member.outputs.first
      else { return nil }
      let operands = member.inputs.compactMap { use in
        numbers[use.value] ?? inputs.firstIndex(of: use)
      }
      for use in Set(member.inputs) where lasts[use.value] == index {
        if let number = numbers[use.value], number >= firstTemporary { free.append(number) }
      }
      free.sort(by: >)
      let destination = numbers[output.value] ?? free.popLast() ?? firstTemporary + count
      if destination == firstTemporary + count { count += 1 }
      numbers[output.value] = destination
      steps.append(
        .init(instruction.code, immediate: instruction.immediate, operands, to: destination))
    }
    guard count <= ElementwiseProgram.maximumTemporaries else { return nil }
    return ElementwiseProgram(
      inputs: inputs.count, outputs: outputs.count, temporaries: count, steps: steps)
  }

  /// The last member that reads each value.
  private func lastReads() -> [Value: Int] {
    var lasts: [Value: Int] = [:]
    for (index, member) in members.enumerated() {
      for use in member.inputs { lasts[use.value] = index }
    }
    return lasts
  }
}
