import CKernels

/// A density over some dimensions: one kernel at each observed point and a wide one over all, each a
/// product of one distribution a dimension.
///
/// - Numbers: normal distributions cut off at the ends. At an observation its width is the larger
///   distance to its neighbours (of the first and the last one, to their only neighbour), at least
///   (high - low) / min(100, 2 + n) and at most high - low; the wide kernel stands in the middle
///   with the width high - low. Values with steps have the mass of their step.
/// - Lists: an observation adds 1 to its value's 1 / (n + 1), and each row is divided by its sum.
///
/// The weights of kernels are 1; of more than 25 observations the oldest rise from 1 / n to 1.
struct ParzenEstimator {
  private let domains: [Domain]
  /// Weights, of the wide kernel last; they add up to 1.
  private let weights: [Double]
  private let kernels: [Kernels]

  /// The kernels in one dimension.
  private enum Kernels {
    /// The middle of each normal distribution, its width, and the logarithm of its mass between the
    /// ends.
    case normal(Interval, means: [Double], widths: [Double], logMasses: [Double])
    /// The value that each kernel favours, nil for none; how many values there are.
    case choice(favoured: [Int?], count: Int)
  }

  /// The density of observed places: the number of a value, or a number on the scale of its axis.
  init(_ domains: [Domain], _ places: [[Double]]) {
    self.domains = domains
    let weights = ParzenEstimator.weights(places.count) + [1]
    let sum = weights.reduce(0, +)
    self.weights = weights.map { $0 / sum }
    kernels = domains.indices.map { dimension in
      let observed = places.map { $0[dimension] }
      switch domains[dimension] {
      case .list(let values):
        return .choice(favoured: observed.map { Int($0) } + [nil], count: values.count)
      case .interval(let interval): return ParzenEstimator.normal(interval, observed)
      }
    }
  }

  /// The weights of observations, the oldest first.
  private static func weights(_ count: Int) -> [Double] {
    guard count >= 25 else { return Array(repeating: 1, count: count) }
    let least = 1 / Double(count)
    let ramp = count - 25
    return (0..<count).map { index in
      guard index < ramp else { return 1 }
      return ramp == 1 ? least : least + (1 - least) * Double(index) / Double(ramp - 1)
    }
  }

  private static func normal(_ interval: Interval, _ observed: [Double]) -> Kernels {
    let (low, high) = interval.ends
    let order = observed.indices.sorted { (observed[$0], $0) < (observed[$1], $1) }
    let least = (high - low) / min(100, Double(observed.count + 2))
    var widths = [Double](repeating: high - low, count: observed.count + 1)
    for (place, index) in order.enumerated() {
      let left = place > 0 ? observed[index] - observed[order[place - 1]] : nil
      let right = place + 1 < order.count ? observed[order[place + 1]] - observed[index] : nil
      let alone = max(observed[index] - low, high - observed[index])
      let gap = left == nil && right == nil ? alone : max(left ?? 0, right ?? 0)
      widths[index] = min(high - low, max(least, gap))
    }
    let means = observed + [0.5 * (low + high)]
    let masses = zip(means, widths).map { mean, width in
      Normal.logMass((low - mean) / width, (high - mean) / width)
    }
    return .normal(interval, means: means, widths: widths, logMasses: masses)
  }

  /// A place drawn from the density: the first of some numbers below 1 chooses the kernel, one more
  /// for each dimension the place.
  func sample(_ units: [Double]) -> [Double] {
    let kernel = ParzenEstimator.index(at: units[0], weights)
    return kernels.indices.map { dimension in
      let u = units[dimension + 1]
      switch kernels[dimension] {
      case .choice(let favoured, let count):
        let shares = (0..<count).map {
          ParzenEstimator.share($0, favoured[kernel], count, kernels: weights.count)
        }
        return Double(ParzenEstimator.index(at: u, shares))
      case .normal(let interval, let means, let widths, _):
        let (low, high) = interval.ends
        let (mean, width) = (means[kernel], widths[kernel])
        let place =
          mean + width * Normal.quantile(u, (low - mean) / width, (high - mean) / width)
        return interval.scaled(interval.value(scaled: min(high, max(low, place))))
      }
    }
  }

  /// The logarithm of the density at a place.
  func logDensity(_ place: [Double]) -> Double {
    var logs = weights.map { assay_log($0) }
    for (dimension, kernels) in kernels.enumerated() {
      switch kernels {
      case .choice(let favoured, let count):
        for index in logs.indices {
          logs[index] += assay_log(
            ParzenEstimator.share(
              Int(place[dimension]), favoured[index], count, kernels: weights.count))
        }
      case .normal(let interval, let means, let widths, let masses):
        let bounds = interval.cell(around: place[dimension])
        for index in logs.indices {
          let (mean, width) = (means[index], widths[index])
          let log =
            bounds.map { Normal.logMass(($0.lower - mean) / width, ($0.upper - mean) / width) }
            ?? Normal.logDensity((place[dimension] - mean) / width) - assay_log(width)
          logs[index] += log - masses[index]
        }
      }
    }
    let most = logs.max() ?? 0
    guard most > -.infinity else { return most }
    return most + assay_log(logs.reduce(0) { $0 + assay_exp($1 - most) })
  }

  /// The coordinates of a place.
  func coordinates(_ place: [Double]) -> [Coordinate] {
    zip(domains, place).map { domain, place in
      switch domain {
      case .list: .choice(Int(place))
      case .interval(let interval): .number(interval.value(scaled: place))
      }
    }
  }

  /// The share of a value in a kernel that favours one, or none.
  private static func share(_ value: Int, _ favoured: Int?, _ count: Int, kernels: Int) -> Double {
    let base = 1 / Double(kernels)
    guard let favoured else { return 1 / Double(count) }
    return (value == favoured ? 1 + base : base) / (1 + base * Double(count))
  }

  /// Which of some shares of 1 a number below 1 falls into.
  private static func index(at u: Double, _ shares: [Double]) -> Int {
    var sum = 0.0
    for (index, share) in shares.enumerated() {
      sum += share
      if u < sum { return index }
    }
    return shares.count - 1
  }
}

extension Interval {
  /// The ends of a value's step on the scale of the axis; nil without steps.
  func cell(around place: Double) -> (lower: Double, upper: Double)? {
    guard let step else { return nil }
    let value = value(scaled: place)
    return (scaled(value - step / 2), scaled(value + step / 2))
  }
}

extension Space {
  /// The place of a point in a dimension: the number of its value, or its number on the scale of the
  /// axis; nil where none of the axes counts.
  func place(of dimension: Dimension, in point: Point) -> Double? {
    guard let axis = dimension.axes.first(where: { point.coordinates[$0] != nil }),
      let coordinate = point.coordinates[axis]
    else { return nil }
    switch (axes[axis].domain, coordinate) {
    case (.interval(let interval), .number(let value)): return interval.scaled(value)
    case (.list(let values), .choice(let index)):
      // Of lists that go together, one alone may hold a value several times.
      let number = values.indices.first { number in
        dimension.axes.allSatisfy {
          point.coordinates[$0] == nil
            || point.coordinates[$0] == axes[$0].coordinate(number: number)
        }
      }
      return Double(number ?? index)
    default: return nil
    }
  }
}
