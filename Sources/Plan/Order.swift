import Graph

extension Draft {
  /// Moves each step to just before its first user, where all that it reads lives on until then
  /// anyway: its result then takes memory for a shorter time, and nothing takes it for longer, so
  /// that the peak can only fall. Steps that feed roots alone stay.
  func order() -> Draft {
    var queue = Queue(self)
    for step in steps.indices.reversed() { queue.delay(step) }
    var result = self
    result.steps = queue.order.map { steps[$0] }
    return result
  }

  /// The steps' order while it changes, and who reads what.
  private struct Queue {
    /// The steps, by their number in the draft.
    var order: [Int]
    private let steps: [Step]
    private var positions: [Int]
    private var readers: [Value: [Int]] = [:]
    private var made: Set<Value> = []
    private let pinned: Set<Value>

    init(_ draft: Draft) {
      steps = draft.steps
      order = Array(steps.indices)
      positions = order
      pinned = Set(draft.roots.map(\.use.value))
      for (number, step) in steps.enumerated() {
        for use in step.inputs { readers[use.value, default: []].append(number) }
        for use in step.outputs { made.insert(use.value) }
      }
    }

    /// Moves one step behind those that need not wait for it.
    mutating func delay(_ step: Int) {
      let users = steps[step].outputs.flatMap { readers[$0.value] ?? [] }
      let position = positions[step]
      guard let first = users.map({ positions[$0] }).min(), first > position + 1 else { return }
      let livesOn = steps[step].inputs.allSatisfy { use in
        !made.contains(use.value) || pinned.contains(use.value)
          || (readers[use.value] ?? []).contains { $0 != step && positions[$0] >= first }
      }
      guard livesOn else { return }
      order.remove(at: position)
      order.insert(step, at: first - 1)
      for place in position..<first { positions[order[place]] = place }
    }
  }
}
