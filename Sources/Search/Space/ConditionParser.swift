import Formula
import Text

/// Reads a condition into a tree:
///
///     any        = all ("or" all)*
///     all        = one ("and" one)*
///     one        = "not" one | comparison
///     comparison = sum (("<" | "<=" | ">" | ">=" | "==" | "!=") sum)?
///     sum        = product (("+" | "-") product)*
///     product    = sign (("*" | "/") sign)*
///     sign       = "-" sign | primary ("^" sign)?
///     primary    = number | text | "true" | "false" | path | function "(" sum ("," sum)* ")"
///                | "(" any ")"
struct ConditionParser {
  /// The longest condition, in bytes.
  private static let longest = 2000
  /// How deep brackets, signs and exponents may be nested.
  private static let deepest = 64

  private let text: SpannedText
  private let paths: [(path: String, kind: Condition.Kind)]
  private let tokens: [ConditionToken]
  private var index = 0
  private var depth = 0
  private var named: [Int] = []

  /// A part of a condition with its kind and its place.
  private typealias Typed = (term: Condition.Term, kind: Condition.Kind, start: Int)

  /// The condition that a text says about axes with these paths.
  static func parse(
    _ text: SpannedText, _ paths: [(path: String, kind: Condition.Kind)]
  ) throws(Diagnostic) -> Condition {
    guard text.text.utf8.count <= longest else {
      throw Condition.bad("the condition has more than \(longest) bytes", at: text.span)
    }
    var parser = ConditionParser(
      text: text, paths: paths, tokens: try ConditionLexer.tokens(of: text))
    let whole = try parser.any()
    guard parser.token.kind == .end else {
      throw parser.unexpected("an operator or the end")
    }
    try parser.need(.truth, whole)
    return Condition(
      text: text.text, span: text.span, term: whole.term, axes: parser.named)
  }

  private init(
    text: SpannedText, paths: [(path: String, kind: Condition.Kind)], tokens: [ConditionToken]
  ) {
    self.text = text
    self.paths = paths
    self.tokens = tokens
  }

  private var token: ConditionToken { tokens[min(index, tokens.count - 1)] }

  private mutating func any() throws(Diagnostic) -> Typed {
    try joined("or", Condition.Term.or) { (parser) throws(Diagnostic) in
      try parser.joined("and", Condition.Term.and) { (parser) throws(Diagnostic) in
        try parser.one()
      }
    }
  }

  private mutating func joined(
    _ word: String, _ join: (Condition.Term, Condition.Term) -> Condition.Term,
    _ part: (inout ConditionParser) throws(Diagnostic) -> Typed
  ) throws(Diagnostic) -> Typed {
    var left = try part(&self)
    while token.kind == .word(word) {
      try need(.truth, left)
      index += 1
      let right = try part(&self)
      try need(.truth, right)
      left = (join(left.term, right.term), .truth, left.start)
    }
    return left
  }

  private mutating func one() throws(Diagnostic) -> Typed {
    guard token.kind == .word("not") else { return try comparison() }
    try enter()
    defer { depth -= 1 }
    let start = token.range.lowerBound
    index += 1
    let operand = try one()
    try need(.truth, operand)
    return (.not(operand.term), .truth, start)
  }

  private mutating func comparison() throws(Diagnostic) -> Typed {
    let left = try sum()
    guard let comparison = comparisonHere else { return left }
    index += 1
    let right = try sum()
    if comparison != .equal, comparison != .unequal {
      try need(.number, left)
      try need(.number, right)
    }
    if comparisonHere != nil {
      throw Condition.bad(
        "comparisons do not follow each other", at: text.span(of: token.range),
        help: "write `a < b and b < c`")
    }
    return (.comparison(comparison, left.term, right.term), .truth, left.start)
  }

  private var comparisonHere: Condition.Comparison? {
    if case .mark(let mark) = token.kind { Condition.Comparison(rawValue: mark) } else { nil }
  }

  private mutating func sum() throws(Diagnostic) -> Typed {
    try chain(["+", "-"]) { (parser) throws(Diagnostic) in
      try parser.chain(["*", "/"]) { (parser) throws(Diagnostic) in try parser.sign() }
    }
  }

  private mutating func chain(
    _ marks: Set<String>, of operand: (inout ConditionParser) throws(Diagnostic) -> Typed
  ) throws(Diagnostic) -> Typed {
    var left = try operand(&self)
    while case .mark(let mark) = token.kind, marks.contains(mark),
      let symbol = Expression.Operator(rawValue: mark)
    {
      try need(.number, left)
      index += 1
      let right = try operand(&self)
      try need(.number, right)
      left = (.arithmetic(symbol, left.term, right.term), .number, left.start)
    }
    return left
  }

