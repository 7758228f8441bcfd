import Text
import YAML

/// The share of samples of high quality, in per cent: those within three standard deviations of the
/// nearest mode of a mixture.
public struct HighQuality: MetricPart {
  /// The name in files.
  public static let kind = "high_quality"
  /// One line for `assay describe`.
  public static let summary = "per cent of samples within three standard deviations of a mode"
  /// What it is measured in.
  public static let unit: String? = "%"
  /// What the short form sets.
  public static let mainKey: String? = "samples"
  /// The number of samples.
  public let samples: Int
  /// What makes a sample.
  public let of: SpannedText?

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    samples = fields.int("samples", "number of samples", in: 1...10_000_000, default: 2500)
    of = fields.optionalFormula("of", "formula of a sample; else the generator's")
  }

  /// The share in per cent.
  public func measure(_ points: UnsafeBufferPointer<Float>, against mixture: Mixture) -> Double {
    let good = mixture.highQuality(points).reduce(0, +)
    return 100 * Double(good) / Double(max(points.count / 2, 1))
  }
}
