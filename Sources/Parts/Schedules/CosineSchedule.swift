import YAML

/// Half a cosine over the whole run (Loshchilov and Hutter 2017, equation 5, without restarts).
public struct CosineSchedule: Schedule {
  /// The name in files.
  public static let kind = "cosine"
  /// One line for `assay describe`.
  public static let summary = "half a cosine over the run (Loshchilov and Hutter 2017)"
  let from: Double
  let to: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    from = fields.number("from", "value at the first step", in: 0.0...)
    to = fields.number("to", "value that the last step approaches", in: 0.0..., default: 0)
  }

  /// The formula of `step` and `progress`.
  public var formula: String { "\(to) + \((from - to) / 2) * (1 + cos(pi * progress))" }
}
