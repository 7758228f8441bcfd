/// A JSON value, written with sorted keys: the same value is always the same bytes.
public enum JSON: Hashable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number without fraction and exponent.
  case integer(Int64)
  /// Any other number. NaN and infinities have no JSON: they are written as `null`.
  case number(Double)
  /// A text.
  case string(String)
  /// A list.
  case array([JSON])
  /// Values by name.
  case object([String: JSON])
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByArrayLiteral
{
  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Values by name; of a name given twice the last counts.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(Dictionary(elements) { $1 })
  }
  /// A list.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
}

extension JSON {
  /// The value under `key` of an object.
  public subscript(key: String) -> JSON? {
    if case .object(let values) = self { values[key] } else { nil }
  }

  /// The text that this is.
  public var string: String? { if case .string(let text) = self { text } else { nil } }

  /// The whole number that this is.
  public var integer: Int? { if case .integer(let value) = self { Int(value) } else { nil } }

  /// The number that this is.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The values by name that this is.
  public var object: [String: JSON]? { if case .object(let values) = self { values } else { nil } }

  /// The list that this is.
  public var array: [JSON]? { if case .array(let values) = self { values } else { nil } }

  /// JSON text on one line.
  public var text: String {
    var text = ""
    write(to: &text, indent: nil)
    return text
  }

  /// JSON text for people too: two spaces a level, a line break at the end. Lists of plain values
  /// stay on one line.
  public var indentedText: String {
    var text = ""
    write(to: &text, indent: 0)
    return text + "\n"
  }

  private func write(to text: inout String, indent: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .number(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): JSON.write(value, to: &text)
    case .array(let values):
      let nested = values.contains { $0.array != nil || $0.object != nil }
      JSON.write(values, in: ("[", "]"), to: &text, indent: nested ? indent : nil) {
        $0.write(to: &$1, indent: $2)
      }
    case .object(let values):
      let sorted = values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      JSON.write(sorted, in: ("{", "}"), to: &text, indent: indent) { item, text, indent in
        JSON.write(item.key, to: &text)
        text += indent == nil ? ":" : ": "
        item.value.write(to: &text, indent: indent)
      }
    }
  }

  private static func write<Item>(
    _ items: [Item], in brackets: (String, String), to text: inout String, indent: Int?,
    item write: (Item, inout String, Int?) -> Void
  ) {
    let inner = indent.map { $0 + 2 }
    let separator = inner.map { "\n" + String(repeating: " ", count: $0) }
    text += brackets.0
    for (index, item) in items.enumerated() {
      if index > 0 { text += "," }
      text += separator ?? ""
      write(item, &text, inner)
    }
    if let indent, !items.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
    text += brackets.1
  }

  private static func write(_ value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case _ where DisplayWidth.speaks(scalar):
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
