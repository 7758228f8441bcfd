/// The canonical text: one space around `+ - * /`, none around `^`, no parentheses that are not
/// needed, the shortest digits that give the same number. Reading it again gives the same tree.
extension Expression: CustomStringConvertible {
  /// The canonical text.
  public var description: String {
    switch kind {
    case .number(let value): return value.shortest
    case .name(let name): return name
    case .member(let base, let member):
      // `1.e` would be read as a number.
      if case .number = base.kind { return "(\(base)).\(member)" }
      return "\(base.printed(above: .postfix)).\(member)"
    case .negation(let operand): return "-\(operand.printed(above: .sign))"
    case .binary(.power, let base, let exponent):
      return "\(base.printed(above: .postfix))^\(exponent.printed(above: .sign))"
    case .binary(let symbol, let left, let right):
      let level = level
      // Left-associative: an operand of the same level needs parentheses on the right only.
      let tighter = Level(rawValue: level.rawValue + 1) ?? .postfix
      let (left, right) = (left.printed(above: level), right.printed(above: tighter))
      return "\(left) \(symbol.rawValue) \(right)"
    case .call(let callee, let arguments):
      let list = arguments.map(\.description).joined(separator: ", ")
      return "\(callee.printed(above: .postfix))(\(list))"
    }
  }

  /// How tightly the parts of a text hold together, loosest first.
  private enum Level: Int {
    case sum, product, sign, power, postfix
  }

  private var level: Level {
    switch kind {
    case .binary(.add, _, _), .binary(.subtract, _, _): .sum
    case .binary(.multiply, _, _), .binary(.divide, _, _): .product
    case .binary(.power, _, _): .power
    case .negation: .sign
    case .number, .name, .member, .call: .postfix
    }
  }

  /// The text, in parentheses where it is looser than `required`.
  private func printed(above required: Level) -> String {
    level.rawValue < required.rawValue ? "(\(description))" : description
  }
}

extension Double {
  /// The shortest decimal that reads back as the same number: `5`, `0.0001`, `1e-05` as `1e-5`.
  public var shortest: String {
    var text = description
    if text.hasSuffix(".0") { text.removeLast(2) }
    guard let mark = text.firstIndex(of: "e") else { return text }
    var mantissa = text[..<mark]
    if mantissa.hasSuffix(".0") { mantissa.removeLast(2) }
    var exponent = text[text.index(after: mark)...]
    let sign = exponent.hasPrefix("-") ? "-" : ""
    exponent = exponent.drop { $0 == "-" || $0 == "+" || $0 == "0" }
    return "\(mantissa)e\(sign)\(exponent)"
  }
}
