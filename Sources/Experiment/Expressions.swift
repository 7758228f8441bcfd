import Formula
import Text
import YAML

/// What of the long form the file has otherwise.
struct Written: Sendable {
  /// Where the file has expressions of parameters in place of numbers.
  let numbers: [Span]
  /// The named loss, as the file has it; nil where there is none.
  let loss: String?

  /// What the file has in place of a node of the long form; nil where it has the node itself.
  fileprivate func text(of node: Node, _ value: String) -> String? {
    let span = node.span
    if span.source.kind == .builtIn, span.source.lead != nil { return loss }
    let isComputed =
      node.items == nil ? numbers.contains(span) : numbers.contains(where: span.holds)
    guard isComputed else { return nil }
    let text = span.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return text == value ? nil : text
  }
}

extension Experiment {
  /// The values of the named parameters: numbers, and of schedules their formulas.
  public var parameterTexts: [String: String] {
    let texts = parameters.map { parameter in
      (parameter.name, parameter.value.map { Literal.text(of: $0) } ?? "\(parameter.formula)")
    }
    return Dictionary(texts) { first, _ in first }
  }

  /// What the file has in place of numbers that were computed from named parameters, and of formulas
  /// that a named loss stands for, by their paths in the long form:
  /// `networks.encoder.layers.1.dense.units` is `2 * width`, `players.critic.minimize` is
  /// `loss: "wgan"`. Where two experiments have the same text at a path, the parameters, or the
  /// networks and the data that the loss is for, decide what stands there.
  public var expressions: [String: String] {
    var texts: [String: String] = [:]
    for parameter in parameters where parameter.value != nil {
      let formula = parameter.formula
      if !Uses(of: formula, in: NumberScope()).names.isEmpty {
        texts["parameters.\(parameter.name)"] = "\(formula)"
      }
    }
    resolved.forEachLeaf { path, node, value in
      if let text = written.text(of: node, value) { texts[path] = text }
    }
    return texts
  }
}

extension Span {
  /// Whether another span lies in this one.
  fileprivate func holds(_ other: Span) -> Bool {
    source == other.source && lower <= other.lower && other.upper <= upper
  }
}
