import Tensor

extension Graph {
  /// Re-derives every shape and checks the order: the violations, none for a legal graph. Run
  /// between passes in tests.
  public func check() -> [String] {
    var violations: [String] = []
    for (index, node) in nodes.enumerated() {
      let place = "%\(index) \(node.op.name)"
      if node.inputs.contains(where: { $0.index >= index || $0.index < 0 }) {
        violations.append("\(place) uses a value that does not come before it")
        continue
      }
      do {
        let shape = try node.op.shape(node.inputs.map { self.shape($0) })
        if shape != node.shape {
          violations.append("\(place) has shape \(node.shape), its rule says \(shape)")
        }
      } catch {
        violations.append("\(place): \(error.fact)")
      }
    }
    return violations
  }
}

extension Graph {
  /// The nodes that `roots` need, a line each:
  /// `%12 = matmul %3 %11 : [64, 128]    # networks.generator.layers[0]`.
  public func print(_ roots: [Value]? = nil) -> String {
    let wanted = roots.map(reachable) ?? nodes.indices.map { _ in true }
    var lines: [String] = []
    for (index, node) in nodes.enumerated() where wanted[index] {
      let attributes = node.op.attributes.isEmpty ? "" : "(\(node.op.attributes))"
      let inputs = node.inputs.map { " %\($0.index)" }.joined()
      let line = "%\(index) = \(node.op.name)\(attributes)\(inputs) : \(node.shape)"
      let comment = node.origin.description
      lines.append(
        comment.isEmpty
          ? line : line + String(repeating: " ", count: max(1, 56 - line.count)) + "# " + comment)
    }
    return lines.joined(separator: "\n")
  }

  /// For each node whether one of `roots` needs it.
  public func reachable(_ roots: [Value]) -> [Bool] {
    var wanted = [Bool](repeating: false, count: nodes.count)
    for root in roots { wanted[root.index] = true }
    for index in nodes.indices.reversed() where wanted[index] {
      for input in nodes[index].inputs { wanted[input.index] = true }
    }
    return wanted
  }
}
