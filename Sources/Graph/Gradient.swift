import Tensor

extension Graph {
  /// The gradients of `y` with respect to each of `targets`, as nodes of this graph (reverse-mode
  /// differentiation); nil for a target that `y` does not depend on.
  ///
  /// Only nodes between a target and `y` are visited: no gradient flows into data, or into the
  /// weights of networks that are not asked for.
  ///
  /// - Parameters:
  ///   - seed: the gradient that flows into `y`, of y's shape: ones for a sum.
  ///   - add: how two gradients are added. Uses are added in descending order of the using node,
  ///     then of the input's place: one fixed order, whatever asked for the gradient.
  public func gradients(
    of y: Value, seed: Value, to targets: [Value],
    adding add: (Value, Value) throws(ShapeError) -> Value
  ) throws(ShapeError) -> [Value?] {
    guard let first = targets.min(), first <= y else { return targets.map { _ in nil } }
    let reaches = dependents(of: Set(targets), from: first, through: y)
    var flowing: [Value: Value] = reaches[y.index - first.index] ? [y: seed] : [:]
    for index in stride(from: y.index, through: first.index, by: -1) {
      let value = Value(index: index)
      guard reaches[index - first.index], let dy = flowing[value] else { continue }
      let node = nodes[index]
      let leads = node.inputs.contains { $0 >= first && reaches[$0.index - first.index] }
      guard leads else { continue }
      let gradients = try withOrigin(node.origin.reversed) { () throws(ShapeError) in
        try node.op.gradient(dy, inputs: node.inputs, output: value, in: self)
      }
      for (input, gradient) in zip(node.inputs, gradients) {
        guard let gradient, input >= first, reaches[input.index - first.index] else { continue }
        if let other = flowing[input] {
          flowing[input] = try add(other, gradient)
        } else {
          flowing[input] = gradient
        }
      }
    }
    return targets.map { flowing[$0] }
  }

  /// For each node from `first` to `last`: whether it is one of `targets` or is computed from one.
  private func dependents(of targets: Set<Value>, from first: Value, through last: Value)
    -> [Bool]
  {
    var reaches = [Bool](repeating: false, count: last.index - first.index + 1)
    for index in first.index...last.index {
      reaches[index - first.index] =
        targets.contains(Value(index: index))
        || nodes[index].inputs.contains { $0 >= first && reaches[$0.index - first.index] }
    }
    return reaches
  }

  /// Whether `value` is computed from `source`.
  public func depends(_ value: Value, on source: Value) -> Bool {
    guard source <= value else { return false }
    return dependents(of: [source], from: source, through: value)[value.index - source.index]
  }
}
