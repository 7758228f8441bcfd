/// A mixture of round normal distributions of the same width in the plane, whose modes samples can
/// be measured against.
public struct Mixture: Hashable, Sendable {
  /// The middle of each mode: x, y.
  public let centers: [SIMD2<Double>]
  /// The standard deviation along each axis.
  public let deviation: Double

  /// A mixture of modes around `centers`.
  public init(centers: [SIMD2<Double>], deviation: Double) {
    self.centers = centers
    self.deviation = deviation
  }
}
