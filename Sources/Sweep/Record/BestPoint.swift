import Run
import Search

/// The best point of a sweep: that with the best mean of the metric over its seeds.
///
/// A point whose seeds are all finished comes before one with seeds that are missing, still running
/// or ended otherwise: a lucky seed is no result. A value that is not a number makes the mean none.
public struct BestPoint: Hashable, Sendable {
  /// The identities of its finished runs, in the order of the seeds.
  public var runs: [String]
  /// The mean over them.
  public var mean: Double
  /// How many points have this mean, itself included; it is the first of them.
  public var ties: Int
  /// The numbers of these points, up to ``most`` of them.
  public var points: [Int]

  /// The most points of a tie that are told by number.
  static let most = 100
}

extension BestPoint {
  /// The best point of the trials that ended; nil where none did with a number.
  public init?(
    of trials: [(number: Int, run: String, outcome: Outcome, value: Double?)], seeds: Int,
    goal: Goal
  ) {
    var search = BestPointSearch(seeds: seeds, goal: goal)
    for trial in trials { search.end(trial.number, run: trial.run, trial.outcome, trial.value) }
    guard let best = search.best else { return nil }
    self = best
  }
}

/// Finds the best point while trials end, in any order. It keeps what ended of a point until all of
/// its seeds have, and the best.
struct BestPointSearch {
  private let seeds: Int
  private let goal: Goal
  /// The points of which something ended and something may still end.
  private var open: [Int: Tally] = [:]
  /// The best of the points whose seeds all finished, and of those of which some did.
  private var whole: BestPoint?
  private var partial: BestPoint?

  /// The trials of one point that ended, by seed.
  private struct Tally {
    var values: [Int: (run: String, value: Double)] = [:]
    /// The seeds that ended without a value, and those among them that can be tried again.
    var left: Set<Int> = []
    var failed: Set<Int> = []

    /// The point's mean; nil where no seed has a value, or some value is not a number.
    func best(_ point: Int) -> BestPoint? {
      let ended = values.sorted { $0.key < $1.key }.map(\.value)
      let mean = ended.reduce(0) { $0 + $1.value } / Double(ended.count)
      guard !ended.isEmpty, !mean.isNaN else { return nil }
      return BestPoint(runs: ended.map(\.run), mean: mean, ties: 1, points: [point])
    }
  }

  /// No trial has ended; each point has as many as `seeds`.
  init(seeds: Int, goal: Goal) {
    self.seeds = max(1, seeds)
    self.goal = goal
  }

  /// Notes that a trial ended.
  mutating func end(_ trial: Int, run: String, _ outcome: Outcome, _ value: Double?) {
    let (point, seed) = trial.quotientAndRemainder(dividingBy: seeds)
    var tally = open[point] ?? Tally()
    if outcome == .finished, let value {
      tally.values[seed] = (run, value)
    } else {
      tally.left.insert(seed)
    }
    if outcome == .failed { tally.failed.insert(seed) }
    guard tally.values.count + tally.left.count == seeds,
      tally.failed.isEmpty || tally.values.isEmpty
    else {
      open[point] = tally
      return
    }
    open[point] = nil
    guard let best = tally.best(point) else { return }
    if tally.left.isEmpty { whole = better(whole, best) } else { partial = better(partial, best) }
  }

  /// Notes that a trial that failed is to be tried again.
  mutating func retry(_ trial: Int) {
    let (point, seed) = trial.quotientAndRemainder(dividingBy: seeds)
    open[point]?.left.remove(seed)
    open[point]?.failed.remove(seed)
  }

  /// The best so far; nil where no trial ended with a number.
  var best: BestPoint? {
    if let whole { return whole }
    return open.keys.sorted().reduce(partial) { best, point in
      open[point]?.best(point).map { better(best, $0) } ?? best
    }
  }

  /// The better of two, the tie of both where they are equal.
  private func better(_ known: BestPoint?, _ other: BestPoint) -> BestPoint {
    guard let known else { return other }
    if goal.prefers(other.mean, to: known.mean) { return other }
    if goal.prefers(known.mean, to: other.mean) { return known }
    var first = known.points[0] < other.points[0] ? known : other
    first.ties = known.ties + other.ties
    first.points = Array((known.points + other.points).sorted().prefix(BestPoint.most))
    return first
  }
}
