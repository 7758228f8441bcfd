/// The number that a text writes in decimal, with an optional sign, point and exponent, correctly
/// rounded; nil for anything else, `nan` and `inf` included. Too large a number is infinite.
func parseNumber(_ text: ArraySlice<UInt8>) -> Double? {
  var reader = DecimalReader(text)
  return reader.number()
}

/// Reads one decimal number.
private struct DecimalReader {
  private let text: ArraySlice<UInt8>
  private var rest: ArraySlice<UInt8>
  private var digits = 0
  private var mantissa: UInt64 = 0
  private var isExact = true

  init(_ text: ArraySlice<UInt8>) {
    self.text = text
    rest = text
  }

  mutating func number() -> Double? {
    let isNegative = take("-")
    if !isNegative { _ = take("+") }
    takeDigits()
    var exponent = 0
    if take(".") {
      let before = digits
      takeDigits()
      exponent = before - digits
    }
    guard digits > 0 else { return nil }
    if take("e") || take("E") {
      let isBelow = take("-")
      if !isBelow { _ = take("+") }
      let start = rest.startIndex
      var power = 0
      while let digit = digit() { power = min(10 * power + Int(digit), 100_000) }
      guard rest.startIndex > start else { return nil }
      exponent += isBelow ? -power : power
    }
    guard rest.isEmpty else { return nil }
    // Both factors are exact, so their product or quotient is rounded once.
    guard isExact, mantissa < 1 << 53, abs(exponent) < Self.powers.count else {
      return Double(String(decoding: text, as: UTF8.self))
    }
    let power = Self.powers[abs(exponent)]
    let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
    return isNegative ? -value : value
  }

  /// The powers of ten that float64 holds exactly.
  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  private mutating func takeDigits() {
    while let digit = digit() {
      digits += 1
      let (product, isTooLarge) = mantissa.multipliedReportingOverflow(by: 10)
      let (sum, isAbove) = product.addingReportingOverflow(UInt64(digit))
      mantissa = sum
      if isTooLarge || isAbove { isExact = false }
    }
  }

  private mutating func digit() -> UInt8? {
    guard let first = rest.first, (0x30...0x39).contains(first) else { return nil }
    rest.removeFirst()
    return first - 0x30
  }

  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard let first = rest.first, UInt32(first) == mark.value else { return false }
    rest.removeFirst()
    return true
  }
}
