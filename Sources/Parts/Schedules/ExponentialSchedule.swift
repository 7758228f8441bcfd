import YAML

/// `from * factor^(step / every)`.
public struct ExponentialSchedule: Schedule {
  /// The name in files.
  public static let kind = "exponential"
  /// One line for `assay describe`.
  public static let summary = "multiplied by a factor over every so many steps, smoothly"
  let from: Double
  let every: Int
  let factor: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    from = fields.number("from", "value at the first step", in: .above(0))
    every = fields.int("every", "steps over which the factor applies once", in: 1..., default: 1)
    factor = fields.number("factor", "multiplies the value over `every` steps", in: .above(0))
  }

  /// The formula of `step` and `progress`.
  public var formula: String { "\(from) * \(factor)^(step / \(every))" }
}
