import Parts
import YAML

/// Ends a run whose best value so far lies behind a percentile of what finished runs had at the same
/// step (Golovin et al. 2017; decisions as Optuna's).
public struct PercentilePruner: PercentileRanking {
  /// The name in files.
  public static let kind = "percentile"
  /// One line for `assay describe`.
  public static let summary = "ends a run whose best value lies behind most finished ones"
  /// What the short form sets.
  public static let mainKey: String? = "keep"
  /// What it decides by.
  public let rule: PercentileRule

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    let keep = fields.number(
      "keep", "the share of runs that goes on, in percent", in: .between(0, 100), default: 25)
    rule = PercentileRule(&fields, keep: keep)
  }
}
