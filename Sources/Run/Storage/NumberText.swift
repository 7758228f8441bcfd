/// A number for people, with `digits` significant digits: `103.2`, `0.0142`, `1.235e-07`. Files for
/// programs hold the shortest text that reads back as the same bits instead.
public func numberText(_ value: Double, digits: Int = 4) -> String {
  guard value.isFinite else { return value.isNaN ? "nan" : value > 0 ? "inf" : "-inf" }
  if value == 0 { return "0" }
  let sign = value < 0 ? "-" : ""
  var exponent = 0
  var mantissa = abs(value)
  while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
  while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
  if exponent >= -3 && exponent <= 6 {
    let decimals = max(0, digits - 1 - exponent)
    return sign + decimalText(scaled(abs(value), by: decimals), decimals: decimals)
  }
  var number = scaled(mantissa, by: digits - 1)
  if number == scaled(1, by: digits) { (number, exponent) = (number / 10, exponent + 1) }
  return "\(sign)\(decimalText(number, decimals: digits - 1))e\(exponent)"
}

/// A whole number of tenths, hundredths...: (-1234, decimals 2) is `-12.34`.
func decimalText(_ number: Int, decimals: Int) -> String {
  let digits = "\(number.magnitude)"
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  let point = decimals > 0 ? "." : ""
  return (number < 0 ? "-" : "") + padded.dropLast(decimals) + point + padded.suffix(decimals)
}

/// A duration for people: `0:07`, `12:30`, `3:05:00`.
public func durationText(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e15 else { return "?" }
  let whole = Int(max(0, seconds).rounded())
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  let minutes = whole / 60
  if minutes < 60 { return "\(minutes):\(two(whole % 60))" }
  return "\(minutes / 60):\(two(minutes % 60)):\(two(whole % 60))"
}

/// `value` times ten to the `decimals`, rounded; the caller knows that it is small.
private func scaled(_ value: Double, by decimals: Int) -> Int {
  var value = value
  for _ in 0..<decimals { value *= 10 }
  return Int(value.rounded())
}
