/// What is said of a metric that came out as no finite number.
public enum NotFinite {
  /// `test.ratio` is not a number at step 300.
  public static func text(_ name: String, _ value: Double, at step: Int) -> String {
    "`\(name)` is \(value.isNaN ? "not a number" : "infinite") at step \(step)"
  }
}
