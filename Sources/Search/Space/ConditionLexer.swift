import Text

/// One word or mark of a condition.
struct ConditionToken {
  /// The kinds of tokens.
  enum Kind: Equatable {
    /// `2`, `0.5`, `1e-4`
    case number(Double)
    /// `'adam'`, without its quotes.
    case text(String)
    /// `data.batch`, `min`, `and`
    case word(String)
    /// An operator, a comparison, a bracket or a comma.
    case mark(String)
    /// The end of the condition.
    case end
  }

  /// What it is.
  let kind: Kind
  /// Where it stands in the text, in bytes.
  let range: Range<Int>
}

/// Cuts the text of a condition into tokens.
struct ConditionLexer {
  private let text: SpannedText
  private let bytes: [UInt8]
  private var place = 0

  /// All tokens of a text, the last one `end`.
  static func tokens(of text: SpannedText) throws(Diagnostic) -> [ConditionToken] {
    var lexer = ConditionLexer(text)
    var tokens: [ConditionToken] = []
    repeat { tokens.append(try lexer.next()) } while tokens.last?.kind != .end
    return tokens
  }

  private init(_ text: SpannedText) {
    self.text = text
    bytes = Array(text.text.utf8)
  }

  private mutating func next() throws(Diagnostic) -> ConditionToken {
    while place < bytes.count, bytes[place] == 0x20 || (0x09...0x0D).contains(bytes[place]) {
      place += 1
    }
    let start = place
    guard start < bytes.count else { return token(.end, from: start) }
    if isDigit(start) || bytes[start] == UInt8(ascii: ".") && isDigit(start + 1) {
      return try number()
    }
    if isLetter(start) { return word() }
    if bytes[start] == UInt8(ascii: "'") || bytes[start] == UInt8(ascii: "\"") {
      return try quoted()
    }
    for mark in ["<=", ">=", "==", "!="] where bytes[start...].starts(with: mark.utf8) {
      place += 2
      return token(.mark(mark), from: start)
    }
    let mark = String(UnicodeScalar(bytes[start]))
    guard "<>+-*/^(),".contains(mark) else { throw strange(start, mark) }
    place += 1
    return token(.mark(mark), from: start)
  }

  private mutating func number() throws(Diagnostic) -> ConditionToken {
    let start = place
    while place < bytes.count,
      isLetter(place) || isDigit(place) || bytes[place] == UInt8(ascii: ".")
        || isSign(place) && [UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[place - 1])
    {
      place += 1
    }
    let written = String(decoding: bytes[start..<place], as: UTF8.self)
    guard let value = Double(written), value.isFinite, !written.contains("x") else {
      throw Condition.bad("`\(written)` is not a number", at: text.span(of: start..<place))
    }
    return token(.number(value), from: start)
  }

  /// A name, or a path: names and numbers with dots between them.
  private mutating func word() -> ConditionToken {
    let start = place
    while place < bytes.count,
      isLetter(place) || isDigit(place)
        || bytes[place] == UInt8(ascii: ".") && (isLetter(place + 1) || isDigit(place + 1))
    {
      place += 1
    }
    return token(.word(String(decoding: bytes[start..<place], as: UTF8.self)), from: start)
  }

  private mutating func quoted() throws(Diagnostic) -> ConditionToken {
    let start = place
    guard let end = bytes[(start + 1)...].firstIndex(of: bytes[start]) else {
      throw Condition.bad(
        "a quote is opened, but not closed", at: text.span(of: start..<bytes.count))
    }
    place = end + 1
    return token(.text(String(decoding: bytes[(start + 1)..<end], as: UTF8.self)), from: start)
  }

  private func strange(_ start: Int, _ mark: String) -> Diagnostic {
    var end = start + 1
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    let shown = String(decoding: bytes[start..<end], as: UTF8.self)
    let help: String? =
      switch mark {
      case "=": "write `==`"
      case "!": "write `not`"
      case "&": "write `and`"
      case "|": "write `or`"
      default: nil
      }
    return Condition.bad(
      "`\(shown)` has no meaning in a condition", at: text.span(of: start..<end), help: help)
  }

  private func token(_ kind: ConditionToken.Kind, from start: Int) -> ConditionToken {
    ConditionToken(kind: kind, range: start..<place)
  }

  private func isDigit(_ index: Int) -> Bool {
    index < bytes.count && (0x30...0x39).contains(bytes[index])
  }

  private func isLetter(_ index: Int) -> Bool {
    guard index < bytes.count else { return false }
    return (0x41...0x5A).contains(bytes[index] & 0xDF) || bytes[index] == UInt8(ascii: "_")
  }

  private func isSign(_ index: Int) -> Bool {
    bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+")
  }
}

extension Condition {
  /// That a condition cannot be read.
  static func bad(_ fact: String, at span: Span, help: String? = nil) -> Diagnostic {
    Diagnostic("bad-condition", fact, at: span, help: help)
  }
}
