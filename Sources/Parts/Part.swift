import YAML

/// One thing that an experiment can name: a layer, a loss, an optimiser, a dataset.
///
/// A part is a plain value, read from its mapping in the file. What it reads, with ranges and
/// defaults, is also what `assay describe` prints, what the JSON Schema says and what `--expand`
/// fills in, so none of these is written twice.
public protocol Part: Sendable {
  /// The name in the file: `conv_transpose`.
  static var kind: String { get }
  /// One line for `assay describe`.
  static var summary: String { get }
  /// The setting that the short form gives: `dense: 64` is `dense: {units: 64}`.
  static var mainSetting: String? { get }
  /// Reads the settings. Records every problem in `fields` and returns a placeholder for what it
  /// could not read, so that one run reports all problems.
  init(_ fields: inout Fields)
}

extension Part {
  /// No short form but the bare name.
  public static var mainSetting: String? { nil }
}
