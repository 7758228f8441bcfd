import Parts
import Text
import YAML

/// The section `sweep` of an experiment's file: which points are tried, with which seeds, what is
/// better, and when a run is ended early.
///
/// A *trial* is one point with one seed, so one run. Trials are counted from 0: all seeds of the
/// first point, then all seeds of the next.
public struct SweepSection: Sendable {
  /// The version of what samplers and pruners decide; raised whenever a decision changes.
  public static let version = 1
  /// The most points and the most trials of a sweep.
  public static let most = 1_000_000

  /// The name of the sampler; nil where the points are listed.
  public let method: String?
  /// The points by number, each made when it is asked for.
  public let points: any Points
  /// Whether points depend on results.
  public let isAdaptive: Bool
  /// The axes, and what must hold between them.
  public let space: Space
  /// The seeds of each point.
  public let seeds: [UInt64]
  /// What all decisions follow from: the experiment's own seed.
  public let seed: UInt64
  /// What is measured; nil where nothing depends on it.
  public let metric: SweepMetric?
  /// What ends runs early; nil for nothing.
  public let pruner: (any Pruner)?
  /// What Slurm is asked for; no part of the identity.
  public let slurm: SlurmOptions
  /// Where the section and its keys are written.
  public let place: Place
  /// The section with everything filled in.
  public let resolved: Node

  /// The section without what decides nothing: what a sweep's identity is made of.
  public var canonical: Node {
    Node(.mapping((resolved.entries ?? []).filter { $0.key != "slurm" }), at: resolved.span)
  }

  /// How many points there are.
  public var pointCount: Int { points.count }

  /// How many trials: points times seeds.
  public var trialCount: Int { points.count * seeds.count }

  /// The number of a trial's point, and its seed.
  public func trial(_ number: Int) -> (point: Int, seed: UInt64) {
    (number / seeds.count, seeds[number % seeds.count])
  }

  /// Point `number`, given what has happened before it was chosen. One that has been started stays
  /// what it was.
  public func point(_ number: Int, _ history: History) throws(Diagnostic) -> Point {
    if let known = history.points[number] { return known }
    return try points.point(number, history)
  }

  /// Whether a row of a run in which the metric is measured is to be reported, given the rows of
  /// this run that were reported before.
  public func judges(_ row: Row, of point: Int, after reported: [Row]) -> Bool {
    metric != nil && pruner?.judges(row, of: point, after: reported) == true
  }

  /// Whether a trial ends at a row. `history` holds what has happened before, so not this row.
  public func prunes(_ number: Int, at row: Row, _ value: Double, _ history: History) -> Bool {
    guard let pruner, let metric else { return false }
    return pruner.prunes(number, at: row, value, metric.goal, history)
  }
}

/// The column of `metrics.csv` that a sweep goes by; the last value of a run counts.
public struct SweepMetric: Sendable {
  /// The column.
  public let name: String
  /// What is better.
  public let goal: Goal
  /// Where it is written.
  public let place: Place
}

extension SweepSection {
  /// That a sweep is too large.
  static func tooMany(
    _ count: Int, _ what: String, _ noun: String, most: Int = most, at span: Span?
  ) -> Diagnostic {
    let shown = count == .max ? "more than 9e18" : grouped(count)
    return Diagnostic(
      "too-many-runs", "\(what) \(shown) \(noun), more than \(grouped(most))", at: span,
      label: "too many", help: "`method: random` with `runs: 100` tries some of them")
  }

  /// `1,000,000`
  private static func grouped(_ count: Int) -> String {
    let digits = Array(String(count))
    return digits.enumerated().map { index, digit in
      let isStart = index > 0 && (digits.count - index) % 3 == 0
      return (isStart ? "," : "") + String(digit)
    }.joined()
  }
}
