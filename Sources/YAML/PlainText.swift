/// Which texts YAML can hold without quotes.
enum PlainText {
  /// Whether a text between line breaks reads back as itself, on a line of its own.
  static func isSafe(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else {
      return false
    }
    guard first != " ", last != " ", last != ":", !text.hasPrefix("---"), !text.hasPrefix("...")
    else { return false }
    var previous = first
    for scalar in text.unicodeScalars {
      guard isPrintable(scalar), previous != ":" || scalar != " ",
        previous != " " || scalar != "#"
      else { return false }
      previous = scalar
    }
    if "-?:".unicodeScalars.contains(first) {
      let second = text.unicodeScalars.dropFirst().first
      return second != nil && second != " "
    }
    return !",[]{}#&*!|>'\"%@`".unicodeScalars.contains(first)
  }

  /// Whether it does so between `[` and `]` or `{` and `}` too.
  static func isSafeInFlow(_ text: String) -> Bool {
    guard isSafe(text), let first = text.unicodeScalars.first else { return false }
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
        UInt8(ascii: "}"):
        false
      default: true
      }
    }
    return isPlain && first != "-" && first != "?" && first != ":" || Literal(text) != nil
  }

  /// Whether YAML may hold a character as it is, on one line.
  static func isPrintable(_ scalar: UnicodeScalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
      0x10000...0x10FFFF:
      true
    default: false
    }
  }
}
