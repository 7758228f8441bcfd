import CKernels
import Text

/// The numbers along an axis, and where they stand on it.
public struct Scale: Hashable, Sendable {
  /// How numbers are spaced.
  public enum Kind: Hashable, Sendable {
    /// Equal differences.
    case linear
    /// Equal ratios; only numbers above 0 have a place.
    case log
  }

  /// A number that is marked.
  public struct Tick: Hashable, Sendable {
    /// The number.
    public var value: Double
    /// Its text; nil for a mark between those that have one.
    public var words: Words?
  }

  /// How numbers are spaced.
  public let kind: Kind
  /// The numbers at both ends; `low` lies below `high`.
  public let low, high: Double
  /// Texts of a linear axis are to be multiplied by ten to this; a multiple of 3.
  public let exponent: Int

  /// A scale that shows all `values` that it can, with a margin at both ends; `limits`, where given,
  /// are its ends. Without any value it is 0...1, or 1...10.
  public init(_ kind: Kind, showing values: [Double], margin: Double = 0.04, limits: Limits? = nil)
  {
    let shown = values.filter { Scale.canShow($0, kind) }
    let fallback = kind == .linear ? (0.0, 1.0) : (1.0, 10.0)
    var (low, high) = (shown.min() ?? fallback.0, shown.max() ?? fallback.1)
    if kind == .linear {
      // A line of equal numbers stands in the middle; so does one whose numbers differ by less
      // than the texts of an axis can say.
      let least = max(abs(low), abs(high), 1e-290) * 1e-9
      if high - low <= least {
        let half = abs(low) < 1e-290 ? 1 : abs(low) * 0.1
        (low, high) = (low - half, high + half)
      }
      let space = (high / 2 - low / 2) * 2 * margin
      (low, high) = (max(low - space, -1e300), min(high + space, 1e300))
    } else {
      if high / low < 1.0001 { (low, high) = (low / 2, high * 2) }
      let factor = assay_exp((assay_log(high) - assay_log(low)) * margin)
      (low, high) = (max(low / factor, 1e-300), min(high * factor, 1e300))
    }
    if let limits { (low, high) = (limits.low, limits.high) }
    self.kind = kind
    self.low = low
    self.high = high
    let largest = max(abs(low), abs(high))
    let isPlain = kind == .log || largest < 1e5 && largest >= 1e-2
    exponent = isPlain ? 0 : Int((Double(Decimal.exponent(of: largest)) / 3).rounded(.down)) * 3
  }

  /// Both ends of an axis, as a user chose them; `low` lies below `high`.
  public struct Limits: Hashable, Sendable {
    /// The numbers at the ends.
    public let low, high: Double

    /// Ends that a scale can have; nil for others.
    public init?(_ low: Double, _ high: Double, _ kind: Kind) {
      guard Scale.canShow(low, kind), Scale.canShow(high, kind) else { return nil }
      guard high - low > max(abs(low), abs(high), 1e-290) * 1e-9 else { return nil }
      self.low = low
      self.high = high
    }
  }

  /// Whether a number has a place on an axis of a kind.
  public static func canShow(_ value: Double, _ kind: Kind) -> Bool {
    abs(value) <= 1e300 && (kind == .linear || value >= 1e-300)
  }

  /// Where a number stands, from 0 at `low` to 1 at `high`; nil for one that has no place.
  public func place(_ value: Double) -> Double? {
    guard Scale.canShow(value, kind) else { return nil }
    if kind == .linear { return (value / 2 - low / 2) / (high / 2 - low / 2) }
    return (assay_log(value) - assay_log(low)) / (assay_log(high) - assay_log(low))
  }

