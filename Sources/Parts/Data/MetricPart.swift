import Text
import YAML

/// A number that is measured on samples of a network, where a formula would not do.
public protocol MetricPart: Part {
  /// What it is measured in; nil for a count or a plain number.
  static var unit: String? { get }
  /// How many samples it needs.
  var samples: Int { get }
  /// The formula that makes them, for one example; nil for the experiment's own generator.
  var of: SpannedText? { get }
  /// Measures samples of the plane against a mixture.
  ///
  /// - Parameter points: x and y of each sample, one after the other.
  func measure(_ points: UnsafeBufferPointer<Float>, against mixture: Mixture) -> Double
}

extension MetricPart {
  /// A plain number.
  public static var unit: String? { nil }
}
