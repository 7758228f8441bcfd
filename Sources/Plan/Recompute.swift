import CKernels
import Graph
import Tensor

extension Draft {
  /// Computes again, in the pass that needs it late, what would else be kept in memory for it: a
  /// normalised value or an activation that follows by a few cheap instructions from tensors that
  /// are there anyway. This saves the memory and its traffic, and costs next to no time, since the
  /// instructions work in the nearest cache.
  func recompute() -> Draft {
    var recomputing = Recomputing(self)
    for step in steps.indices { recomputing.shorten(step) }
    return recomputing.result
  }
}

/// A draft to whose steps copies of earlier ones are being added.
private struct Recomputing {
  private let stages: Stages
  /// The steps, with what they read now.
  private var steps: [Step]
  /// The latest stage in which each step's result is read now.
  private var ends: [Int]
  /// The copies of each step; they follow it, so that all that they read is there.
  private var copies: [Int: [Step]] = [:]
  /// The copied value of each step in each stage.
  private var known: [Place: Value] = [:]
  private var draft: Draft

  /// The most instructions that one value may cost.
  private static let longest = 8

  private struct Place: Hashable {
    let step: Int
    let stage: Int
  }

  init(_ draft: Draft) {
    stages = Stages(draft)
    let stages = stages.stages
    ends = zip(self.stages.users, stages).map { users, own in users.map { stages[$0] }.max() ?? own
    }
    steps = draft.steps
    self.draft = draft
  }

  /// The draft with all copies.
  var result: Draft {
    var result = draft
    result.steps = steps.indices.flatMap { [steps[$0]] + (copies[$0] ?? []) }
    return result
  }

  /// Lets the result of a step die after the last reader that cannot compute it for itself.
  mutating func shorten(_ step: Int) {
    guard stages.spaces[step] != nil, !stages.isRoot[step] else { return }
    let others = stages.users[step].filter { !stages.areOfOneSpace(step, $0) }
    let end = others.map { stages.stages[$0] }.max() ?? stages.stages[step]
    let late = stages.users[step].filter { stages.stages[$0] > max(end, stages.stages[step]) }
    let plans = late.map { cone(of: step, at: stages.stages[$0]) }
    guard !late.isEmpty, plans.allSatisfy({ $0 != nil }) else { return }
    for (reader, cone) in zip(late, plans) { copy(cone ?? [], of: step, for: reader) }
    ends[step] = end
  }

  /// The steps to be copied for a value in a stage, ascending; nil where it would take too many, or
  /// tensors that nothing else keeps until then.
  private func cone(of step: Int, at stage: Int) -> [Int]? {
    var cone: Set<Int> = []
    var open = [step]
    while let next = open.popLast() {
      if cone.contains(next) || known[Place(step: next, stage: stage)] != nil { continue }
      guard stages.areOfOneSpace(next, step), cone.count < Self.longest,
        steps[next].work.traits.instruction?.isCheap == true
      else { return nil }
      cone.insert(next)
      for input in Set(steps[next].inputs.compactMap { stages.makers[$0.value] })
      where !isThere(input, at: stage, besides: step) { open.append(input) }
    }
    return cone.sorted()
  }

  /// Whether a step's result is in memory until a stage, or costs little if it is.
  private func isThere(_ step: Int, at stage: Int, besides shortened: Int) -> Bool {
    if step == shortened { return false }
    if stages.isRoot[step] || 16 * floats(step) <= floats(shortened) { return true }
    return ends[step] >= stage
  }

  private func floats(_ step: Int) -> Int { steps[step].outputs.reduce(0) { $0 + $1.shape.count } }

  /// Makes copies of the steps of `cone` for the stage of `reader`, which then reads that of `step`.
  private mutating func copy(_ cone: [Int], of step: Int, for reader: Int) {
    let stage = stages.stages[reader]
    for original in cone where known[Place(step: original, stage: stage)] == nil {
      var copy = steps[original]
      copy.inputs = copy.inputs.map { renamed($0, in: stage) }
      copy.outputs = copy.outputs.map { Use(draft.makeValue(), $0.shape) }
      known[Place(step: original, stage: stage)] = copy.outputs[0].value
      copies[original, default: []].append(copy)
      for maker in copy.inputs.compactMap({ stages.makers[$0.value] }) {
        ends[maker] = max(ends[maker], stage)
      }
    }
    let value = steps[step].outputs[0].value
    steps[reader].inputs = steps[reader].inputs.map {
      $0.value == value ? renamed($0, in: stage) : $0
    }
  }

  /// The copy of a value in a stage; itself where it has none.
  private func renamed(_ use: Use, in stage: Int) -> Use {
    guard let maker = stages.makers[use.value], let copy = known[Place(step: maker, stage: stage)]
    else { return use }
    return Use(copy, use.shape)
  }
}

extension Instruction {
  /// Whether it takes a few cycles a vector.
  fileprivate var isCheap: Bool {
    switch assay_elementwise_code(UInt32(code)) {
    case ASSAY_ADD, ASSAY_SUBTRACT, ASSAY_MULTIPLY, ASSAY_MAXIMUM, ASSAY_MINIMUM, ASSAY_FMA,
      ASSAY_SELECT, ASSAY_GREATER, ASSAY_GREATER_EQUAL, ASSAY_LESS, ASSAY_EQUAL, ASSAY_COPY,
      ASSAY_NEGATE, ASSAY_ABSOLUTE, ASSAY_SQUARE, ASSAY_RELU, ASSAY_LEAKY_RELU,
      ASSAY_ADD_IMMEDIATE, ASSAY_MULTIPLY_IMMEDIATE:
      true
    default: false
    }
  }
}
