/// A text that was read out of a source, such as the formula in a YAML scalar, and that can tell
/// where each of its own parts was written.
///
/// YAML folds lines, strips indentation and doubles quotes, so a text and what is written differ.
/// The marks that are not white space come in the same order in both; following them finds a part
/// in the source without knowing YAML's rules.
public struct SpannedText: Sendable, Hashable {
  /// The text.
  public let text: String
  /// Where all of it is written, quotes included.
  public let span: Span
  /// The offset in the source at which the content begins.
  private let start: Int

  /// A text that is written in `span`; its content begins there at the byte `start`.
  public init(_ text: String, in span: Span, from start: Int? = nil) {
    self.text = text
    self.span = span
    self.start = start ?? span.lower
  }

  /// A text with a source of its own, for formulas that Assay holds: `name` says which.
  public init(_ text: String, builtIn name: String) {
    self.init(text, in: SourceText(name: name, text: text, kind: .builtIn).whole)
  }

  /// Where a part of the text is written, given the offsets of its bytes; the whole span where
  /// that cannot be told (after an escape such as `\n`).
  public func span(of part: Range<Int>) -> Span {
    let bytes = Array(text.utf8)
    let part = part.clamped(to: 0..<bytes.count)
    var place = start
    var lower: Int?
    var upper = start
    for (index, byte) in bytes.enumerated() where !isSpace(byte) {
      guard let found = next(byte, from: place) else { return span }
      if lower == nil, index >= part.lowerBound { lower = found }
      if index >= part.upperBound { break }
      place = found + 1
      upper = place
    }
    guard let lower, !part.isEmpty else { return Span(span.source, upper..<upper) }
    return Span(span.source, lower..<max(lower, upper))
  }

  /// The offset in the source of the next mark, which must be `byte`; a backslash before a quote
  /// and the second of two quotes belong to the writing only.
  private func next(_ byte: UInt8, from place: Int) -> Int? {
    let source = span.source.bytes
    var place = place
    while place < span.upper, isSpace(source[place]) { place += 1 }
    guard place < span.upper else { return nil }
    if source[place] == byte, byte != UInt8(ascii: "\\") { return place }
    let marks: [UInt8] = [UInt8(ascii: "\\"), UInt8(ascii: "'")]
    guard marks.contains(source[place]), place + 1 < span.upper else {
      return source[place] == byte ? place : nil
    }
    return source[place + 1] == byte ? place + 1 : (source[place] == byte ? place : nil)
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
}
