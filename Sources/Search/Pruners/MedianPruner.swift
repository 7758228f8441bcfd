import Parts
import Text
import YAML

/// Ends a run whose best value so far is worse than the median of what finished runs had at the same
/// step.
public struct MedianPruner: Pruner {
  /// The name in files.
  public static let kind = "median"
  /// One line for `assay describe`.
  public static let summary = "ends a run whose best value is worse than the median"
  let rule: PercentileRule

  /// Reads the settings.
  public init(_ fields: inout Fields) { rule = PercentileRule(&fields, keep: 50) }

  /// The pruner; throws where lengths are counted differently.
  public func fitted(to steps: Duration, at place: Place) throws(Diagnostic) -> any Pruner {
    try rule.check(place)
    return self
  }

  /// Every measured row is reported, as each can hold the best value.
  public func judges(_ row: Row, of point: Int, after reported: [Row]) -> Bool {
    rule.judges(row, after: reported)
  }

  /// Whether the trial is worse than the median.
  public func prunes(
    _ number: Int, at row: Row, _ value: Double, _ goal: Goal, _ history: History
  ) -> Bool { rule.prunes(number, at: row, value, goal, history) }
}
