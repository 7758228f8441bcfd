import Parts
import Text
import YAML

/// Ends a run whose best value so far lies behind a percentile of what finished runs had at the same
/// step (Golovin et al. 2017; decisions as Optuna's).
public struct PercentilePruner: Pruner {
  /// The name in files.
  public static let kind = "percentile"
  /// One line for `assay describe`.
  public static let summary = "ends a run whose best value lies behind most finished ones"
  /// What the short form sets.
  public static let mainKey: String? = "keep"
  let rule: PercentileRule

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    let keep = fields.number(
      "keep", "the share of runs that goes on, in percent", in: .between(0, 100), default: 25)
    rule = PercentileRule(&fields, keep: keep)
  }

  /// The pruner; throws where lengths are counted differently.
  public func fitted(to steps: Duration, at place: Place) throws(Diagnostic) -> any Pruner {
    try rule.check(place)
    return self
  }

  /// Every measured row is reported, as each can hold the best value.
  public func judges(_ row: Row, of point: Int, after reported: [Row]) -> Bool {
    rule.judges(row, after: reported)
  }

  /// Whether the trial lies behind.
  public func prunes(
    _ number: Int, at row: Row, _ value: Double, _ goal: Goal, _ history: History
  ) -> Bool { rule.prunes(number, at: row, value, goal, history) }
}
