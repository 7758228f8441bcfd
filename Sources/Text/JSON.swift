/// A JSON value to be written. Members keep their order, so that the same value is always the same
/// bytes.
public indirect enum JSON: Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number.
  case integer(Int)
  /// A number, written with the fewest digits that read back to it; `null` if it is not finite.
  case number(Double)
  /// A text.
  case string(String)
  /// A list.
  case array([JSON])
  /// Members in order.
  case object([(String, JSON)])

  /// The value on one line.
  public var text: String {
    var result = ""
    write(to: &result, indent: nil)
    return result
  }

  /// The value over several lines, two spaces to a level.
  public var indentedText: String {
    var result = ""
    write(to: &result, indent: 0)
    return result
  }

  private func write(to result: inout String, indent: Int?) {
    switch self {
    case .null: result += "null"
    case .bool(let value): result += value ? "true" : "false"
    case .integer(let value): result += String(value)
    case .number(let value): result += value.isFinite ? "\(value)" : "null"
    case .string(let value): result += JSON.quoted(value)
    case .array(let items):
      JSON.write(items, "[", "]", to: &result, indent: indent) { item, result, indent in
        item.write(to: &result, indent: indent)
      }
    case .object(let members):
      JSON.write(members, "{", "}", to: &result, indent: indent) { member, result, indent in
        result += JSON.quoted(member.0) + ": "
        member.1.write(to: &result, indent: indent)
      }
    }
  }

  private static func write<Item>(
    _ items: [Item], _ open: String, _ close: String, to result: inout String, indent: Int?,
    _ write: (Item, inout String, Int?) -> Void
  ) {
    let inner = indent.map { $0 + 1 }
    let lineBreak = { (level: Int?) in
      level.map { "\n" + String(repeating: "  ", count: $0) }
    }
    result += open
    for (index, item) in items.enumerated() {
      if index > 0 { result += inner == nil ? ", " : "," }
      result += lineBreak(inner) ?? ""
      write(item, &result, inner)
    }
    if !items.isEmpty { result += lineBreak(indent) ?? "" }
    result += close
  }

  /// A text between quotes, with quotes, backslashes and controls escaped.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
