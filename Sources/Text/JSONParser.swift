/// What is wrong with a JSON text, and at which byte.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The fact, to follow "is not JSON:".
  public var fact: String
  /// The offset of the byte at which it was noticed.
  public var offset: Int

  /// One line, lowercase, without a final stop.
  public var description: String { "\(fact) at byte \(offset)" }
}

extension JSON {
  /// Reads a JSON text (RFC 8259), strictly: valid UTF-8, no key twice in an object, nothing after
  /// the value but white space, at most `depth` levels, no number beyond Double's range. The caller
  /// limits the length. Throws a ``JSONError``.
  public init(parsing bytes: [UInt8], depth: Int = 32) throws {
    self = try bytes.withUnsafeBufferPointer { buffer in
      var parser = JSONParser(bytes: buffer, depth: depth)
      return try parser.whole()
    }
  }
}

private let quote = UInt8(ascii: "\"")
private let backslash = UInt8(ascii: "\\")

/// A recursive reader over bytes, as deep as it was allowed to be.
private struct JSONParser {
  let bytes: UnsafeBufferPointer<UInt8>
  var depth: Int
  var position = 0

  /// The byte at the position, 0 (which no JSON holds) at the end.
  var next: UInt8 { position < bytes.count ? bytes[position] : 0 }

  func error(_ fact: String) -> JSONError { JSONError(fact: fact, offset: position) }

  mutating func whole() throws -> JSON {
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw error("more text after the value") }
    return value
  }

  mutating func skipSpace() {
    while next == 0x20 || next == 0x0a || next == 0x0d || next == 0x09 { position += 1 }
  }

  /// Steps over `byte` where it comes next.
  mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  mutating func value() throws -> JSON {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try nested { try $0.object() }
    case UInt8(ascii: "["): return try nested { try $0.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw error(position < bytes.count ? "unexpected character" : "the text ends too soon")
    }
  }

  /// Steps over the opening bracket and reads what it holds, one level deeper.
  mutating func nested(_ read: (inout JSONParser) throws -> JSON) throws -> JSON {
    guard depth > 0 else { throw error("too many levels") }
    depth -= 1
    position += 1
    let value = try read(&self)
    depth += 1
    return value
  }

  mutating func word(_ word: String, _ value: JSON) throws -> JSON {
    for byte in word.utf8 {
      guard next == byte else { throw error("unexpected character") }
      position += 1
    }
    return value
  }

  mutating func object() throws -> JSON {
    // Most objects have a few keys; a table that grows to them costs a fifth of the whole reading.
    var values = [String: JSON](minimumCapacity: 4)
    skipSpace()
    if take("}") { return .object(values) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("a key was expected") }
      let key = try string()
      skipSpace()
      guard take(":") else { throw error("`:` was expected") }
      guard values.updateValue(try value(), forKey: key) == nil else {
        throw error("a key stands twice in one object")
      }
      skipSpace()
    } while take(",")
    guard take("}") else { throw error("`,` or `}` was expected") }
    return .object(values)
  }

  mutating func array() throws -> JSON {
    var values: [JSON] = []
    skipSpace()
    if take("]") { return .array(values) }
    repeat {
      values.append(try value())
      skipSpace()
    } while take(",")
    guard take("]") else { throw error("`,` or `]` was expected") }
    return .array(values)
  }

  // MARK: Numbers

  mutating func number() throws -> JSON {
    let start = position
    _ = take("-")
    if !take("0") { try digits() }
    var isInteger = true
    if take(".") {
      isInteger = false
      try digits()
    }
    if next | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      position += 1
      if !take("+") { _ = take("-") }
      try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int64(text), text != "-0" { return .integer(value) }
    guard let value = Double(text), value.isFinite else { throw error("the number is too large") }
    return .number(value)
  }

  mutating func digits() throws {
    let start = position
    while next >= UInt8(ascii: "0") && next <= UInt8(ascii: "9") { position += 1 }
    if position == start { throw error("a digit was expected") }
  }

  // MARK: Strings

  mutating func string() throws -> String {
    position += 1
    return try plain() ?? mixed()
  }

  /// What stands inside quotes, if it is ASCII without escapes, as nearly all is: it needs no copy.
  mutating func plain() -> String? {
    var end = position
    while end < bytes.count, bytes[end] >= 0x20, bytes[end] < 0x80, bytes[end] != quote,
      bytes[end] != backslash
    { end += 1 }
    guard end < bytes.count, bytes[end] == quote else { return nil }
    defer { position = end + 1 }
    return String(decoding: UnsafeBufferPointer(rebasing: bytes[position..<end]), as: UTF8.self)
  }

  /// The same for any text.
  mutating func mixed() throws -> String {
    var text: [UInt8] = []
    while !take("\"") {
      guard position < bytes.count else { throw error("the text ends inside quotes") }
      let byte = bytes[position]
      guard byte >= 0x20 else { throw error("a control character inside quotes") }
      position += 1
      if byte == backslash {
        text.append(contentsOf: String(try escape()).utf8)
      } else {
        text.append(byte)
      }
    }
    guard let string = String(validating: text, as: UTF8.self) else {
      throw error("the text is not UTF-8")
    }
    return string
  }

  /// What follows a backslash.
  mutating func escape() throws -> Unicode.Scalar {
    let byte = next
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try codePoint()
    default: throw error("an unknown escape")
    }
  }

  /// What follows `\u`: one UTF-16 unit, or two that belong together.
  mutating func codePoint() throws -> Unicode.Scalar {
    let first = UInt32(try hexadecimal())
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xdc00, take("\\"), take("u") else { throw error("half a surrogate pair") }
    let second = UInt32(try hexadecimal())
    guard second >= 0xdc00, second < 0xe000,
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
    else { throw error("half a surrogate pair") }
    return scalar
  }

  mutating func hexadecimal() throws -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard next < 0x80, let digit = Character(Unicode.Scalar(next)).hexDigitValue else {
        throw error("four hexadecimal digits were expected")
      }
      value = value << 4 | UInt16(digit)
      position += 1
    }
    return value
  }
}
