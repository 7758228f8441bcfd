import Parts
import Text
import YAML

/// Successive halving without waiting (Jamieson and Talwalkar 2016; decisions as Optuna's): at each
/// rung, one of `factor` runs goes on.
public struct SuccessiveHalving: Pruner {
  /// The name in files.
  public static let kind = "successive_halving"
  /// One line for `assay describe`.
  public static let summary = "at each rung one of so many runs goes on (Jamieson 2016)"
  let ladder: Ladder

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    let first = fields.optionalDuration(
      "min", "the first rung; if missing, a hundredth of the first run that finishes")
    ladder = Ladder(
      first: first,
      factor: fields.int(
        "factor", "one of so many goes on, for so many times as long", in: 2...1000, default: 4),
      skipped: fields.int("skip", "rungs that are left out", in: 0...64, default: 0),
      bootstrap: fields.int(
        "bootstrap", "runs that are ended at each rung before any goes on", in: 0..., default: 0))
  }

  /// The rows that reach a rung are reported; all of them if the first rung is not known.
  public func judges(_ row: Row, of point: Int, after reported: [Row]) -> Bool {
    ladder.judges(row, after: reported)
  }

  /// Whether the trial is left behind at a rung.
  public func prunes(
    _ number: Int, at row: Row, _ value: Double, _ goal: Goal, _ history: History
  ) -> Bool {
    ladder.prunes(number, at: row, value, goal, history, among: history.peers(of: number))
  }
}

/// Rungs at which runs are compared: rung r is reached at `first` · `factor`^(`skipped` + r).
struct Ladder: Sendable {
  /// The length to the first rung; nil for a hundredth of the first run that finishes.
  let first: Duration?
  /// One of so many goes on.
  let factor: Int
  /// How many rungs are left out at the beginning.
  let skipped: Int
  /// How many runs are ended at each rung before any goes on.
  let bootstrap: Int

  private var unit: Duration.Unit { first?.unit ?? .steps }

  /// Where a rung is; nil beyond all runs.
  private func place(_ rung: Int, _ first: Int) -> Int? {
    var place = first
    for _ in 0..<skipped + rung {
      let (next, isTooFar) = place.multipliedReportingOverflow(by: factor)
      if isTooFar { return nil }
      place = next
    }
    return place
  }

  func judges(_ row: Row, after reported: [Row]) -> Bool {
    let count = row.count(unit)
    let last = reported.last?.count(unit) ?? 0
    guard let first else { return count > last }
    var rung = 0
    while let place = place(rung, first.count), place <= count {
      if place > last { return true }
      rung += 1
    }
    return false
  }

  /// Whether a trial ends at a row. All that was reported before is gone through once more in its
  /// order: which values stand at which rung follows from the decisions of then.
  func prunes(
    _ number: Int, at row: Row, _ value: Double, _ goal: Goal, _ history: History,
    among trials: [History.Trial]
  ) -> Bool {
    var climb = Climb(ladder: self, first: first?.count)
    let finished = trials.filter { $0.state == .finished && !$0.reports.isEmpty }
      .map { ($0.end, $0.reports.last?.row.count(unit) ?? 0) }
    var reports = trials.flatMap { trial in trial.reports.map { (trial.number, $0) } }
    reports.sort { $0.1.time < $1.1.time }
    for (number, report) in reports {
      climb.know(finished, before: report.time)
      _ = climb.report(number, report.row.count(unit), goal.cost(report.value))
    }
    climb.know(finished, before: .max)
    return climb.report(number, row.count(unit), goal.cost(value))
  }

  /// The values at each rung, as they came in.
  private struct Climb {
    let ladder: Ladder
    var first: Int?
    /// The costs at each rung, the least first.
    var rungs: [[Double]] = []
    /// The rung that each trial is to reach next.
    var next: [Int: Int] = [:]

    /// Takes the first rung from the trials that finished before a time, if there is any.
    mutating func know(_ finished: [(end: Int, count: Int)], before time: Int) {
      guard first == nil else { return }
      let longest = finished.filter { $0.end < time }.map(\.count).max()
      first = longest.map { max(1, $0 / 100) }
    }

    /// Takes a value; whether the trial ends there.
    mutating func report(_ number: Int, _ count: Int, _ cost: Double) -> Bool {
      guard let first else { return false }
      while let place = ladder.place(next[number, default: 0], first), place <= count {
        if cost.isNaN { return true }
        let rung = next[number, default: 0]
        next[number] = rung + 1
        if rungs.count == rung { rungs.append([]) }
        insert(cost, at: rung)
        let competing = rungs[rung].count
        if competing <= ladder.bootstrap { return true }
        if cost > rungs[rung][max(0, competing / ladder.factor - 1)] { return true }
      }
      return false
    }

    private mutating func insert(_ cost: Double, at rung: Int) {
      var low = 0
      var high = rungs[rung].count
      while low < high {
        let middle = (low + high) / 2
        if rungs[rung][middle] < cost { low = middle + 1 } else { high = middle }
      }
      rungs[rung].insert(cost, at: low)
    }
  }
}
