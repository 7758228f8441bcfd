import Text
import YAML

/// A way of choosing points: what `sweep.method` names.
public protocol Sampler: Part {
  /// Whether the number of points follows from the space, so that `runs` has no place beside it.
  static var countsItself: Bool { get }
  /// Whether results are needed, and so `metric`.
  static var isAdaptive: Bool { get }
  /// The points of a sweep. Throws where the space is none for this sampler.
  func points(_ plan: SamplerPlan) throws(Diagnostic) -> any Points
}

extension Sampler {
  /// `runs` says how many.
  public static var countsItself: Bool { false }
  /// Points follow from the seed alone.
  public static var isAdaptive: Bool { false }
}

/// What a sampler goes by.
public struct SamplerPlan: Sendable {
  /// The points to choose from.
  public let space: Space
  /// What all draws follow from.
  public let seed: UInt64
  /// How many points; 0 for a sampler that counts itself.
  public let runs: Int
  /// What is better; nil where no metric is named.
  public let goal: Goal?
  /// Where the sampler is named.
  public let span: Span
}

/// The points of a sweep, each a function of its number and of what was known when it was chosen.
public protocol Points: Sendable {
  /// How many.
  var count: Int { get }
  /// Point `number`, from 0, given what has happened. Throws where no point is found that obeys the
  /// constraints.
  func point(_ number: Int, _ history: History) throws(Diagnostic) -> Point
}

/// What is better.
public enum Goal: String, CaseIterable, Sendable {
  /// Less.
  case minimize
  /// More.
  case maximize

  /// The value as one of which less is better.
  func cost(_ value: Double) -> Double { self == .minimize ? value : -value }
}

extension Goal {
  /// Whether a value is better than another one; any number is better than NaN, and nothing is better
  /// than itself.
  public func prefers(_ value: Double, to other: Double) -> Bool {
    if value.isNaN || other.isNaN { return !value.isNaN && other.isNaN }
    return self == .minimize ? value < other : value > other
  }
}
