import Text

/// One word or mark of a formula.
struct Token: Equatable {
  /// The kinds of tokens.
  enum Kind: Equatable {
    /// `2`, `0.5`, `.5`, `1e-4`
    case number(Double)
    /// A letter or `_`, then letters, digits and `_`.
    case name
    /// One of `+ - * / ^ ( ) , .`
    case mark(Character)
    /// The end of the text.
    case end
  }

  /// What it is.
  let kind: Kind
  /// Where it stands in the text, in bytes.
  let range: Range<Int>
}

/// Cuts the text of a formula into tokens.
struct Lexer {
  private let source: FormulaText
  private let bytes: [UInt8]
  private var place = 0

  /// All tokens of a text, the last one `end`.
  static func tokens(of source: FormulaText) throws(Diagnostic) -> [Token] {
    var lexer = Lexer(source)
    var tokens: [Token] = []
    repeat { tokens.append(try lexer.next()) } while tokens.last?.kind != .end
    return tokens
  }

  private init(_ source: FormulaText) {
    self.source = source
    bytes = Array(source.text.utf8)
  }

  private mutating func next() throws(Diagnostic) -> Token {
    skip { $0 == 0x20 || (0x09...0x0D).contains($0) }
    let start = place
    guard start < bytes.count else { return Token(kind: .end, range: start..<start) }
    if isDigit(bytes[start]) || (bytes[start] == UInt8(ascii: ".") && isDigit(at: start + 1)) {
      return try number()
    }
    if isLetter(bytes[start]) {
      skip(isWordByte)
      return Token(kind: .name, range: start..<place)
    }
    let mark = Character(UnicodeScalar(bytes[start]))
    guard "+-*/^(),.".contains(mark) else { throw strange(at: start) }
    place += 1
    return Token(kind: .mark(mark), range: start..<place)
  }

  /// `[0-9]* ( \. [0-9]* )? ( [eE] [-+]? [0-9]+ )?`, and no letter right behind it.
  private mutating func number() throws(Diagnostic) -> Token {
    let start = place
    skip(isDigit)
    if at(".") {
      place += 1
      skip(isDigit)
    }
    let digits = bytes[start..<place]
    if at("e") || at("E") {
      let signed = isDigit(at: place + 1) ? 1 : 2
      let sign = place + 1 < bytes.count ? bytes[place + 1] : 0
      let isExponent = signed == 1 || sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
      if isExponent, isDigit(at: place + signed) {
        place += signed
        skip(isDigit)
      }
    }
    let range = start..<place
    if place < bytes.count, isWordByte(bytes[place]) {
      skip(isWordByte)
      throw source.diagnostic(
        "formula-number", "`\(source.text(in: start..<place))` is not a number", at: start..<place,
        help: "a product needs its `*`, as in `2 * x`")
    }
    let text = source.text(in: range)
    let isZero = !digits.contains { (UInt8(ascii: "1")...UInt8(ascii: "9")).contains($0) }
    guard let value = Double(text), value.isFinite, value != 0 || isZero else {
      throw source.diagnostic(
        "formula-number", "the number `\(text)` is beyond what a double can hold", at: range)
    }
    return Token(kind: .number(value), range: range)
  }

  private func strange(at start: Int) -> Diagnostic {
    var end = start + 1
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    let shown = source.text(in: start..<end)
    let help: String? =
      switch shown {
      case "\u{2212}", "\u{2013}", "\u{2014}": "write `-`"
      case "\u{00D7}", "\u{00B7}", "\u{22C5}": "write `*`"
      case "\u{00F7}": "write `/`"
      case "\u{00B2}": "write `^2`"
      case "<", ">", "=", "!", "?":
        "there are no comparisons; `min`, `max`, `sign` and `relu` often say the same"
      case "[", "{": "group with `(` and `)`"
      case "%": "for a share, write the number itself: `0.02`; there is no remainder"
      default: nil
      }
    return source.diagnostic(
      "formula-syntax", "`\(shown)` has no meaning in a formula", at: start..<end, help: help)
  }

  private mutating func skip(_ belongs: (UInt8) -> Bool) {
    while place < bytes.count, belongs(bytes[place]) { place += 1 }
  }

  private func at(_ mark: Character) -> Bool {
    place < bytes.count && bytes[place] == mark.asciiValue
  }

  private func isDigit(at index: Int) -> Bool { index < bytes.count && isDigit(bytes[index]) }

  private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
  }

  private func isWordByte(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }
}
