/// How some measurements of one thing lie.
public struct Spread: Hashable, Sendable {
  /// The measurements, ascending.
  public let values: [Double]

  /// The spread of some measurements, at least one.
  public init(_ values: [Double]) { self.values = values.sorted() }

  /// The value that half of them stay below.
  public var median: Double { quantile(0.5) }
  /// The value that a quarter stays below.
  public var lowerQuartile: Double { quantile(0.25) }
  /// The value that three quarters stay below.
  public var upperQuartile: Double { quantile(0.75) }
  /// The least.
  public var least: Double { values.first ?? .nan }
  /// The greatest.
  public var greatest: Double { values.last ?? .nan }

  /// Between the two nearest values, by where it lies between them.
  private func quantile(_ share: Double) -> Double {
    guard let last = values.last else { return .nan }
    let place = share * Double(values.count - 1)
    let below = Int(place)
    guard below + 1 < values.count else { return last }
    let weight = place - Double(below)
    return values[below] * (1 - weight) + values[below + 1] * weight
  }
}
