import Graph
import Tensor

/// A stage for every step, such that steps of one stage that run over one space can be one pass.
///
/// Along an edge from a step to its user the stage never falls. It stays only where both are
/// elementwise over one space, and rises by at least one everywhere else. So a path that leaves the
/// elementwise steps of a stage never comes back to it: no choice of groups within a stage can make
/// two groups wait for each other.
struct Stages {
  /// The stage of each step.
  private(set) var stages: [Int] = []
  /// The space of each elementwise step, nil for others.
  let spaces: [[Int]?]
  /// The step that makes each value.
  let makers: [Value: Int]
  /// The steps that read each step's results.
  let users: [[Int]]
  /// Whether a root reads each step's results.
  let isRoot: [Bool]
  private let steps: [Step]

  /// Stages for the steps of a draft: first as early as possible, then as late as helps.
  init(_ draft: Draft) {
    steps = draft.steps
    spaces = steps.map(Self.space)
    var makers: [Value: Int] = [:]
    var users = [[Int]](repeating: [], count: steps.count)
    for (index, step) in steps.enumerated() {
      for maker in Set(step.inputs.compactMap { makers[$0.value] }) { users[maker].append(index) }
      for use in step.outputs { makers[use.value] = index }
    }
    (self.makers, self.users) = (makers, users)
    let roots = Set(draft.roots.map(\.use.value))
    isRoot = steps.map { $0.outputs.contains { roots.contains($0.value) } }
    for (index, step) in steps.enumerated() {
      stages.append(
        step.inputs.compactMap { makers[$0.value] }
          .map { stages[$0] + (areOfOneSpace($0, index) ? 0 : 1) }.max() ?? 0)
    }
    for step in steps.indices.reversed() { delay(step) }
  }

  /// The shape that an elementwise step runs over.
  private static func space(_ step: Step) -> [Int]? {
    let isFloat = (step.inputs + step.outputs).allSatisfy { $0.shape.element == .float32 }
    return step.work.traits.instruction != nil && isFloat ? step.outputs.first?.shape.dims : nil
  }

  /// Whether both steps are elementwise over one space.
  func areOfOneSpace(_ one: Int, _ other: Int) -> Bool {
    spaces[one] != nil && spaces[one] == spaces[other]
  }

  /// Whether the steps would be one pass.
  func areTogether(_ one: Int, _ other: Int) -> Bool {
    stages[one] == stages[other] && areOfOneSpace(one, other)
  }

  /// Moves an elementwise step to the stage of its first users, with the steps that only it needs,
  /// where they are of its space: its result is then never written, which pays as long as nothing
  /// larger must be kept for it. A ReLU's mask goes to the gradient in this way.
  private mutating func delay(_ step: Int) {
    guard spaces[step] != nil, !isRoot[step] else { return }
    let stage = users[step].map { stages[$0] - (areOfOneSpace(step, $0) ? 0 : 1) }.min() ?? 0
    guard stage > stages[step],
      users[step].contains(where: { stages[$0] == stage && areOfOneSpace(step, $0) }),
      let cone = cone(of: step), floatsKept(for: cone, until: stage) <= steps[step].floats
    else { return }
    for member in cone { stages[member] = stage }
  }

  /// The step and those of its pass that only it needs; nil where another value of the pass would
  /// have to be written for it.
  private func cone(of step: Int) -> Set<Int>? {
    var cone: Set<Int> = [step]
    var open = inputs(of: step)
    while let next = open.max() {
      open.remove(next)
      if !areTogether(next, step) || isWritten(next) { continue }
      guard users[next].allSatisfy(cone.contains) else { return nil }
      cone.insert(next)
      open.formUnion(inputs(of: next))
    }
    return cone
  }

  /// The steps that make what a step reads.
  private func inputs(of step: Int) -> Set<Int> {
    Set(steps[step].inputs.compactMap { makers[$0.value] })
  }

  /// Whether a step's result must be in memory: a root reads it, or a step outside its pass.
  private func isWritten(_ step: Int) -> Bool {
    isRoot[step] || !users[step].allSatisfy { areTogether(step, $0) }
  }

  /// The floats that `cone` reads, and that would not be needed until `stage` without it.
  private func floatsKept(for cone: Set<Int>, until stage: Int) -> Int {
    let read = cone.reduce(into: Set<Int>()) { $0.formUnion(inputs(of: $1)) }.subtracting(cone)
    return read.reduce(0) { floats, input in
      let livesOn =
        isRoot[input]
        || users[input].contains { !cone.contains($0) && stages[$0] >= stage }
      return floats + (livesOn ? 0 : steps[input].floats)
    }
  }
}

extension Step {
  /// The elements that it writes.
  fileprivate var floats: Int { outputs.reduce(0) { $0 + $1.shape.count } }
}
