/// One side's times against another's, in pairs that were measured one after the other, so that what
/// else the machine does weighs on both.
public struct Comparison: Sendable {
  /// Whether a difference is more than the noise.
  public enum Verdict: String, Sendable {
    /// This side takes less time.
    case faster
    /// This side takes more time.
    case slower
    /// The noise could have made it.
    case unclear = "no clear difference"
  }

  /// The other side's times over this side's, pair by pair: above 1 this side is faster.
  public let ratios: Spread
  /// Whether the difference is more than the noise.
  public let verdict: Verdict
  /// What the verdict rests on.
  public let reason: String

  /// Rounds of both sides, measured in turns: a difference is clear if it goes the same way in every
  /// round, of at least five (a coin falls so in one of sixteen tries).
  public init(rounds: [(other: BenchResult, own: BenchResult)]) {
    let ratios = Spread(rounds.map { $0.other.median / $0.own.median })
    self.ratios = ratios
    let agrees = ratios.least > 1 || ratios.greatest < 1
    verdict =
      !agrees || rounds.count < 5 ? .unclear : ratios.median > 1 ? .faster : .slower
    reason =
      agrees
      ? rounds.count < 5 ? "fewer than 5 rounds" : "in each of \(rounds.count) rounds"
      : "rounds disagree"
  }

  /// Two results, of which one was saved at another time: a difference is clear if the middle halves
  /// of both sides' steps lie apart.
  public init(reference: BenchResult, own: BenchResult) {
    ratios = Spread([
      reference.lowerQuartile / own.upperQuartile, reference.median / own.median,
      reference.upperQuartile / own.lowerQuartile,
    ])
    if own.upperQuartile < reference.lowerQuartile {
      (verdict, reason) = (.faster, "the middle halves of the steps lie apart")
    } else if own.lowerQuartile > reference.upperQuartile {
      (verdict, reason) = (.slower, "the middle halves of the steps lie apart")
    } else {
      (verdict, reason) = (.unclear, "the middle halves of the steps overlap")
    }
  }
}
