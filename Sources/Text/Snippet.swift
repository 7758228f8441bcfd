/// The lines of a source with marks under the places that a diagnostic speaks of.
struct Snippet {
  /// A place to be marked: with carets if it is the place of the problem, else with dashes.
  struct Mark {
    let span: Span
    let text: String
    let isPrimary: Bool
  }

  /// Lines longer than this are shown in part.
  private static let longLine = 160

  let source: SourceText
  let marks: [Mark]
  let gutter: Int
  let paint: Paint

  /// The snippet: an empty gutter line, the marked lines, an empty gutter line.
  var lines: [String] {
    var result = [bar()]
    var previous: Int?
    for number in Set(marks.map(\.span.line)).sorted() {
      if let previous, number == previous + 2 {
        result.append(sourceLine(previous + 1))
      } else if let previous, number > previous + 2 {
        result.append("...")
      }
      result.append(sourceLine(number))
      result += markLines(number)
      previous = number
    }
    return result + [bar()]
  }

  /// The source line with its number.
  private func sourceLine(_ number: Int) -> String {
    let digits = String(number)
    let head = String(repeating: " ", count: gutter - digits.count) + digits + " |"
    let text = window(number).shown
    return paint.gutter(head) + (text.isEmpty ? "" : " " + text)
  }

  /// One line of marks for each place on a source line, the problem's own first.
  private func markLines(_ number: Int) -> [String] {
    let window = window(number)
    let here = marks.filter { $0.span.line == number }
    return (here.filter(\.isPrimary) + here.filter { !$0.isPrimary }).map { mark in
      let (indent, width) = window.columns(of: mark.span)
      let drawn = String(repeating: mark.isPrimary ? "^" : "-", count: width)
      let text = mark.text.isEmpty ? drawn : "\(drawn) \(DisplayWidth.shown(mark.text))"
      let painted = mark.isPrimary ? paint.primary(text) : paint.gutter(text)
      return bar() + " " + String(repeating: " ", count: indent) + painted
    }
  }

  private func bar() -> String { paint.gutter(String(repeating: " ", count: gutter) + " |") }

  /// The part of a line that is shown: all of it, or the surroundings of its first mark.
  private func window(_ number: Int) -> Window {
    let line = source.range(ofLine: number) ?? 0..<0
    guard line.count > Snippet.longLine else { return Window(source: source, range: line) }
    let here = marks.filter { $0.span.line == number }
    let centre = (here.first(where: \.isPrimary) ?? here.first)?.span.lower ?? line.lowerBound
    let start = max(line.lowerBound, min(centre - 40, line.upperBound - 120))
    let range = boundary(start)..<boundary(min(line.upperBound, start + 120))
    return Window(
      source: source, range: range, isCutBefore: range.lowerBound > line.lowerBound,
      isCutAfter: range.upperBound < line.upperBound)
  }

  /// The nearest start of a UTF-8 character at or before an offset.
  private func boundary(_ offset: Int) -> Int {
    var offset = offset
    while offset > 0, offset < source.bytes.count, source.bytes[offset] & 0xC0 == 0x80 {
      offset -= 1
    }
    return offset
  }
}

/// A part of a source line, as it is shown.
private struct Window {
  let source: SourceText
  let range: Range<Int>
  var isCutBefore = false
  var isCutAfter = false

  var shown: String {
    (isCutBefore ? "..." : "") + DisplayWidth.shown(source.text(in: range))
      + (isCutAfter ? "..." : "")
  }

  /// The columns before a span and those that it takes; what lies outside is cut, and an empty
  /// span takes one column.
  func columns(of span: Span) -> (indent: Int, width: Int) {
    let lower = min(max(span.lower, range.lowerBound), range.upperBound)
    let upper = min(max(span.upper, lower), range.upperBound)
    let indent = DisplayWidth.width(of: source.text(in: range.lowerBound..<lower))
    let width = DisplayWidth.width(of: trimmed(source.text(in: lower..<upper)))
    return (indent + (isCutBefore ? 3 : 0), max(1, width))
  }

  /// Without white space at the end: a mark ends where the writing ends.
  private func trimmed(_ text: String) -> Substring {
    var text = text[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}

extension DisplayWidth {
  fileprivate static func width(of text: Substring) -> Int { width(of: String(text)) }
}
