/// A range of bytes in a source: where a value was written.
public struct Span: Sendable, Hashable {
  /// The text that the range lies in.
  public let source: SourceText
  /// The first byte.
  public let lower: Int
  /// The byte after the last one; equal to `lower` for a place between two bytes.
  public let upper: Int

  /// A span of the bytes of `range`, cut to the source.
  public init(_ source: SourceText, _ range: Range<Int>) {
    self.source = source
    self.lower = min(max(range.lowerBound, 0), source.bytes.count)
    self.upper = min(max(range.upperBound, 0), source.bytes.count)
  }

  /// The bytes' offsets.
  public var range: Range<Int> { lower..<upper }

  /// What is written there.
  public var text: String { source.text(in: range) }

  /// The line of the first byte, from 1.
  public var line: Int { source.line(at: lower) }

  /// The column of the first byte, from 1, in characters.
  public var column: Int { source.column(at: lower) }

  /// `file:line:column`, as editors understand it.
  public var position: String { "\(source.name):\(line):\(column)" }

  /// The span from the start of this one to the end of another one in the same source; this one if
  /// the other lies elsewhere or before it.
  public func through(_ other: Span) -> Span {
    guard source == other.source, other.upper >= lower else { return self }
    return Span(source, lower..<other.upper)
  }

  /// One line for each text that led to this one, the nearest first:
  /// `extended from child.yaml:1:10`.
  public var trail: [String] {
    var lines: [String] = []
    var lead = source.lead
    while let next = lead, lines.count < 32 {
      lines.append("\(next.verb) \(next.span.position)")
      lead = next.span.source.lead
    }
    return lines
  }
}

extension Span: CustomStringConvertible {
  /// The position.
  public var description: String { position }
}
