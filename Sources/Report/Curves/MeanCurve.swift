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
      let x = mean(samples.map(\.x))
      let values = samples.map(\.y)
      return Figure.Point(x, mean(values), error: standardError(values))
    }
  }

  /// The mean of some values.
  static func mean(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 / Double(values.count) }
  }

  /// The standard error of the mean of independent values; nil where there is none.
  static func standardError(_ values: [Double]) -> Double? {
    guard values.count > 1 else { return nil }
    let mean = mean(values)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
    return error.isFinite ? error : nil
  }
}
