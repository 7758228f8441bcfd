import YAML

/// `from * factor^⌊step / every⌋`.
public struct StepSchedule: Schedule {
  /// The name in files.
  public static let kind = "step"
  /// One line for `assay describe`.
  public static let summary = "multiplied by a factor every so many steps"
  let from: Double
  let every: Int
  let factor: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    from = fields.number("from", "value at the first step", in: .above(0))
    every = fields.int("every", "steps between changes", in: 1...)
    factor = fields.number(
      "factor", "multiplies the value at each change", in: .above(0), default: 0.1)
  }

  /// The formula of `step` and `progress`.
  public var formula: String { "\(from) * \(factor)^floor(step / \(every))" }
}
