import CKernels
import YAML

/// The values that an axis can take.
public enum Domain: Sendable {
  /// Some values, each as the file would have it.
  case list([Node])
  /// The numbers between two bounds.
  case interval(Interval)

  /// How many values there are; nil for a stretch of real numbers.
  public var count: Int? {
    switch self {
    case .list(let values): values.count
    case .interval(let interval): interval.count
    }
  }

  /// The value at a place of the unit interval, 0 <= `u` < 1, evenly spread on the axis's scale.
  func coordinate(at u: Double) -> Coordinate {
    switch self {
    case .list(let values): .choice(min(values.count - 1, Int(u * Double(values.count))))
    case .interval(let interval): .number(interval.value(at: u))
    }
  }
}

/// The numbers from one bound to another.
public struct Interval: Hashable, Sendable {
  /// How numbers are spread.
  public enum Scale: String, CaseIterable, Sendable {
    /// Evenly.
    case linear
    /// Evenly in their logarithms.
    case log
  }

  /// The least number.
  public let lower: Double
  /// The greatest number.
  public let upper: Double
  /// How they are spread.
  public let scale: Scale
  /// The distance from each number to the next, counted from `lower`; nil for all numbers. It is 1
  /// where only whole numbers are meant.
  public let step: Double?
  private let steps: DecimalSteps?

  /// The numbers from `lower` to `upper`, in steps where there is one.
  public init(lower: Double, upper: Double, scale: Scale, step: Double?) {
    self.lower = lower
    self.upper = upper
    self.scale = scale
    self.step = step
    steps = step.map { DecimalSteps(from: lower, to: upper, by: $0) }
  }

  /// How many numbers there are; nil for a stretch of real numbers.
  public var count: Int? { steps.map { $0.count + 1 } }

  /// The number at a step, counted from 0; the last one is never beyond the upper bound.
  func value(step index: Int) -> Double { steps.map { $0[index] } ?? lower }

  /// The ends on the scale of the axis, each half a step further out where there are steps, so that
  /// the first and the last number have as much room as the others.
  var ends: (lower: Double, upper: Double) {
    let half = (step ?? 0) / 2
    let last = count.map { value(step: $0 - 1) } ?? upper
    return (scaled(lower - half), scaled(last + half))
  }

  /// A number on the scale of the axis.
  func scaled(_ value: Double) -> Double { scale == .log ? assay_log(value) : value }

  /// The number of the interval nearest to a place on the scale of the axis.
  func value(scaled place: Double) -> Double {
    let value = scale == .log ? assay_exp(place) : place
    guard let step, let count else { return min(upper, max(lower, value)) }
    let nearest = ((value - lower) / step).rounded()
    return self.value(step: Int(min(Double(count - 1), max(0, nearest))))
  }

  /// The number at a place of the unit interval, 0 <= `u` < 1.
  func value(at u: Double) -> Double {
    if scale == .linear, let count { return value(step: min(count - 1, Int(u * Double(count)))) }
    let (low, high) = ends
    return value(scaled: low + u * (high - low))
  }
}