  private mutating func sign() throws(Diagnostic) -> Typed {
    try enter()
    defer { depth -= 1 }
    let start = token.range.lowerBound
    if token.kind == .mark("-") {
      index += 1
      let operand = try sign()
      try need(.number, operand)
      return (.negation(operand.term), .number, start)
    }
    let base = try primary()
    guard token.kind == .mark("^") else { return base }
    try need(.number, base)
    index += 1
    let exponent = try sign()
    try need(.number, exponent)
    return (.arithmetic(.power, base.term, exponent.term), .number, start)
  }

  private mutating func primary() throws(Diagnostic) -> Typed {
    let token = token
    let start = token.range.lowerBound
    switch token.kind {
    case .number(let value):
      index += 1
      return (.constant(.number(value)), .number, start)
    case .text(let value):
      index += 1
      return (.constant(.text(value)), .text, start)
    case .word("true"), .word("false"):
      index += 1
      return (.constant(.truth(token.kind == .word("true"))), .truth, start)
    case .word(let word):
      index += 1
      return self.token.kind == .mark("(") ? try call(word, token.range) : try axis(word, token)
    case .mark("("):
      index += 1
      let inner = try any()
      try expect(")")
      return (inner.term, inner.kind, start)
    case .mark, .end: throw unexpected("a number, a path, or `(`")
    }
  }

  private mutating func axis(_ path: String, _ token: ConditionToken) throws(Diagnostic) -> Typed {
    guard let place = paths.firstIndex(where: { $0.path == path }) else {
      throw Diagnostic(
        "unknown-name", "the sweep has no parameter `\(path)`", at: text.span(of: token.range),
        label: "unknown name", note: "a condition names parameters of the sweep by their paths",
        help: Suggest.help(for: path, among: paths.map(\.path))
          ?? (path.contains(".") ? nil : "a text stands in quotes: `'\(path)'`"))
    }
    if !named.contains(place) { named.append(place) }
    return (.axis(place), paths[place].kind, token.range.lowerBound)
  }

  private mutating func call(_ name: String, _ range: Range<Int>) throws(Diagnostic) -> Typed {
    index += 1
    var arguments: [Condition.Term] = []
    repeat {
      if !arguments.isEmpty { index += 1 }
      let argument = try sum()
      try need(.number, argument)
      arguments.append(argument.term)
    } while token.kind == .mark(",")
    try expect(")")
    guard let function = Function.named(name) else {
      throw Diagnostic(
        "unknown-function", "there is no function `\(name)`", at: text.span(of: range),
        help: Suggest.help(for: name, among: Function.all.map(\.name)))
    }
    guard function.value(of: arguments.map { _ in 1 }) != nil else {
      throw Condition.bad(
        "`\(name)` does not take \(arguments.count) "
          + "number\(arguments.count == 1 ? "" : "s")", at: text.span(of: range),
        help: "it is `\(function.signature)`")
    }
    return (.call(function, arguments), .number, range.lowerBound)
  }

  private mutating func expect(_ mark: String) throws(Diagnostic) {
    guard token.kind == .mark(mark) else { throw unexpected("`\(mark)`") }
    index += 1
  }

  private mutating func enter() throws(Diagnostic) {
    depth += 1
    if depth > ConditionParser.deepest {
      throw Condition.bad(
        "the condition is nested more than \(ConditionParser.deepest) deep",
        at: text.span(of: token.range))
    }
  }

  /// Refuses a part of another kind than is needed.
  private func need(_ kind: Condition.Kind, _ part: Typed) throws(Diagnostic) {
    guard part.kind != kind else { return }
    let end = index > 0 ? tokens[min(index, tokens.count) - 1].range.upperBound : part.start
    throw Condition.bad(
      "\(kind.rawValue) is needed here, but this is \(part.kind.rawValue)",
      at: text.span(of: part.start..<max(end, part.start)),
      help: kind == .truth && part.kind == .number ? "compare it: `... > 0`" : nil)
  }

  private func unexpected(_ wanted: String) -> Diagnostic {
    var found = "the condition ends"
    if token.kind != .end {
      let bytes = Array(text.text.utf8)[token.range]
      found = "there is `\(String(decoding: bytes, as: UTF8.self))`"
    }
    return Condition.bad(
      "a condition needs \(wanted) where \(found)", at: text.span(of: token.range))
  }
}
