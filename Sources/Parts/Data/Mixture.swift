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

extension Mixture {
  /// How samples lie among the modes, as PacGAN (Lin et al. 2018, section 4.1) and VEEGAN (Srivastava
  /// et al. 2017) count: a sample is of high quality if it lies within three standard deviations of
  /// the nearest mode.
  ///
  /// - Parameter points: x and y of each sample, one after the other; a sample that is not finite
  ///   is of no quality.
  /// - Returns: for each mode, the samples of high quality nearest to it (the first of equally near
  ///   modes).
  func highQuality(_ points: UnsafeBufferPointer<Float>) -> [Int] {
    var counts = [Int](repeating: 0, count: centers.count)
    for index in 0..<points.count / 2 {
      let point = SIMD2(Double(points[2 * index]), Double(points[2 * index + 1]))
      var nearest = (mode: 0, distance: Double.infinity)
      for (mode, center) in centers.enumerated() {
        let difference = point - center
        let distance = difference.x * difference.x + difference.y * difference.y
        if distance < nearest.distance { nearest = (mode, distance) }
      }
      if nearest.distance <= 9 * deviation * deviation { counts[nearest.mode] += 1 }
    }
    return counts
  }
}
