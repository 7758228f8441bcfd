import YAML

/// Rises linearly over the first `steps` steps, then stays at `to` (Goyal et al. 2017).
public struct WarmupSchedule: Schedule {
  /// The name in files.
  public static let kind = "warmup"
  /// One line for `assay describe`.
  public static let summary = "rises linearly over the first steps, then stays"
  let to: Double
  let steps: Int

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    to = fields.number("to", "value after the warm-up", in: .above(0))
    steps = fields.int("steps", "length of the warm-up in steps", in: 1...)
  }

  /// The formula of `step` and `progress`.
  public var formula: String { "\(to) * min(1, (step + 1) / \(steps))" }
}
