/// A text that people wrote and that diagnostics point into: a file, an override of the command
/// line, or a text that Assay itself holds (the formula of a built-in loss).
///
/// The bytes are kept as they were read, so that a byte offset stays what it was even where the
/// text is not valid UTF-8. Two sources are the same only if they are the same object.
public final class SourceText: Sendable {
  /// Where a text comes from.
  public enum Kind: Sendable, Hashable {
    /// A file; the name is its path as the user typed it.
    case file
    /// An override of the command line; the name is `override 2`.
    case override
    /// A text inside Assay; the name says which.
    case builtIn
  }

  /// The place in another text that led to this one, such as the line `extends: base.yaml`.
  public struct Lead: Sendable {
    /// How it led here, as in `extended from`.
    public let verb: String
    /// The place.
    public let span: Span

    /// A place that led to another text.
    public init(_ verb: String, _ span: Span) {
      self.verb = verb
      self.span = span
    }
  }

  /// What stands before the colon of a position.
  public let name: String
  /// Where the text comes from.
  public let kind: Kind
  /// The text, in UTF-8 if it is valid.
  public let bytes: [UInt8]
  /// What led to this text, nil for one that the user named.
  public let lead: Lead?
  /// The byte offset of the first byte of every line.
  private let lineStarts: [Int]

  /// A source of these bytes.
  public init(name: String, bytes: [UInt8], kind: Kind = .file, lead: Lead? = nil) {
    self.name = name
    self.kind = kind
    self.bytes = bytes
    self.lead = lead
    self.lineStarts = SourceText.lineStarts(of: bytes)
  }

  /// A source of this text.
  public convenience init(name: String, text: String, kind: Kind = .file, lead: Lead? = nil) {
    self.init(name: name, bytes: Array(text.utf8), kind: kind, lead: lead)
  }

  /// The whole text as one span.
  public var whole: Span { Span(self, 0..<bytes.count) }

  /// The text of a byte range, with anything that is not UTF-8 replaced by U+FFFD.
  public func text(in range: Range<Int>) -> String {
    String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
  }

  /// The number, from 1, of the line that holds a byte offset.
  public func line(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// The column, from 1 and counted in characters, of a byte offset.
  public func column(at offset: Int) -> Int {
    let start = lineStarts[line(at: offset) - 1]
    let before = bytes[start..<max(start, min(offset, bytes.count))]
    return (before.allSatisfy { $0 < 0x80 } ? before.count : text(in: before.indices).count) + 1
  }

  /// The bytes of a line, from 1, without its line break; nil if there is no such line.
  public func range(ofLine line: Int) -> Range<Int>? {
    guard lineStarts.indices.contains(line - 1) else { return nil }
    let start = lineStarts[line - 1]
    var end = line < lineStarts.count ? lineStarts[line] : bytes.count
    while end > start, bytes[end - 1] == newline || bytes[end - 1] == carriageReturn { end -= 1 }
    return start..<end
  }

  /// A line ends with a line feed, a carriage return, or both in this order.
  private static func lineStarts(of bytes: [UInt8]) -> [Int] {
    var starts = [0]
    bytes.withUnsafeBufferPointer { bytes in
      for (index, byte) in bytes.enumerated() where byte == newline || byte == carriageReturn {
        let followed = index + 1 < bytes.count && bytes[index + 1] == newline
        if byte == newline || !followed { starts.append(index + 1) }
      }
    }
    return starts
  }
}

extension SourceText: Hashable {
  /// Whether both are the same object.
  public static func == (left: SourceText, right: SourceText) -> Bool { left === right }

  /// Hashes the object's identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
