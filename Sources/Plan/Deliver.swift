import Graph

extension Draft {
  /// Gives each root memory in which it can be delivered, by a copy where it has none of its own:
  /// a leaf's and a constant's belong to others, and one value cannot be at two places at once.
  func deliver() -> Draft {
    var result = self
    var free = Set(steps.flatMap { $0.outputs.map(\.value) })
    let made = free
    for (index, root) in roots.enumerated() {
      let isDelivered: Bool
      switch root.destination {
      case .any: isDelivered = made.contains(root.use.value)
      case .output: isDelivered = free.remove(root.use.value) != nil
      }
      if isDelivered { continue }
      let copy = Use(result.makeValue(), root.use.shape)
      result.roots[index].use = copy
      result.steps.append(Step(work: .copy, inputs: [root.use], outputs: [copy], covers: []))
    }
    return result
  }
}
