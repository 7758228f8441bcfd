import CKernels
import Tensor
import YAML

/// A spiral in the plane: the swiss roll of scikit-learn seen from its end, scaled by 1/5, as FFJORD
/// (Grathwohl et al. 2019) and many after it draw it.
///
/// With t = 3π/2 (1 + 2u) and u even in [0, 1): (t cos t, t sin t) / 5, plus normal noise.
public struct SwissRoll: Dataset {
  /// The name in files.
  public static let kind = "swiss_roll"
  /// One line for `assay describe`.
  public static let summary = "points in the plane along a spiral"
  /// What the short form sets.
  public static let mainKey: String? = "std"
  /// The standard deviation of the noise along each axis.
  public let std: Double
  private let counts: PointCounts

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    std = fields.number(
      "std", "standard deviation of the noise along each axis", in: 0...1e6, default: 0.2)
    counts = PointCounts(&fields)
  }

  /// Two values without labels.
  public func inspect(in context: DataContext) throws(DataError) -> DatasetInfo { counts.info }

  /// Draws the points; u comes from the stream `data.dataset.turn`.
  public func load(in context: DataContext) throws(DataError) -> LoadedDataset {
    let stream = RandomStream(seed: context.seed, path: "data.dataset.turn")
    return try counts.load(counts.info) { count, update throws(DataError) in
      try makePoints(count, update: update, seed: context.seed, deviation: std) { point in
        let u = Double(stream.integer(below: 1 << 32, at: point, update: update)) * 0x1p-32
        let t = 1.5 * Double.pi * (1 + 2 * u)
        return t / 5 * SIMD2(assay_cos(t), assay_sin(t))
      }
    }
  }
}
