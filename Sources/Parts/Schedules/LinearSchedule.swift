import YAML

/// A straight line over the whole run.
public struct LinearSchedule: Schedule {
  /// The name in files.
  public static let kind = "linear"
  /// One line for `assay describe`.
  public static let summary = "a straight line over the run"
  let from: Double
  let to: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    from = fields.number("from", "value at the first step", in: 0.0...)
    to = fields.number("to", "value that the last step approaches", in: 0.0..., default: 0)
  }

  /// The formula of `step` and `progress`.
  public var formula: String { "\(from) + \(to - from) * progress" }
}
