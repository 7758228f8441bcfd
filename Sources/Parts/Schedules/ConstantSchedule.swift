import YAML

/// The same at every step.
public struct ConstantSchedule: Schedule {
  /// The name in files.
  public static let kind = "constant"
  /// One line for `assay describe`.
  public static let summary = "the same at every step"
  /// What the short form sets.
  public static let mainKey: String? = "value"
  let value: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    value = fields.number("value", "the number")
  }

  /// The formula of `step` and `progress`.
  public var formula: String { "\(value)" }
}
