import Text

/// Reads a formula into a tree:
///
///     sum     = product (("+" | "-") product)*
///     product = sign (("*" | "/") sign)*
///     sign    = "-" sign | power
///     power   = postfix ("^" sign)?
///     postfix = primary ("." name | "(" (sum ("," sum)*)? ")")*
///     primary = number | name | "(" sum ")"
///
/// So `^` is right-associative and binds tighter than a minus before it: `-a^2` is `-(a^2)`.
struct Parser {
  /// The longest formula, in bytes.
  static let longest = 4000
  /// How deep parentheses, signs and exponents may be nested in each other.
  static let deepest = 64
  /// How many levels the tree may have; a sum of n terms has n.
  static let highest = 256

  private let source: FormulaText
  private let tokens: [Token]
  private var index = 0
  private var depth = 0

  /// The tree of a text.
  static func parse(_ source: FormulaText) throws(Diagnostic) -> Expression {
    let length = source.text.utf8.count
    guard length <= longest else {
      throw source.diagnostic(
        "formula-too-long", "the formula has \(length) bytes, more than \(longest)",
        help: "give its parts names under `let`")
    }
    var parser = Parser(source: source, tokens: try Lexer.tokens(of: source))
    if parser.tokens.count == 1 {
      throw source.diagnostic("formula-syntax", "the formula is empty")
    }
    let expression = try parser.sum()
    guard parser.token.kind == .end else { throw parser.unexpected("an operator or the end") }
    return expression
  }

  private init(source: FormulaText, tokens: [Token]) {
    self.source = source
    self.tokens = tokens
  }

  /// The current token; the last one is `end` and is never passed.
  private var token: Token { tokens[min(index, tokens.count - 1)] }

  private mutating func sum() throws(Diagnostic) -> Expression {
    try chain("+-") { (parser: inout Parser) throws(Diagnostic) in try parser.product() }
  }

  private mutating func product() throws(Diagnostic) -> Expression {
    try chain("*/") { (parser: inout Parser) throws(Diagnostic) in try parser.sign() }
  }

  /// Operands with left-associative operators between them.
  private mutating func chain(
    _ symbols: String, of operand: (inout Parser) throws(Diagnostic) -> Expression
  ) throws(Diagnostic) -> Expression {
    let start = token.range.lowerBound
    var left = try operand(&self)
    while case .mark(let mark) = token.kind, symbols.contains(mark),
      let symbol = Expression.Operator(rawValue: String(mark))
    {
      let place = token.range
      index += 1
      if mark == "*", token.kind == .mark("*") {
        throw source.diagnostic(
          "formula-syntax", "`**` has no meaning in a formula",
          at: place.lowerBound..<token.range.upperBound, help: "write `^` for powers")
      }
      let right = try operand(&self)
      left = try node(.binary(symbol, left, right), from: start)
    }
    return left
  }

  private mutating func sign() throws(Diagnostic) -> Expression {
    try enter()
    defer { depth -= 1 }
    guard token.kind == .mark("-") else { return try power() }
    let start = token.range.lowerBound
    index += 1
    let operand = try sign()
    return try node(.negation(operand), from: start)
  }

  private mutating func power() throws(Diagnostic) -> Expression {
    let start = token.range.lowerBound
    let base = try postfix()
    guard token.kind == .mark("^") else { return base }
    index += 1
    let exponent = try sign()
    return try node(.binary(.power, base, exponent), from: start)
  }

  private mutating func postfix() throws(Diagnostic) -> Expression {
    let start = token.range.lowerBound
    var base = try primary()
    while true {
      if token.kind == .mark(".") {
        index += 1
        guard token.kind == .name else { throw unexpected("a name after `.`") }
        index += 1
        base = try node(.member(base, source.text(in: previous)), from: start)
      } else if token.kind == .mark("(") {
        let arguments = try arguments()
        base = try node(.call(base, arguments), from: start)
      } else {
        return base
      }
    }
  }

  private mutating func arguments() throws(Diagnostic) -> [Expression] {
    let opening = token.range
    index += 1
    var arguments: [Expression] = []
    if token.kind != .mark(")") {
      arguments.append(try sum())
      while token.kind == .mark(",") {
        index += 1
        arguments.append(try sum())
      }
    }
    try close(opening)
    return arguments
  }

  private mutating func primary() throws(Diagnostic) -> Expression {
    let token = token
    switch token.kind {
    case .number(let value):
      index += 1
      return Expression(.number(value), token.range)
    case .name:
      index += 1
      return Expression(.name(source.text(in: token.range)), token.range)
    case .mark("("):
      index += 1
      let inner = try sum()
      try close(token.range)
      return inner
    case .mark, .end:
      throw unexpected("a number, a name, or `(`")
    }
  }

  private mutating func close(_ opening: Range<Int>) throws(Diagnostic) {
    guard token.kind == .mark(")") else {
      var problem = unexpected("`)`")
      problem.related = [.init(source.span(of: opening), "opened here")]
      throw problem
    }
    index += 1
  }

  /// The bytes of the token before the current one.
  private var previous: Range<Int> { tokens[max(0, index - 1)].range }

  /// A node that ends with the token before the current one.
  private func node(_ kind: Expression.Kind, from start: Int) throws(Diagnostic) -> Expression {
    let node = Expression(kind, start..<max(start, previous.upperBound))
    if node.height > Parser.highest { throw tooDeep(node.range) }
    return node
  }

  private mutating func enter() throws(Diagnostic) {
    depth += 1
    if depth > Parser.deepest { throw tooDeep(token.range) }
  }

  private func tooDeep(_ range: Range<Int>) -> Diagnostic {
    source.diagnostic(
      "formula-too-deep",
      "the formula is nested more than \(Parser.deepest) deep or has more than \(Parser.highest)"
        + " terms in a row", at: range, help: "give its parts names under `let`")
  }

  private func unexpected(_ wanted: String) -> Diagnostic {
    let found =
      token.kind == .end ? "the formula ends" : "there is `\(source.text(in: token.range))`"
    return source.diagnostic(
      "formula-syntax", "a formula needs \(wanted) where \(found)", at: token.range,
      label: "expected \(wanted)",
      help: token.kind == .end && source.isCutByComma
        ? "inside `{}` and `[]` a comma ends a value: write the formula in quotes" : nil)
  }
}
