import Parts
import Text
import YAML

/// A way of ending runs early that lead nowhere: what `sweep.stop_early` names.
///
/// A run is judged among the runs of the same seed. What it decides at a row follows from the rows
/// that were reported before it.
public protocol Pruner: Part {
  /// The pruner for runs of a length. Throws where its own settings do not fit to it.
  func fitted(to steps: Duration, at place: Place) throws(Diagnostic) -> any Pruner
  /// Whether a measured row of a run is to be reported: point `point`, and the rows of this run that
  /// were reported before.
  func judges(_ row: Row, of point: Int, after reported: [Row]) -> Bool
  /// Whether a trial ends at a row that is to be reported. `history` is what has happened before, so
  /// this row is not among its reports.
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

extension History {
  /// The trials with the seed of trial `number`, itself included, in the order of their start.
  func peers(of number: Int) -> [Trial] {
    guard let own = self[number] else { return [] }
    return trials.filter { $0.seed == own.seed }
  }
}

extension Duration {
  /// Refuses two lengths that are counted differently.
  static func checkUnits(
    _ first: Duration?, _ second: Duration?, _ keys: (String, String), at place: Place
  ) throws(Diagnostic) {
    guard let first, let second, first.unit != second.unit else { return }
    throw Diagnostic(
      "mixed-units", "`\(keys.0)` is \(first), but `\(keys.1)` is \(second)",
      at: place.span(of: keys.1), help: "give both in steps, or both in epochs")
  }
}
