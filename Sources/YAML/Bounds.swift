/// The values that a number may take: an interval, each end of it open, closed, or absent.
public struct Bounds<Value: Comparable> {
  /// An end of the interval.
  public struct End {
    /// The number at the end.
    public let value: Value
    /// Whether that number itself is outside.
    public let isOpen: Bool
  }

  /// The lower end, nil if there is none.
  public let lower: End?
  /// The upper end, nil if there is none.
  public let upper: End?

  /// An interval between two ends.
  public init(lower: End? = nil, upper: End? = nil) {
    self.lower = lower
    self.upper = upper
  }

  /// Whether a value lies inside.
  public func contains(_ value: Value) -> Bool {
    if let lower, lower.isOpen ? value <= lower.value : value < lower.value { return false }
    if let upper, upper.isOpen ? value >= upper.value : value > upper.value { return false }
    return true
  }

  /// The same interval over another kind of number.
  public func map<Other>(_ convert: (Value) -> Other) -> Bounds<Other> {
    Bounds<Other>(
      lower: lower.map { .init(value: convert($0.value), isOpen: $0.isOpen) },
      upper: upper.map { .init(value: convert($0.value), isOpen: $0.isOpen) })
  }

  /// The interval in words, as in "at least 0 and less than 1"; nil without ends.
  public func words(_ text: (Value) -> String) -> String? {
    let below = lower.map { ($0.isOpen ? "greater than " : "at least ") + text($0.value) }
    let above = upper.map { ($0.isOpen ? "less than " : "at most ") + text($0.value) }
    let parts = [below, above].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: " and ")
  }
}

extension Bounds: Sendable where Value: Sendable {}
extension Bounds.End: Sendable where Value: Sendable {}

/// Anything that says which values a number may take: `1...64`, `0..<1`, `1...`, `.above(0)`.
public protocol Bounding<Value> {
  /// The kind of number.
  associatedtype Value: Comparable
  /// The interval.
  var bounds: Bounds<Value> { get }
}

extension Bounds: Bounding {
  /// The interval itself.
  public var bounds: Bounds<Value> { self }
}

extension ClosedRange: Bounding {
  /// Both ends closed.
  public var bounds: Bounds<Bound> {
    Bounds(
      lower: .init(value: lowerBound, isOpen: false), upper: .init(value: upperBound, isOpen: false)
    )
  }
}

extension Range: Bounding {
  /// The upper end open.
  public var bounds: Bounds<Bound> {
    Bounds(
      lower: .init(value: lowerBound, isOpen: false), upper: .init(value: upperBound, isOpen: true))
  }
}

extension PartialRangeFrom: Bounding {
  /// No upper end.
  public var bounds: Bounds<Bound> { Bounds(lower: .init(value: lowerBound, isOpen: false)) }
}

extension PartialRangeThrough: Bounding {
  /// No lower end.
  public var bounds: Bounds<Bound> { Bounds(upper: .init(value: upperBound, isOpen: false)) }
}

extension Bounding where Self == Bounds<Double> {
  /// Any number.
  public static var any: Bounds<Double> { Bounds() }

  /// Greater than a number.
  public static func above(_ value: Double) -> Bounds<Double> {
    Bounds(lower: .init(value: value, isOpen: true))
  }

  /// Greater than a number and at most another, `(lower, upper]`.
  public static func above(_ value: Double, upTo upper: Double) -> Bounds<Double> {
    Bounds(lower: .init(value: value, isOpen: true), upper: .init(value: upper, isOpen: false))
  }

  /// Strictly between two numbers, `(lower, upper)`.
  public static func between(_ lower: Double, _ upper: Double) -> Bounds<Double> {
    Bounds(lower: .init(value: lower, isOpen: true), upper: .init(value: upper, isOpen: true))
  }
}

extension Bounding where Self == Bounds<Int> {
  /// Any whole number.
  public static var any: Bounds<Int> { Bounds() }
}
