import Graph

extension Draft {
  /// One memory for what is one thing: views take their input's memory, and steps that do the same
  /// to the same memory become one.
  ///
  /// The graph has shared equal nodes already, but it cannot see that `exp(stop(v))` is `exp(v)`.
  func share() -> Draft {
    var result = self
    var owners: [Value: Value] = [:]
    var known: [Signature: Value] = [:]
    result.steps = []
    for var step in steps {
      step.inputs = step.inputs.map { Use(owners[$0.value] ?? $0.value, $0.shape) }
      guard case .op(let op) = step.work, let output = step.outputs.first else { continue }
      if op.traits.isView, let input = step.inputs.first {
        owners[output.value] = input.value
        continue
      }
      let signature = Signature(op: AnyHashable(op), inputs: step.inputs)
      if let same = known[signature] {
        owners[output.value] = same
      } else {
        known[signature] = output.value
        result.steps.append(step)
      }
    }
    for index in result.roots.indices {
      let value = result.roots[index].use.value
      result.roots[index].use.value = owners[value] ?? value
    }
    return result
  }

  /// What two steps have in common when they are one.
  private struct Signature: Hashable {
    let op: AnyHashable
    let inputs: [Use]
  }
}
