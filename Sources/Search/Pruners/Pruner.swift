import Parts
import Text
import YAML

/// A way of ending runs early that lead nowhere: what `sweep.stop_early` names.
///
/// A run is judged among the runs of the same seed.
public protocol Pruner: Part {
  /// The pruner once the length of a run is known. Throws where its own settings do not fit to it.
  func fitted(to steps: Duration, at place: Place) throws(Diagnostic) -> any Pruner
  /// Whether a row at which `row.steps` steps and `row.epochs` epochs are finished is to be
  /// reported; `previous` is the measured row before it, nil for the first one.
  func judges(_ row: Row, after previous: Row?) -> Bool
  /// Whether a trial ends at a row. `history` is what has happened before: this row is not among
  /// its reports.
  func prunes(_ number: Int, at row: Row, _ value: Double, _ goal: Goal, _ history: History)
    -> Bool
}

extension Pruner {
  /// The same for any length.
  public func fitted(to steps: Duration, at place: Place) throws(Diagnostic) -> any Pruner { self }
}

/// How far a run has come.
public struct Row: Hashable, Sendable {
  /// Finished steps.
  public let steps: Int
  /// Finished epochs.
  public let epochs: Int

  /// A row after so many steps and whole epochs.
  public init(steps: Int, epochs: Int) {
    self.steps = steps
    self.epochs = epochs
  }

  /// The one that is counted.
  func count(_ unit: Duration.Unit) -> Int { unit == .steps ? steps : epochs }
}
