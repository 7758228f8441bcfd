import Formula
import Graph
import Ops
import Tensor
import Testing
import Text

/// A formula that stands at `path` of a one-line file.
func formula(_ text: String, path: String = "loss") throws(Diagnostic) -> Formula {
  let source = SourceText(name: "a.yaml", text: text)
  return try Formula(SpannedText(text, in: source.whole), path: path)
}

/// What is wrong with a formula, as people see it; empty if nothing is.
func problem(_ body: () throws(Diagnostic) -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    return Renderer().render([error], outcome: nil)
  }
}

/// The names of an experiment: `let` formulas, parameters, and what every experiment has.
struct TestScope: FormulaScope {
  var lets: [String: Formula] = [:]
  var parameters: [String: Double] = ["pi": .pi]

  /// A scope of `let` formulas by name, whose paths are `let.<name>`.
  init(_ lets: KeyValuePairs<String, String> = [:], parameters: [String: Double] = [:]) throws {
    for (name, text) in lets {
      self.lets[name] = try formula(text, path: "let.\(name)")
    }
    self.parameters.merge(parameters) { $1 }
  }

  func meaning(of name: String) -> Meaning? {
    if let formula = lets[name] { return .definition(formula, in: self) }
    if let number = parameters[name] { return .number(number) }
    return ["x": .batch, "label": .batch, "step": .schedule][name]
  }

  var names: [String] { (["x", "label", "step"] + lets.keys + parameters.keys).sorted() }
}

/// Three networks: `critic` is w . v for each example, `generator` is v times its scale, and
/// `encoder` gives v as `mean` and 0 v as `log_var`. All on vectors of any length.
final class TestNetworks: Networks {
  let names = ["critic", "generator", "encoder"]
  private(set) var calls: [NetworkCall] = []

  func knows(_ name: String) -> Bool { names.contains(name) }

  func call(_ call: NetworkCall, in graph: Graph) throws(Diagnostic) -> Typed {
    calls.append(call)
    do throws(ShapeError) {
      return try build(call, graph)
    } catch {
      throw Diagnostic("shape-mismatch", "\(error.op) \(error.fact)", at: call.argumentSpan)
    }
  }

  private func build(_ call: NetworkCall, _ graph: Graph) throws(ShapeError) -> Typed {
    let v = call.argument.value
    let shape = call.argument.shape ?? .number
    let role: Leaf.Role = call.isAveraged ? .average : .parameter
    switch call.network {
    case "critic":
      let w = try graph.leaf(role, "w", Shape([1, shape.count]))
      let score = try graph.sum(graph.add(Multiply(), v, w), 1..<2)
      return .examples(score, .number)
    case "generator":
      let scale = try graph.leaf(role, "scale", .scalar)
      return .examples(try graph.add(Multiply(), v, scale), shape)
    default:
      return .outputs([
        .init("mean", Quantity(v, shape)),
        .init("log_var", Quantity(try graph.scale(v, by: 0), shape)),
      ])
    }
  }
}

/// One update of an experiment with two examples of three numbers each, labels 2 and 0 of three
/// classes, and values for all leaves.
final class Update {
  let graph = Graph()
  let networks = TestNetworks()
  let elaborator: Elaborator
  /// The values of the leaves by their paths.
  var leaves: [String: [Float]] = [
    "x": [1, -2, 3, 0.5, 0, -1], "image": (0..<16).map { Float($0) - 5 },
    "w": [0.5, -1, 2], "scale": [3], "step": [7],
  ]

  init(streams: String = "", isImage: Bool = false) throws {
    let shape = ExampleShape(isImage ? [2, 2, 2] : [3])
    let x = try graph.leaf(.input, isImage ? "image" : "x", shape.physical(batch: 2))
    let label = try graph.leaf(.input, "label", Shape([2], .int32))
    elaborator = Elaborator(
      graph, batch: 2, inputs: ["x": .examples(x, shape), "label": .label(label, classes: 3)],
      networks: networks, streams: streams)
  }

  /// The node of a formula that is a scalar or a value for each example.
  func value(_ text: String, _ scope: TestScope? = nil) throws -> Value {
    let scope = try scope ?? TestScope()
    let typed = try elaborator.elaborate(formula(text, path: "value \(text)"), in: scope)
    switch typed {
    case .quantity(let quantity): return quantity.value
    case .number(let number): return try graph.constant(Float(number))
    case .label, .outputs: throw NotAQuantity()
    }
  }

  struct NotAQuantity: Error {}

  /// The numbers of a formula, in the order of memory.
  func numbers(_ text: String, _ scope: TestScope? = nil) throws -> [Float] {
    try numbers(value(text, scope))
  }

  /// The numbers of a node.
  func numbers(_ value: Value) throws -> [Float] {
    var buffers: [String: Buffer] = [:]
    for case let leaf as Leaf in graph.nodes.map(\.op) {
      let count = try leaf.shape([]).count
      let buffer = try Buffer(count)
      for (index, number) in (leaves[leaf.path] ?? []).prefix(count).enumerated() {
        buffer.floats[index] = number
      }
      if leaf.path == "label" { buffer.integers[0] = 2 }
      buffers[leaf.path] = buffer
    }
    let spare = try Buffer(1)
    var result: [Float] = []
    let interpreter = Interpreter(graph, at: Moment(seed: 1, update: 0)) {
      (buffers[$0.path] ?? spare).floats
    }
    try interpreter.run([value]) { node, operand in
      guard node == value else { return }
      result = (0..<operand.shape.count).map { operand.floats[$0] }
    }
    withExtendedLifetime(buffers) {}
    #expect(graph.check().isEmpty)
    return result
  }
}
