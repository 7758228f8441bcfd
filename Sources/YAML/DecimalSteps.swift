/// Numbers at equal distances as a person counts them: 0.1, 0.2, 0.3 and not 0.30000000000000004.
///
/// Each number is the double nearest to the decimal sum. Ends and step are taken by their shortest
/// decimal texts, which are what was written for all numbers of up to 15 digits.
public struct DecimalSteps: Hashable, Sendable {
  /// All three are whole multiples of 10^exponent; nil where they differ too much in size, and the
  /// sums are those of doubles.
  private let whole: (first: Int, step: Int, exponent: Int)?
  private let first: Double
  private let step: Double
  /// How many steps lie between the first number and the last: the rest is less than one.
  public let count: Int

  /// The numbers from `first` in steps of `step`, none of them beyond `last`.
  public init(from first: Double, to last: Double, by step: Double) {
    self.first = first
    self.step = step
    let parts = [first, last, step].compactMap(Self.decimal)
    let exponent = parts.map(\.exponent).min() ?? 0
    let scaled = parts.compactMap { Self.scaled($0.digits, by: $0.exponent - exponent) }
    if scaled.count == 3, scaled[2] != 0 {
      whole = (scaled[0], scaled[2], exponent)
      count = max(0, (scaled[1] - scaled[0]) / scaled[2])
    } else {
      whole = nil
      let steps = (last - first) / step
      count = steps.isFinite ? max(0, Int(min(steps, 0x1p62))) : 0
    }
  }

  /// The number after `index` steps.
  public subscript(index: Int) -> Double {
    guard let whole, let digits = Self.sum(whole.first, index, whole.step) else {
      return first + Double(index) * step
    }
    // Both are exact, so that the quotient or product is rounded once.
    if abs(digits) < 1 << 53, abs(whole.exponent) < Self.powers.count {
      let power = Self.powers[abs(whole.exponent)]
      return whole.exponent < 0 ? Double(digits) / power : Double(digits) * power
    }
    return Double("\(digits)e\(whole.exponent)") ?? first + Double(index) * step
  }

  private static func sum(_ first: Int, _ index: Int, _ step: Int) -> Int? {
    let (distance, isFar) = index.multipliedReportingOverflow(by: step)
    let (sum, isBeyond) = first.addingReportingOverflow(distance)
    return isFar || isBeyond ? nil : sum
  }

  /// The digits of a number's shortest text as a whole number, and the power of ten to go with it.
  private static func decimal(_ value: Double) -> (digits: Int, exponent: Int)? {
    guard value.isFinite else { return nil }
    let parts = "\(value)".split(separator: "e", maxSplits: 1)
    let number = parts[0].split(separator: ".", maxSplits: 1)
    // A whole number is printed with a zero that says nothing.
    let fraction = number.count > 1 && number[1] != "0" ? number[1] : ""
    let power = parts.count > 1 ? Int(parts[1]) : 0
    guard let digits = Int(number[0] + fraction), let power else { return nil }
    return (digits, power - fraction.count)
  }

  /// `digits` times ten to the `power`, nil where that is too large.
  private static func scaled(_ digits: Int, by power: Int) -> Int? {
    if digits == 0 { return 0 }
    var result = digits
    for _ in 0..<power {
      let (product, isTooLarge) = result.multipliedReportingOverflow(by: 10)
      // Half the room, so that differences fit too.
      if isTooLarge || abs(product) > .max / 2 { return nil }
      result = product
    }
    return result
  }

  /// The powers of ten that a double holds exactly.
  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// Whether two are of the same numbers.
  public static func == (a: DecimalSteps, b: DecimalSteps) -> Bool {
    a.first == b.first && a.step == b.step && a.count == b.count
  }

  /// By first number, step and count.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(first)
    hasher.combine(step)
    hasher.combine(count)
  }
}
