import Text

/// What is checked on the bytes of a file before YAML is read from them: UTF-8, and no characters
/// that YAML has no place for.
struct SourceBytes {
  /// The most bytes that a file may hold.
  static let limit = 1 << 20

  private let source: SourceText

  /// The offset of every character of the text that libyaml is given; nil if each is one byte.
  private(set) var offsets: [Int32]?
  /// The bytes before the text, such as a byte order mark in UTF-8.
  private(set) var start: Int

  /// Checks a source from a byte on.
  init(_ source: SourceText, from start: Int) throws(Diagnostic) {
    self.source = source
    self.start = start
    let bytes = source.bytes
    guard bytes.count <= SourceBytes.limit else { throw SourceBytes.tooLarge(source.name) }
    try refuseOtherEncodings(bytes)
    if start == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { self.start = 3 }
    try checkCharacters(bytes)
  }

  /// A file of more than the limit.
  static func tooLarge(_ name: String, at span: Span? = nil) -> Diagnostic {
    Diagnostic(
      "file-too-large", "`\(name)` is larger than 1 MiB", at: span,
      note: "an experiment is a text of some hundred lines; data are named in it, not held by it")
  }

  /// The offset in the source of a character of the text.
  func offset(ofCharacter index: Int) -> Int {
    guard let offsets else { return min(start + index, source.bytes.count) }
    return index < offsets.count ? Int(offsets[max(index, 0)]) : source.bytes.count
  }

  private func refuseOtherEncodings(_ bytes: [UInt8]) throws(Diagnostic) {
    let marks: [([UInt8], String)] = [
      ([0xFF, 0xFE, 0, 0], "UTF-32"), ([0, 0, 0xFE, 0xFF], "UTF-32"),
      ([0xFF, 0xFE], "UTF-16"), ([0xFE, 0xFF], "UTF-16"),
    ]
    guard let mark = marks.first(where: { bytes.starts(with: $0.0) }) else { return }
    throw Diagnostic(
      "not-utf8", "`\(source.name)` is in \(mark.1), not in UTF-8", at: nil,
      help: "save it as UTF-8")
  }

  /// Walks over the characters once, with the offsets kept if any of them is not ASCII.
  private mutating func checkCharacters(_ bytes: [UInt8]) throws(Diagnostic) {
    let isASCII = bytes.withUnsafeBufferPointer { $0.allSatisfy { $0 < 0x80 } }
    var found: [Int32] = []
    var place = start
    while place < bytes.count {
      guard let (value, length) = character(bytes, place) else {
        throw Diagnostic(
          "not-utf8", "`\(source.name)` is not valid UTF-8", at: Span(source, place..<place + 1),
          label: "the byte 0x\(hex(UInt32(bytes[place])))", help: "save it as UTF-8")
      }
      if !isAllowed(value) { throw forbidden(value, Span(source, place..<place + length)) }
      if !isASCII { found.append(Int32(place)) }
      place += length
    }
    offsets = isASCII ? nil : found
  }

  /// The character that starts at a byte, and its length; nil for what UTF-8 does not allow.
  private func character(_ bytes: [UInt8], _ place: Int) -> (UInt32, Int)? {
    let first = UInt32(bytes[place])
    if first < 0x80 { return (first, 1) }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard (0xC2...0xF4).contains(first), place + length <= bytes.count else { return nil }
    var value = first & (0x7F >> UInt32(length))
    for byte in bytes[place + 1..<place + length] {
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    let least: [UInt32] = [0x80, 0x800, 0x10000]
    guard value >= least[length - 2], UnicodeScalar(value) != nil else { return nil }
    return (value, length)
  }

  private func isAllowed(_ value: UInt32) -> Bool {
    switch value {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0xA0...0x2027, 0x202A...0xFEFE, 0xFF00...0xFFFD: true
    default: value >= 0x10000
    }
  }

  private func forbidden(_ value: UInt32, _ span: Span) -> Diagnostic {
    let name =
      switch value {
      case 0: "a NUL character"
      case 0xFEFF: "a byte order mark inside the text"
      default: "the control character U+\(hex(value, digits: 4))"
      }
    return Diagnostic(
      "control-character", "`\(source.name)` holds \(name)", at: span, label: "not allowed",
      help: "delete it; inside double quotes, write an escape such as `\\t`")
  }

  private func hex(_ value: UInt32, digits: Int = 2) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
