import Graph

extension Draft {
  /// Moves what is the same at every run to the setup: constants, and what is made of them alone.
  func fold() -> Draft {
    var result = self
    var constants = Set(setup.flatMap { $0.outputs.map(\.value) })
    result.steps = []
    for step in steps {
      if step.work.traits.isFoldable && step.inputs.allSatisfy({ constants.contains($0.value) }) {
        constants.formUnion(step.outputs.map(\.value))
        result.setup.append(step)
      } else {
        result.steps.append(step)
      }
    }
    return result
  }
}