  /// The marked numbers, rising; about `count` of them have a text.
  public func ticks(_ count: Int) -> [Tick] {
    if kind == .linear { return linearTicks(count) }
    let decades = (Decimal.exponent(of: low)...Decimal.exponent(of: high))
    // Below a factor of three, multiples of a power of ten are too far from each other.
    if high / low < 3 { return linearTicks(count) }
    let whole = decades.filter { Decimal.power($0) >= low && Decimal.power($0) <= high }
    let digits: [Int] = whole.count >= 2 ? [1] : [1, 2, 5]
    let each = max(1, (whole.count + count) / (count + 1))
    let isPlain = low >= 1e-3 && high < 1e5
    var ticks: [Tick] = []
    for decade in decades {
      for digit in 1...9 {
        let value = Double(digit) * Decimal.power(decade)
        guard value >= low, value <= high else { continue }
        let hasText = digits.contains(digit) && decade % each == 0
        if hasText {
          ticks.append(Tick(value: value, words: Scale.words(digit, decade, isPlain)))
        } else if decades.count <= 10 || digit == 1 {
          ticks.append(Tick(value: value, words: nil))
        }
      }
    }
    return ticks
  }

  /// Multiples of a nice distance: P. Heckbert, "Nice numbers for graph labels", Graphics Gems
  /// (1990): 1, 2 or 5 times a power of ten, nearest to a `count`-th of the range.
  private func linearTicks(_ count: Int) -> [Tick] {
    let rough = (high / 2 - low / 2) / Double(count) * 2
    var decade = Decimal.exponent(of: rough)
    let fraction = rough / Decimal.power(decade)
    var digit = fraction < 1.5 ? 1 : fraction < 3 ? 2 : fraction < 7 ? 5 : 10
    if digit == 10 { (digit, decade) = (1, decade + 1) }
    let distance = Double(digit) * Decimal.power(decade)
    // Both quotients are at most some 1e10, because a scale's span is not small beside its ends.
    guard distance > 0, let first = Int(exactly: (low / distance).rounded(.up)),
      let last = Int(exactly: (high / distance).rounded(.down)), first <= last
    else { return [] }
    return (first...last).prefix(64).map { index in
      Tick(
        value: Double(index) * distance,
        words: Words(Decimal.text(index * digit, exponent: decade - exponent)))
    }
  }

  private static func words(_ digit: Int, _ decade: Int, _ isPlain: Bool) -> Words {
    if isPlain { return Words(Decimal.text(digit, exponent: decade)) }
    let sign = decade < 0 ? "\u{2212}" : ""
    return Words(digit == 1 ? "10" : "\(digit)\u{b7}10", raised: "\(sign)\(abs(decade))")
  }
}

/// Numbers in tens.
enum Decimal {
  /// Ten to the `exponent`, the nearest that there is.
  static func power(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? .infinity }

  /// The greatest e for which ten to the e is at most `value`, which is above 0.
  static func exponent(of value: Double) -> Int {
    var exponent = Int((assay_log(value) / assay_log(10)).rounded(.down))
    while power(exponent) > value { exponent -= 1 }
    while power(exponent + 1) <= value { exponent += 1 }
    return exponent
  }

  /// `number` times ten to the `exponent`, written out, with a minus sign as printers have it.
  static func text(_ number: Int, exponent: Int) -> String {
    let sign = number < 0 ? "\u{2212}" : ""
    if number == 0 { return "0" }
    let digits = "\(number.magnitude)"
    if exponent >= 0 { return sign + digits + String(repeating: "0", count: exponent) }
    let padded = String(repeating: "0", count: max(0, 1 - exponent - digits.count)) + digits
    return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
  }

  /// A number with at most `decimals` decimals and no zeros at the end; 0 for one that is not
  /// finite or too large to be a coordinate.
  static func short(_ value: Double, decimals: Int = 2) -> String {
    let scaled = (value * power(decimals)).rounded()
    guard abs(scaled) < 1e15 else { return "0" }
    let number = Int(scaled)
    var digits = "\(number.magnitude)"
    digits = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    var fraction = digits.suffix(decimals)
    while fraction.last == "0" { fraction.removeLast() }
    let sign = number < 0 ? "-" : ""
    return sign + digits.dropLast(decimals) + (fraction.isEmpty ? "" : "." + fraction)
  }
}
