/// What a text without quotes means by itself, after the core schema of YAML 1.2: a number, a
/// boolean, or (nil) a text.
///
/// - Decimal: `12`, `-3`, `+1`, `010` (ten), `.5`, `5.`, `2e-4`. A field for whole numbers takes
///   `1e3` and `2.0` too: the value decides.
/// - `0x1F` and `0o17` are whole numbers without a sign.
/// - `1_000`, `1:30` and `017` as fifteen are YAML 1.1; the first two are texts here.
/// - `true True TRUE false False FALSE` are booleans; `no on yes y` are texts.
/// - `.nan` and `.inf` are texts, as no field takes them; `1e400` and `1e-400`, which no double
///   holds, are numbers that a field refuses.
public enum Literal: Equatable, Sendable {
  /// A number.
  case number(Number)
  /// A boolean.
  case bool(Bool)

  /// A number as its own text gives it.
  public enum Number: Equatable, Sendable {
    /// Digits without point or exponent, within the reach of a `UInt64` and a sign.
    case whole(negative: Bool, magnitude: UInt64)
    /// Any other number.
    case real(Double)
    /// A number beyond 1.8e308, or one that is not zero below 4.9e-324.
    case unrepresentable
  }

  /// The meaning of a text, nil if it is just a text.
  public init?(_ text: String) {
    switch text {
    case "true", "True", "TRUE": self = .bool(true)
    case "false", "False", "FALSE": self = .bool(false)
    default:
      guard let number = Number(text) else { return nil }
      self = .number(number)
    }
  }

  /// A number in its shortest form that reads back to it: `20`, `0.0001`, `2e-05`.
  public static func text(of value: Double) -> String {
    if let whole = Int(exactly: value), abs(value) < 1e15, !(value == 0 && value.sign == .minus) {
      return String(whole)
    }
    return "\(value)"
  }
}

extension Literal.Number {
  /// Texts longer than this are not taken for numbers: no one means a thousand digits.
  private static let longest = 400

  /// The number that a text is.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty, bytes.count <= Literal.Number.longest else { return nil }
    if text.hasPrefix("0x") || text.hasPrefix("0o") {
      self.init(digits: bytes.dropFirst(2), radix: text.hasPrefix("0x") ? 16 : 8)
    } else if let shape = DecimalShape(bytes) {
      self.init(text, shape)
    } else {
      return nil
    }
  }

  private init?(digits: ArraySlice<UInt8>, radix: Int) {
    let text = String(decoding: digits, as: UTF8.self)
    guard !digits.isEmpty, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else {
      return nil
    }
    if let value = UInt64(text, radix: radix) {
      self = .whole(negative: false, magnitude: value)
    } else if radix == 16 || digits.allSatisfy({ (0x30...0x37).contains($0) }) {
      self = .unrepresentable
    } else {
      return nil
    }
  }

  private init(_ text: String, _ shape: DecimalShape) {
    let negative = text.hasPrefix("-")
    let unsigned = negative || text.hasPrefix("+") ? String(text.dropFirst()) : text
    if shape.isWhole, let magnitude = UInt64(unsigned) {
      self = .whole(negative: negative, magnitude: magnitude)
    } else if let value = Double(text), value.isFinite, value != 0 || shape.isZero {
      self = .real(value)
    } else {
      self = .unrepresentable
    }
  }

  /// The number as a double: the nearest one.
  public var value: Double? {
    switch self {
    case .whole(let negative, let magnitude): negative ? -Double(magnitude) : Double(magnitude)
    case .real(let value): value
    case .unrepresentable: nil
    }
  }
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
private struct DecimalShape {
  /// Whether there is neither a point nor an exponent.
  private(set) var isWhole = true
  /// Whether all digits before the exponent are zero.
  private(set) var isZero = true

  init?(_ bytes: [UInt8]) {
    var rest = bytes[...]
    DecimalShape.dropSign(&rest)
    let whole = DecimalShape.dropDigits(&rest)
    var fraction: ArraySlice<UInt8> = []
    if rest.first == UInt8(ascii: ".") {
      isWhole = false
      rest.removeFirst()
      fraction = DecimalShape.dropDigits(&rest)
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    isZero = (whole + fraction).allSatisfy { $0 == UInt8(ascii: "0") }
    if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
      isWhole = false
      rest.removeFirst()
      DecimalShape.dropSign(&rest)
      guard !DecimalShape.dropDigits(&rest).isEmpty else { return nil }
    }
    guard rest.isEmpty else { return nil }
  }

  private static func dropSign(_ rest: inout ArraySlice<UInt8>) {
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
  }

  private static func dropDigits(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    rest = rest[digits.endIndex...]
    return digits
  }
}
