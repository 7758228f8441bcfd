import Parts
import YAML

/// Ends a run whose best value so far is worse than the median of what finished runs had at the same
/// step.
public struct MedianPruner: PercentileRanking {
  /// The name in files.
  public static let kind = "median"
  /// One line for `assay describe`.
  public static let summary = "ends a run whose best value is worse than the median"
  /// What it decides by.
  public let rule: PercentileRule

  /// Reads the settings.
  public init(_ fields: inout Fields) { rule = PercentileRule(&fields, keep: 50) }
}
