import Text

@testable import YAML

/// What reading a text gives: the value, the problems as short lines, and the long form.
struct Outcome<Value> {
  let value: Value
  let problems: [Diagnostic]
  let resolved: String

  /// `line:column code: fact` of each problem.
  var lines: [String] {
    problems.map { problem in
      let place = problem.span.map { "\($0.line):\($0.column) " } ?? ""
      return "\(place)\(problem.code): \(problem.fact)"
    }
  }

  /// The codes of the problems.
  var codes: [String] { problems.map(\.code) }
}

/// Parses a text, and hands back the tree and the problems.
func parse(_ text: String) -> Outcome<Node?> { parse(Array(text.utf8)) }

/// Parses bytes, and hands back the tree and the problems.
func parse(_ bytes: [UInt8]) -> Outcome<Node?> {
  let problems = Problems()
  let node = Parser.document(SourceText(name: "test.yaml", bytes: bytes), problems)
  return Outcome(value: node, problems: problems.diagnostics, resolved: "")
}

/// Reads the mapping in a text, in which expressions know `width` (8), `half`, `huge` and `bad`.
func read<Value>(_ text: String, _ ask: (inout Fields) -> Value) -> Outcome<Value> {
  let problems = Problems()
  let reading = Reading(problems) { text in
    let known = ["width": 8, "2 * width": 16, "half": 0.5, "huge": 1e300, "bad": .nan]
    if let value = known[text.text] { return .success(value) }
    return .failure(Diagnostic("unknown-text", "cannot evaluate `\(text.text)`", at: text.span))
  }
  let source = SourceText(name: "test.yaml", text: text)
  let node = Parser.value(source, problems)
  let (value, fields) = reading.mapping(
    node, of: "`conv`", at: Span(source, 0..<0), ask)
  return Outcome(value: value, problems: problems.diagnostics, resolved: fields.resolved.flow)
}

extension Node {
  /// The node on one line, for comparison.
  var flow: String {
    switch content {
    case .scalar(let scalar): scalar.style == .plain ? scalar.text : "'\(scalar.text)'"
    case .sequence(let items): "[" + items.map(\.flow).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.key): \($0.value.flow)" }.joined(separator: ", ") + "}"
    }
  }
}

// MARK: - Parts

protocol Layer: Part {}

struct Dense: Layer {
  static let kind = "dense"
  static let summary = "every output is a weighted sum of all inputs"
  static let mainKey: String? = "units"
  let units: Int
  let bias: Bool

  init(_ fields: inout Fields) {
    units = fields.int("units", "number of outputs", in: 1...)
    bias = fields.bool("bias", "adds a learned number to each output", default: true)
  }
}

struct ReLU: Layer {
  static let kind = "relu"
  static let summary = "max(x, 0)"
  init(_ fields: inout Fields) {}
}

struct Residual: Layer {
  static let kind = "residual"
  static let summary = "adds its input to its output"
  static let mainKey: String? = "layers"
  let layers: [Placed<any Layer>]

  init(_ fields: inout Fields) {
    layers = fields.parts("layers", "what is added to", of: layerList)
  }
}

let layerList = PartList<any Layer>("layer", [Dense.self, ReLU.self, Residual.self])
