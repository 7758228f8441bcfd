import Text

/// What a part says about one of its keys: the line of `assay describe`, the entry of the JSON
/// Schema, and what error messages quote.
public struct FieldDescription: Sendable {
  /// The key.
  public let key: String
  /// What it sets, in one line.
  public let summary: String
  /// What may be written.
  public let type: FieldType
  /// What a missing key means; nil if it must be written or if nothing takes its place.
  public let fallback: Node?
  /// Whether it must be written.
  public let isRequired: Bool
  /// Whether a short form sets it, as in `dense: 64`.
  public let isMain: Bool
}

/// What may be written as a value.
public indirect enum FieldType: Sendable {
  /// A whole number, or an expression over parameters.
  case int(Bounds<Double>)
  /// A number, or an expression over parameters.
  case number(Bounds<Double>)
  /// `true` or `false`.
  case bool
  /// Any text.
  case text
  /// A formula.
  case formula
  /// One of some names.
  case choice([String])
  /// A list with this many items.
  case list(FieldType, count: ClosedRange<Int>)
  /// One value, or a list of them.
  case oneOrMore(FieldType)
  /// A part of this kind, as in "layer".
  case part(String)
  /// The settings of a part of this kind whose name stands before them.
  case settings(String)
  /// A mapping with these keys.
  case section([FieldDescription])
  /// A mapping whose names the user chooses.
  case named(FieldType)
  /// One of two forms.
  case either(FieldType, FieldType)
  /// Something else, in words.
  case other(String)

  /// The type in words, as in "whole number of at least 1".
  public var words: String {
    switch self {
    case .int(let bounds): ranged("whole number", bounds)
    case .number(let bounds): ranged("number", bounds)
    case .bool: "true or false"
    case .text: "text"
    case .formula: "formula"
    case .choice(let names): names.joined(separator: " | ")
    case .list(.section, _): "list of mappings"
    case .list(let item, let count): "list of " + counted(item, count)
    case .oneOrMore(let item): "\(item.words), or a list of them"
    case .part(let noun): noun
    case .settings(let noun): "the settings of the \(noun) that is the name"
    case .section: "mapping"
    case .named(let item): "mapping of names, each to: \(item.words)"
    case .either(let first, .list(let item, let count)) where item.words == first.words:
      count.lowerBound == count.upperBound
        ? "\(first.words), or a list of \(count.lowerBound) such"
        : "\(first.words), or a list of such"
    case .either(let first, let second): "\(first.words), or \(second.words)"
    case .other(let words): words
    }
  }

  private func ranged(_ noun: String, _ bounds: Bounds<Double>) -> String {
    if let lower = bounds.lower, let upper = bounds.upper, !lower.isOpen, !upper.isOpen {
      return "\(noun) from \(Literal.text(of: lower.value)) to \(Literal.text(of: upper.value))"
    }
    return bounds.words(Literal.text).map { "\(noun), \($0)" } ?? noun
  }

  private func counted(_ item: FieldType, _ count: ClosedRange<Int>) -> String {
    if count.lowerBound == count.upperBound { return "\(count.lowerBound): \(item.words)" }
    return count.upperBound == .max ? item.words : "up to \(count.upperBound): \(item.words)"
  }
}
