import Parts
import Text
import YAML

/// A pruner that ends runs which lie behind a percentile of others.
public protocol PercentileRanking: Pruner {
  /// What it decides by.
  var rule: PercentileRule { get }
}

extension PercentileRanking {
  /// The pruner; throws where lengths are counted differently.
  public func fitted(to steps: Duration, at place: Place) throws(Diagnostic) -> any Pruner {
    try rule.check(place)
    return self
  }

  /// Every measured row is reported, as each can hold the best value.
  public func judges(_ row: Row, of point: Int, after reported: [Row]) -> Bool {
    rule.judges(row, after: reported)
  }

  /// Whether the trial lies behind.
  public func prunes(
    _ number: Int, at row: Row, _ value: Double, _ goal: Goal, _ history: History
  ) -> Bool { rule.prunes(number, at: row, value, goal, history) }
}

/// When a run lies behind a percentile of what finished runs had at the same step.
public struct PercentileRule: Sendable {
  /// The share of runs that goes on, in percent.
  let keep: Double
  /// How many runs finish before any is ended.
  let startup: Int
  /// How long a run is left alone.
  let warmup: Duration?
  /// The time between decisions.
  let every: Duration?
  /// How many finished runs need a value at the same step.
  let least: Int

  init(_ fields: inout Fields, keep: Double) {
    self.keep = keep
    startup = fields.int("startup", "runs that finish before any is ended", in: 0..., default: 5)
    warmup = fields.optionalDuration("warmup", "how long each run is left alone")
    every = fields.optionalDuration("every", "time between decisions; each measured row if missing")
    least = fields.int(
      "least", "finished runs that need a value at the same step", in: 1..., default: 1)
  }

  func check(_ place: Place) throws(Diagnostic) {
    try Duration.checkUnits(warmup, every, ("warmup", "every"), at: place)
  }

  /// What is counted.
  private var unit: Duration.Unit { warmup?.unit ?? every?.unit ?? .steps }

  func judges(_ row: Row, after reported: [Row]) -> Bool {
    row.count(unit) > (reported.last?.count(unit) ?? -1)
  }

  func prunes(
    _ number: Int, at row: Row, _ value: Double, _ goal: Goal, _ history: History
  ) -> Bool {
    let count = row.count(unit)
    let finished = history.peers(of: number).filter { $0.state == .finished }
    let own = history[number]?.reports ?? []
    guard !finished.isEmpty, finished.count >= startup, isDue(count, own.last?.row.count(unit))
    else { return false }
    let costs = (own.map(\.value) + [value]).filter { !$0.isNaN }.map(goal.cost)
    guard let best = costs.min() else { return true }
    let others = finished.compactMap { trial in
      trial.reports.first { $0.row.count(unit) == count }?.value
    }
    guard others.count >= least,
      let bar = percentile(keep, of: others.filter { !$0.isNaN }.map(goal.cost))
    else { return false }
    return best > bar
  }

  /// Whether a row is the first one of its stretch between decisions.
  private func isDue(_ count: Int, _ last: Int?) -> Bool {
    let start = warmup?.count ?? 0
    guard count >= start else { return false }
    let stretch = every?.count ?? 1
    return (last ?? -1) < (count - start) / stretch * stretch + start
  }
}

/// The number that `percent` of some numbers lie below, between two of them in proportion (Hyndman
/// and Fan 1996, definition 7); nil for none.
func percentile(_ percent: Double, of values: [Double]) -> Double? {
  guard !values.isEmpty else { return nil }
  let sorted = values.sorted()
  let place = percent / 100 * Double(sorted.count - 1)
  let index = min(sorted.count - 1, max(0, Int(place)))
  let low = sorted[index]
  let high = sorted[min(index + 1, sorted.count - 1)]
  let share = place - Double(index)
  return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share)
}
