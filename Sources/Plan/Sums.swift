import Graph
import Tensor

extension Draft {
  /// Adds up the rows of what a fused pass makes in that pass, block by block while it is in the
  /// nearest cache: the gradients of biases, the moments of batch norm and their gradients. What is
  /// needed for its sum alone is never written.
  func sum() -> Draft {
    let sums = sumsByMaker()
    let isSum = Set(sums.values.joined())
    let others = steps.indices.filter { !isSum.contains($0) }
    let read = Set(others.flatMap { steps[$0].inputs.map(\.value) } + roots.map(\.use.value))
    var result = self
    result.steps = others.map { index in
      guard let sums = sums[index] else { return steps[index] }
      return steps[index].adding(sums.map { steps[$0] }, read: read)
    }
    return result
  }

  /// For each fused step the sums that it can make, by their numbers.
  private func sumsByMaker() -> [Int: [Int]] {
    var makers: [Use: Int] = [:]
    var sums: [Int: [Int]] = [:]
    for (index, step) in steps.enumerated() {
      if case .fused(let fused) = step.work, ElementwiseProgram.addsRows(of: fused.space) {
        for use in step.outputs { makers[use] = index }
      }
      guard let axes = step.work.traits.summedAxes, let input = step.inputs.first,
        axes == 0..<input.shape.rank - 1, let maker = makers[input],
        sums[maker, default: []].count < ElementwiseProgram.maximumSums
      else { continue }
      sums[maker, default: []].append(index)
    }
    return sums
  }
}

extension Step {
  /// The fused step that makes the results of `sums` too, which add up rows of its outputs. Outputs
  /// that are not in `read` become temporaries, where there is room for them.
  fileprivate func adding(_ sums: [Step], read: Set<Value>) -> Step {
    guard case .fused(let fused) = work else { return self }
    var kept = outputs.indices.filter { read.contains(outputs[$0].value) }
    let room = ElementwiseProgram.maximumTemporaries - fused.program.temporaries
    if outputs.count - kept.count > room { kept = Array(outputs.indices) }
    let summed = sums.compactMap { sum in outputs.firstIndex { $0 == sum.inputs[0] } }
    return Step(
      work: .fused(
        Fused(
          program: fused.program.adding(rowsOf: summed, keeping: kept), space: fused.space,
          names: fused.names + sums.map { "\($0.work.name)(\($0.work.attributes))" })),
      inputs: inputs, outputs: kept.map { outputs[$0] } + sums.flatMap(\.outputs),
      covers: covers + sums.flatMap(\.covers))
  }
}

extension ElementwiseProgram {
  /// The program that adds up the rows of some outputs, and keeps only some outputs as such.
  fileprivate func adding(rowsOf summed: [Int], keeping kept: [Int]) -> ElementwiseProgram {
    let firstTemporary = inputs + kept.count
    var numbers = Array(0..<inputs)
    var temporaries = temporaries
    for output in 0..<outputs {
      if let place = kept.firstIndex(of: output) {
        numbers.append(inputs + place)
      } else {
        numbers.append(firstTemporary + temporaries)
        temporaries += 1
      }
    }
    numbers += (0..<self.temporaries).map { firstTemporary + $0 }
    return ElementwiseProgram(
      inputs: inputs, outputs: kept.count, temporaries: temporaries,
      steps: steps.map {
        Step(
          $0.code, immediate: $0.immediate, $0.operands.map { numbers[$0] },
          to: numbers[$0.destination])
      },
      summed: summed.map { numbers[inputs + $0] })
  }
}
