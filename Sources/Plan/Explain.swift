import Graph

extension Program {
  /// The program as text: what it needs, each kernel with its places, shapes, operations and line
  /// of the experiment, where the roots lie, and which line of the experiment costs what.
  public var explanation: String {
    var lines = [summary]
    if !setup.isEmpty { lines += ["", "once"] + setup.map { "  " + text($0) } }
    lines += ["", "at each run"]
    let width = String(max(calls.count - 1, 0)).count
    for (index, call) in calls.enumerated() {
      let number = String(index)
      lines.append(
        String(repeating: " ", count: 2 + width - number.count) + number + "  " + text(call))
    }
    lines += ["", "roots"] + outputs.map { "  \($0.name) = \(text($0.tensor))" }
    lines += ["", "operations by origin"] + costs
    return lines.joined(separator: "\n") + "\n"
  }

  /// The counts of everything, in one line.
  public var summary: String {
    "\(calls.count) kernels, \(operations) operations, \(4 * arena) bytes of arena"
      + " (\(4 * unplanned) unplanned), \(4 * constants) bytes of constants"
  }

  /// `matmul input x [2, 4], parameter w [4, 3] -> arena 0 [2, 3]  # layers[0], 48 operations`.
  private func text(_ call: Call) -> String {
    let attributes = call.work.attributes.isEmpty ? "" : "(\(call.work.attributes))"
    let inputs = call.inputs.map(text).joined(separator: ", ")
    let outputs = call.outputs.map(text).joined(separator: ", ")
    var origins: [String] = []
    for node in call.covers where !node.origin.path.isEmpty {
      if origins.last != node.origin.description { origins.append(node.origin.description) }
    }
    let operations = call.covers.reduce(0) { $0 + $1.operations }
    if operations > 0 { origins.append("\(operations) operations") }
    return "\(call.work.name)\(attributes) \(inputs)\(inputs.isEmpty ? "" : " ")-> \(outputs)"
      + (origins.isEmpty ? "" : "  # " + origins.joined(separator: ", "))
  }

  private func text(_ tensor: Tensor) -> String {
    switch tensor.place {
    case .arena(let offset): "arena \(offset) \(tensor.shape)"
    case .output(let offset): "output \(offset) \(tensor.shape)"
    case .constant(let offset): "constant \(offset) \(tensor.shape)"
    case .leaf(let index): "\(leaves[index].role.rawValue) \(leaves[index].path) \(tensor.shape)"
    }
  }

  /// A line for each path of the experiment: its operations forward and in the gradient.
  private var costs: [String] {
    var paths: [String] = []
    var forward: [String: Int] = [:]
    var gradient: [String: Int] = [:]
    for node in calls.flatMap(\.covers) {
      let path = node.origin.path.isEmpty ? "(no origin)" : node.origin.path
      if forward[path] == nil && gradient[path] == nil { paths.append(path) }
      if node.origin.isGradient {
        gradient[path, default: 0] += node.operations
      } else {
        forward[path, default: 0] += node.operations
      }
    }
    return paths.map { path in
      "  \(path): \(forward[path] ?? 0) forward, \(gradient[path] ?? 0) in gradients"
    }
  }
}
