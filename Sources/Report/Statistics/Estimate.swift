import Foundation
import Run

/// What several values of the same thing say of it: their mean and how far to trust it. Arithmetic in
/// double precision, in the order of the values.
public struct Estimate: Hashable, Sendable {
  /// The values x₁ … xₙ, not finite ones too: they make the mean what it is.
  public let values: [Double]

  /// An estimate from some values.
  public init(_ values: [Double]) { self.values = values }

  /// The number of values, n.
  public var count: Int { values.count }

  /// The mean, m = (x₁ + … + xₙ) / n; nil without values.
  public var mean: Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The sample's variance, s² = Σ (xᵢ − m)² / (n − 1); nil for fewer than two values.
  public var variance: Double? {
    guard count > 1, let mean else { return nil }
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
  }

  /// The standard error of the mean, √(s² / n); nil for fewer than two values, which say nothing of
  /// it.
  public var standardError: Double? { variance.map { ($0 / Double(count)).squareRoot() } }
}

// MARK: - Text

extension Estimate {
  /// A mean with as many digits as its error allows: two digits of the error, and the mean to the
  /// same place. Without error four digits that count.
  public struct Digits: Hashable, Sendable {
    /// The mean.
    public let mean: String
    /// The error, with as many decimals; nil where there is none.
    public let error: String?
    /// The power of ten that both are to be multiplied by; 0 for none.
    public let exponent: Int
  }

  /// The digits to show; nil without values.
  public var digits: Digits? {
    guard let mean else { return nil }
    guard mean.isFinite, let error = standardError, error.isFinite else {
      return Digits(
        mean: numberText(mean), error: standardError.map { numberText($0, digits: 2) },
        exponent: 0)
    }
    guard error > 0 else { return Digits(mean: numberText(mean), error: "0", exponent: 0) }
    let size = Estimate.exponent(max(abs(mean), error))
    let last = Estimate.exponent(error) - 1
    let exponent = last < -7 || size > 6 ? size : 0
    let scale = pow(10, Double(-exponent))
    let decimals = max(0, exponent - last)
    // What lies beyond a double's digits is not shown.
    guard decimals <= 15, scale.isFinite, scale > 0 else {
      return Digits(mean: numberText(mean), error: numberText(error, digits: 2), exponent: 0)
    }
    return Digits(
      mean: Estimate.fixed(mean * scale, decimals), error: Estimate.fixed(error * scale, decimals),
      exponent: exponent)
  }

  /// `0.1234 ± 0.0056`, `(1.23 ± 0.45)e-09`, or one number where there is no error; empty without
  /// values.
  public var text: String {
    guard let digits else { return "" }
    guard let error = digits.error else { return digits.mean }
    let both = "\(digits.mean) ± \(error)"
    return digits.exponent == 0 ? both : "(\(both))e\(digits.exponent)"
  }

  /// The place of a positive number's first digit: 0 for 1 to 9.99….
  private static func exponent(_ value: Double) -> Int { Int(log10(value).rounded(.down)) }

  /// A number with so many decimals, the same in every locale.
  private static func fixed(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }
}
