import Parts
import Text
import YAML

/// Asynchronous successive halving (Li et al. 2020; decisions as Ray Tune's): a run ends at a rung
/// where it is worse than the best share of those that were there before it.
public struct ASHA: Pruner {
  /// The name in files.
  public static let kind = "asha"
  /// One line for `assay describe`.
  public static let summary = "asynchronous successive halving (Li et al. 2020)"
  let first: Duration
  let factor: Int

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    first = fields.duration("min", "the first rung", default: Duration(1, .epochs))
    factor = fields.int(
      "factor", "the best of so many go on, for so many times as long", in: 2...1000, default: 4)
  }

  init(first: Duration, factor: Int) {
    self.first = first
    self.factor = factor
  }

  /// The rungs up to a length, the longest first.
  private func rungs(to count: Int) -> [Int] {
    var rungs: [Int] = []
    var rung = first.count
    while rung <= count {
      rungs.append(rung)
      let (next, isTooFar) = rung.multipliedReportingOverflow(by: factor)
      if isTooFar { break }
      rung = next
    }
    return rungs.reversed()
  }

  /// A row is reported if a rung at or below it has no value of this run: each report fills one.
  public func judges(_ row: Row, of point: Int, after reported: [Row]) -> Bool {
    rungs(to: row.count(first.unit)).count > reported.count
  }

  /// Whether the trial is worse at the highest rung that it has reached and has no value at.
  public func prunes(
    _ number: Int, at row: Row, _ value: Double, _ goal: Goal, _ history: History
  ) -> Bool {
    let own = history[number]?.reports ?? []
    guard let rung = fill(own.map { $0.row } + [row]).last ?? nil else { return false }
    let before = history.peers(of: number).compactMap { trial -> Double? in
      guard trial.number != number else { return nil }
      let places = fill(trial.reports.map(\.row))
      return places.firstIndex(of: rung).map { -goal.cost(trial.reports[$0].value) }
    }
    let share = (1 - 1 / Double(factor)) * 100
    guard let bar = percentile(share, of: before.filter { !$0.isNaN }) else { return false }
    return -goal.cost(value) < bar
  }

  /// The rung that each of a run's reports fills: the highest one that has been reached and is
  /// still empty; nil where all are filled.
  private func fill(_ rows: [Row]) -> [Int?] {
    var filled: Set<Int> = []
    return rows.map { row in
      let rung = rungs(to: row.count(first.unit)).first { !filled.contains($0) }
      if let rung { filled.insert(rung) }
      return rung
    }
  }
}
