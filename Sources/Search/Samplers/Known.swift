/// What is known of points: the results of those that have ended with all their seeds.
struct Known {
  /// A point and how well it did.
  struct Result {
    let number: Int
    let point: Point
    /// What points are ordered by: finished ones first, by their mean cost; then those that were
    /// ended early, the latest first and by the mean of their last costs; then those that diverged.
    let rank: (kind: Int, negatedLength: Int, cost: Double)
  }

  /// The points that have ended, in the order of their numbers.
  let ended: [Result]
  /// The points that are running, in the order of their numbers.
  let running: [(number: Int, point: Point)]

  /// What a history tells. A point of which a run failed tells nothing.
  init(_ history: History, _ goal: Goal) {
    var trials: [Int: [History.Trial]] = [:]
    for trial in history.trials { trials[trial.point, default: []].append(trial) }
    var ended: [Result] = []
    var running: [(number: Int, point: Point)] = []
    for (number, point) in history.points.sorted(by: { $0.key < $1.key }) {
      let own = trials[number] ?? []
      if own.contains(where: { $0.state == .running }) || own.count < history.seedCount {
        running.append((number, point))
      } else if !own.contains(where: { $0.state == .failed }) {
        ended.append(Result(number: number, point: point, rank: Known.rank(own, goal)))
      }
    }
    self.ended = ended
    self.running = running
  }

  private static func rank(_ trials: [History.Trial], _ goal: Goal) -> (Int, Int, Double) {
    let values = trials.map { trial -> Double? in
      trial.state == .pruned ? trial.reports.last?.value : trial.value
    }
    let known = values.compactMap { $0 }.filter { !$0.isNaN }
    let isWhole = known.count == trials.count
    let cost = known.map(goal.cost).reduce(0, +) / Double(max(1, known.count))
    if trials.contains(where: { $0.state == .diverged }) { return (2, 0, 0) }
    guard trials.contains(where: { $0.state == .pruned }) else {
      return isWhole ? (0, 0, cost) : (2, 0, 0)
    }
    let length =
      trials.filter { $0.state == .pruned }
      .map { $0.reports.last?.row.steps ?? 0 }.min() ?? 0
    return (1, -length, isWhole ? cost : .infinity)
  }

  /// The best tenth of the points, at most 25, and the rest with those that are running; both in the
  /// order of their numbers.
  var split: (below: [Point], above: [Point]) {
    let count = min((ended.count + 9) / 10, 25)
    let order = ended.indices.sorted {
      let (left, right) = (ended[$0].rank, ended[$1].rank)
      return (left.kind, left.negatedLength, left.cost, $0)
        < (right.kind, right.negatedLength, right.cost, $1)
    }
    let best = Set(order.prefix(count))
    let below = ended.indices.filter(best.contains).map { ended[$0].point }
    let rest = ended.indices.filter { !best.contains($0) }
      .map { (number: ended[$0].number, point: ended[$0].point) }
    return (below, (rest + running).sorted { $0.number < $1.number }.map(\.point))
  }
}
