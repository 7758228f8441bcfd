import Tensor

/// A tree that halves the trials again and again at a value of an axis, so that within its leaves
/// the results differ little (CART: Breiman, Friedman, Olshen, Stone, 1984).
struct RegressionTree: Sendable {
  /// A part of the space: on each axis a range of levels, and the mean result of the trials in it.
  struct Leaf: Sendable {
    /// The range of levels on each axis.
    var box: [Range<Int>]
    /// The mean result.
    var value: Double
  }

  /// Its leaves, which fill the space and do not overlap.
  private(set) var leaves: [Leaf] = []
  private let axes: [Levels]
  private let results: [Double]

  /// Fewest trials of a leaf.
  private static let least = 2

  /// The tree of some trials, given by their numbers, which may repeat.
  init(_ axes: [Levels], _ results: [Double], trials: [Int]) {
    self.axes = axes
    self.results = results
    var open = [(trials: trials, box: axes.map { 0..<$0.weights.count })]
    while let (trials, box) = open.popLast() {
      guard let cut = bestCut(trials) else {
        let value = Estimate(trials.map { results[$0] }).mean ?? 0
        leaves.append(Leaf(box: box, value: value))
        continue
      }
      var (low, high) = (box, box)
      low[cut.axis] = box[cut.axis].lowerBound..<cut.level
      high[cut.axis] = cut.level..<box[cut.axis].upperBound
      let ranks = axes[cut.axis].ranks
      open.append((trials.filter { ranks[$0] < cut.level }, low))
      open.append((trials.filter { ranks[$0] >= cut.level }, high))
    }
  }

  /// Where to part some trials so that the squares of both parts sum to least; nil where nothing is
  /// won.
  private func bestCut(_ trials: [Int]) -> (axis: Int, level: Int)? {
    guard trials.count >= 2 * RegressionTree.least else { return nil }
    let total = trials.reduce(0) { $0 + results[$1] }
    let count = Double(trials.count)
    // The sum of squares falls by what this exceeds total^2 / count.
    var best = (gain: total * total / count + 1e-12, axis: -1, level: 0)
    for (axis, levels) in axes.enumerated() {
      var counts = [Int](repeating: 0, count: levels.weights.count)
      var sums = [Double](repeating: 0, count: levels.weights.count)
      for trial in trials {
        counts[levels.ranks[trial]] += 1
        sums[levels.ranks[trial]] += results[trial]
      }
      var (left, sum, last) = (0, 0.0, -1)
      for level in counts.indices where counts[level] > 0 {
        if left >= RegressionTree.least, trials.count - left >= RegressionTree.least {
          let (n, rest) = (Double(left), total - sum)
          let gain = sum * sum / n + rest * rest / (count - n)
          // Between two tried values, the cut stands right above the lower one's neighbours.
          if gain > best.gain { best = (gain, axis, (last + level + 1) / 2) }
        }
        left += counts[level]
        sum += sums[level]
        last = level
      }
    }
    return best.axis < 0 ? nil : (best.axis, max(1, best.level))
  }
}
