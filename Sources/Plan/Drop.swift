import Graph

extension Draft {
  /// Leaves out what no root needs: leaves, setup and steps whose users other passes have removed.
  func drop() -> Draft {
    var result = self
    var wanted = Set(roots.map(\.use.value))
    func keepNeeded(_ steps: [Step]) -> [Step] {
      var kept: [Step] = []
      for step in steps.reversed() where step.outputs.contains(where: { wanted.contains($0.value) })
      {
        wanted.formUnion(step.inputs.map(\.value))
        kept.append(step)
      }
      return kept.reversed()
    }
    result.steps = keepNeeded(steps)
    result.setup = keepNeeded(setup)
    result.leaves = leaves.filter { wanted.contains($0.use.value) }
    return result
  }
}
