/// How text looks in a terminal, whose columns are not characters.
package enum DisplayWidth {
  /// What a tab becomes.
  static let tab = "    "

  /// A character as it is shown, and the columns that it takes. Controls are replaced, so that a
  /// file cannot speak to the terminal.
  static func shown(_ character: Character) -> (text: String, width: Int) {
    if character == "\t" { return (tab, tab.count) }
    guard let first = character.unicodeScalars.first else { return ("", 0) }
    switch first.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
      return ("\u{FFFD}", 1)
    case .nonspacingMark, .enclosingMark:
      return (String(character), 0)
    default:
      return (String(character), isWide(first.value) ? 2 : 1)
    }
  }

  /// A text as it is shown on one line.
  package static func shown(_ text: String) -> String {
    isPlain(text) ? text : text.map { shown($0).text }.joined()
  }

  /// Lines of text as they can be sent to a terminal: whatever a stranger's file brought into them,
  /// they cannot speak to it, nor change the order in which they are read. Line breaks and tabs stay.
  package static func harmless(_ text: String) -> String {
    let isFine = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0x0A || $0 == 0x09 }
    if isFine { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(speaks(scalar) ? "\u{FFFD}" : scalar) }
    return String(result)
  }

  /// Whether a scalar is more than something to be shown: controls, marks of direction, other breaks
  /// of lines. Those that join letters and emoji are none.
  package static func speaks(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\n", "\t", "\u{200C}", "\u{200D}": return false
    default:
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: return true
      default: return false
      }
    }
  }

  /// The columns that a text takes.
  package static func width(of text: String) -> Int {
    isPlain(text) ? text.utf8.count : text.reduce(0) { $0 + shown($1).width }
  }

  /// Whether a text is printable ASCII, whose characters are bytes and columns: most texts by far.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
  }

  /// East Asian wide and full-width characters and emoji, from Unicode's `EastAsianWidth.txt`.
  private static func isWide(_ scalar: UInt32) -> Bool {
    wideRanges.contains { $0.contains(scalar) }
  }

  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF,
    0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF,
    0x20000...0x3FFFD,
  ]
}
