import Experiment

/// How long a run has waited for its metric to improve. It follows from the rows of `metrics.csv`
/// alone, so that an interruption does not show.
struct Wait {
  private let patience: Patience
  private var best: Double?
  private var evaluations = 0

  /// The wait after some rows.
  init(_ patience: Patience, after rows: MeasuredRows) {
    self.patience = patience
    for value in rows.values(of: patience.metric) { see([patience.metric: value]) }
  }

  /// Whether the run ends.
  var isOver: Bool { evaluations >= patience.evaluations }

  /// Takes what is measured at a step, by column. What is no number is no improvement.
  mutating func see(_ measured: [String: Double]) {
    guard let value = measured[patience.metric], !isOver else { return }
    if patience.goal.prefers(value, to: best ?? .nan) {
      best = value
      evaluations = 0
    } else {
      evaluations += 1
    }
  }

  /// Why the run ends.
  var reason: String {
    let times = evaluations == 1 ? "measurement" : "\(evaluations) measurements"
    return "`\(patience.metric)` did not improve in the last \(times)"
  }
}
