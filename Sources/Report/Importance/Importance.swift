import Tensor

/// How much each axis of a study decides: a functional analysis of variance of a random forest.
///
/// F. Hutter, H. Hoos, K. Leyton-Brown, "An efficient approach for assessing hyperparameter
/// importance" (ICML 2014), in a form without scales: results are ranks, so that one diverged trial
/// does not decide alone; an axis is the values that were tried, each as heavy as it is frequent. A
/// tree's mean over all axes but one, as a function of that one, has a variance; its share of the
/// tree's whole variance is the axis's importance. What no axis has alone is left to interactions.
public struct Importance: Sendable {
  /// What an axis decides.
  public struct Share: Hashable, Sendable {
    /// The share of the variance, 0...1: the mean over the trees.
    public let mean: Double
    /// The standard deviation over the trees.
    public let deviation: Double
    /// Spearman's correlation of the axis's values with the results, -1...1.
    public let correlation: Double
  }

  /// One share for each axis.
  public let shares: [Share]
  /// The share that several axes have together.
  public let interactions: Double

  /// Trials below which nothing is said.
  public static let fewest = 8
  private static let trees = 64

  /// The importance of axes, each given by its value's text for each trial, for finite results. Nil
  /// for too few trials, and where the results do not vary.
  public init?(axes texts: [[String]], results: [Double]) {
    guard results.count >= Importance.fewest, Set(results).count > 1, !texts.isEmpty else {
      return nil
    }
    let axes = texts.map(Levels.init)
    let ranks = Ranks.of(results)
    let stream = RandomStream(seed: 0, path: "report.importance")
    var shares: [[Double]] = []
    for tree in 0..<Importance.trees {
      let trials = results.indices.map {
        Int(stream.integer(below: UInt64(results.count), at: $0, update: UInt32(tree)))
      }
      let tree = RegressionTree(axes, ranks, trials: trials)
      if let found = Importance.shares(tree, axes) { shares.append(found) }
    }
    if shares.isEmpty { return nil }
    self.shares = axes.indices.map { axis in
      let values = shares.map { $0[axis] }
      let estimate = Estimate(values)
      return Share(
        mean: estimate.mean ?? 0, deviation: (estimate.variance ?? 0).squareRoot(),
        correlation: Ranks.correlation(axes[axis].ranks.map(Double.init), ranks))
    }
    interactions = max(0, 1 - self.shares.reduce(0) { $0 + $1.mean })
  }

  /// The share of each axis in a tree's variance; nil for a tree without any.
  private static func shares(_ tree: RegressionTree, _ axes: [Levels]) -> [Double]? {
    // The weight of the levels below each level, so that a range's weight is one difference.
    let sums = axes.map { axis in
      axis.weights.reduce(into: [0.0]) { $0.append(($0.last ?? 0) + $1) }
    }
    var (mean, square) = (0.0, 0.0)
    var steps = axes.map { [Double](repeating: 0, count: $0.weights.count + 1) }
    for leaf in tree.leaves {
      let sides = zip(sums, leaf.box).map { $0[$1.upperBound] - $0[$1.lowerBound] }
      let volume = sides.reduce(1, *)
      mean += volume * leaf.value
      square += volume * leaf.value * leaf.value
      for (axis, range) in leaf.box.enumerated() where sides[axis] > 0 {
        let others = volume / sides[axis] * leaf.value
        steps[axis][range.lowerBound] += others
        steps[axis][range.upperBound] -= others
      }
    }
    let variance = square - mean * mean
    guard variance > 1e-12 else { return nil }
    return axes.indices.map { axis in
      var (level, sum) = (0.0, 0.0)
      for (step, weight) in zip(steps[axis], axes[axis].weights) {
        level += step
        sum += weight * (level - mean) * (level - mean)
      }
      return min(1, sum / variance)
    }
  }
}
