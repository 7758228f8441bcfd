import CKernels
import YAML

/// Normal distributions on a circle, all as likely; the defaults are those of PacGAN (Lin et al.
/// 2018) and VEEGAN (Srivastava et al. 2017). A point's label is its mode, counted from (radius, 0)
/// against the clock.
public struct Ring: Dataset {
  /// The name in files.
  public static let kind = "ring"
  /// One line for `assay describe`.
  public static let summary = "points in the plane around modes on a circle"
  /// What the short form sets.
  public static let mainKey: String? = "modes"
  /// The number of modes.
  public let modes: Int
  /// The circle's radius.
  public let radius: Double
  /// The standard deviation of each mode along each axis.
  public let std: Double
  private let counts: PointCounts

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    modes = fields.int("modes", "number of modes", in: 1...10_000, default: 8)
    radius = fields.number("radius", "radius of the circle", in: .above(0, upTo: 1e6), default: 1)
    std = fields.number(
      "std", "standard deviation of a mode along each axis", in: .above(0, upTo: 1e6),
      default: 0.01)
    counts = PointCounts(&fields)
  }

  /// The modes.
  public var mixture: Mixture {
    let centers = (0..<modes).map { mode in
      let angle = 2 * Double.pi * Double(mode) / Double(modes)
      return radius * SIMD2(assay_cos(angle), assay_sin(angle))
    }
    return Mixture(centers: centers, deviation: std)
  }

  /// Two values, as many classes as modes.
  public func inspect(in context: DataContext) throws(DataError) -> DatasetInfo {
    var info = counts.info
    info.mixture = mixture
    info.classes = modes
    return info
  }

  /// Draws the points.
  public func load(in context: DataContext) throws(DataError) -> LoadedDataset {
    let mixture = mixture
    return try counts.load(inspect(in: context)) { count, update throws(DataError) in
      try mixture.points(count, update: update, seed: context.seed)
    }
  }
}
