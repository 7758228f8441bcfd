/// The mean over runs that differ in the seed, step by step.
public enum MeanCurve {
  /// A point of one run's curve.
  public struct Sample: Hashable, Sendable {
    /// The step.
    public var step: Int
    /// Where it is drawn: the step itself, or an epoch, or seconds.
    public var x: Double
    /// The value.
    public var y: Double

    /// A point with these values.
    public init(step: Int, x: Double, y: Double) {
      self.step = step
      self.x = x
      self.y = y
    }
  }

  /// At each step that any run measured, the mean of the runs that measured it, m = sum y / n, and its
  /// standard error, sqrt(sum (y - m)^2 / (n - 1) / n); none for n = 1. A value that is not finite makes
  /// the mean not finite, so that it is seen as a gap.
  public static func points(_ runs: [[Sample]]) -> [Figure.Point] {
    var bySteps: [Int: [Sample]] = [:]
    for sample in runs.joined() { bySteps[sample.step, default: []].append(sample) }
    return bySteps.sorted { $0.key < $1.key }.map { _, samples in
      let x = Estimate(samples.map(\.x)).mean ?? .nan
      return point(x, samples.map(\.y))
    }
  }

  /// The mean of some values, with its standard error where there is one, at a place.
  static func point(_ x: Double, _ values: [Double]) -> Figure.Point {
    let estimate = Estimate(values)
    let error = estimate.standardError.flatMap { $0.isFinite ? $0 : nil }
    return Figure.Point(x, estimate.mean ?? .nan, error: error)
  }
}
