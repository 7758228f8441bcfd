import YAML

/// Normal distributions on a square grid, all as likely; the defaults are those of PacGAN (Lin et
/// al. 2018): 5 x 5 modes at -4, -2, 0, 2 and 4. A point's label is its mode, counted by rows of
/// rising y from the left.
public struct SquareGrid: Dataset {
  /// The name in files.
  public static let kind = "grid"
  /// One line for `assay describe`.
  public static let summary = "points in the plane around modes on a square grid"
  /// What the short form sets.
  public static let mainKey: String? = "side"
  /// The number of modes along each side.
  public let side: Int
  /// The distance between neighbouring modes.
  public let spacing: Double
  /// The standard deviation of each mode along each axis.
  public let std: Double
  private let counts: PointCounts

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    side = fields.int("side", "modes along each side", in: 1...100, default: 5)
    spacing = fields.number(
      "spacing", "distance between neighbouring modes", in: .above(0, upTo: 1e6), default: 2)
    std = fields.number(
      "std", "standard deviation of a mode along each axis", in: .above(0, upTo: 1e6),
      default: 0.05)
    counts = PointCounts(&fields)
  }

  /// The modes.
  public var mixture: Mixture {
    let places = (0..<side).map { (Double($0) - Double(side - 1) / 2) * spacing }
    return Mixture(
      centers: places.flatMap { y in places.map { x in SIMD2(x, y) } }, deviation: std)
  }

  /// Two values, as many classes as modes.
  public func inspect(in context: DataContext) throws(DataError) -> DatasetInfo {
    var info = counts.info
    info.mixture = mixture
    info.classes = side * side
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
