/// What is known of a tensor's values before anything runs: an interval that holds them all.
///
/// Each op says in its own file what its inputs' bounds make of its result (`Op.interval`), so that
/// what is known of the data and of a network's last layer reaches the formulas that assume it.
public struct Interval: Hashable, Sendable {
  /// No value is less; -infinity where that is not known.
  public let lower: Double
  /// No value is greater; infinity where that is not known.
  public let upper: Double
  /// Whether values are expected to come near both ends. False where an interval was made of two
  /// that may depend on each other, as that of `v - v`: it holds all values, but may be too wide.
  public let isReached: Bool

  /// The values from `lower` to `upper`.
  public init(_ lower: Double, _ upper: Double, isReached: Bool = true) {
    let isInterval = lower <= upper
    self.lower = isInterval ? lower : -.infinity
    self.upper = isInterval ? upper : .infinity
    self.isReached = isReached
  }

  /// Any number.
  public static let unknown = Interval(-.infinity, .infinity)
  /// What probabilities are.
  public static let unit = Interval(0, 1)

  /// Whether both ends are known.
  public var isFinite: Bool { lower.isFinite && upper.isFinite }
  /// Whether there is one value only.
  public var isPoint: Bool { lower == upper }

  /// Whether all values lie in another interval.
  public func lies(in other: Interval) -> Bool { lower >= other.lower && upper <= other.upper }

  /// What a function that never falls makes of the values.
  public func rising(_ function: (Double) -> Double) -> Interval {
    Interval(function(lower), function(upper), isReached: isReached)
  }

  /// What a function that never rises makes of them.
  public func falling(_ function: (Double) -> Double) -> Interval {
    Interval(function(upper), function(lower), isReached: isReached)
  }

  /// Values of either interval.
  public func union(_ other: Interval) -> Interval {
    Interval(
      min(lower, other.lower), max(upper, other.upper), isReached: isReached && other.isReached)
  }

  /// What an operation that is monotone in each of two values makes of all pairs: its extremes lie
  /// at the ends. An end that comes out as no number is not known.
  public func combined(_ other: Interval, _ operation: (Double, Double) -> Double) -> Interval {
    let ends = [
      operation(lower, other.lower), operation(lower, other.upper),
      operation(upper, other.lower), operation(upper, other.upper),
    ]
    if ends.contains(where: \.isNaN) { return .unknown }
    return Interval(
      ends.min() ?? -.infinity, ends.max() ?? .infinity,
      isReached: isReached && other.isReached && (isPoint || other.isPoint))
  }
}

extension Op {
  /// Nothing is known.
  public func interval(_ inputs: [Interval]) -> Interval { .unknown }
}

extension Graph {
  /// What is known of each node's values, in the graph's order.
  ///
  /// - Parameter leaf: what is known of the values that come from outside.
  public func intervals(of leaf: (Leaf) -> Interval) -> [Interval] {
    var known: [Interval] = []
    known.reserveCapacity(nodes.count)
    for (index, node) in nodes.enumerated() {
      if let outside = node.op as? Leaf {
        known.append(leaf(outside))
      } else {
        let derived = node.op.interval(node.inputs.map { known[$0.index] })
        known.append(declared[Value(index: index)] ?? derived)
      }
    }
    return known
  }
}
