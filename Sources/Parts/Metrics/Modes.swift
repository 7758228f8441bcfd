import Text
import YAML

/// The number of modes of a mixture that samples reach: those that are nearest to at least one
/// sample of high quality (within three standard deviations).
public struct Modes: MetricPart {
  /// The name in files.
  public static let kind = "modes"
  /// One line for `assay describe`.
  public static let summary = "modes of a mixture that some sample lies close to"
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

  /// The number of modes reached.
  public func measure(_ points: UnsafeBufferPointer<Float>, against mixture: Mixture) -> Double {
    Double(mixture.highQuality(points).count { $0 > 0 })
  }
}
