import Run
import Search

/// Looks at the run of a trial: has its rows judged, in the record, before anything follows.
final class TrialObserver: RunObserver {
  /// Thrown where another worker took the trial: this one was taken for dead.
  struct Lost: Error {}

  private unowned let worker: Worker
  private let trial: Int
  private let steps: Int
  private let watch: (Worker.Report) -> Void
  /// The rows that were judged.
  private var judged: [Row] = []
  private var lastReport = -Double.infinity
  /// The step at which the trial was pruned; nil where it was not.
  private(set) var prunedStep: Int?
  /// Whether the trial was pruned.
  var isPruned: Bool { prunedStep != nil }

  /// Looks at the run of a trial that takes so many steps.
  init(_ worker: Worker, _ trial: Int, steps: Int, _ watch: @escaping (Worker.Report) -> Void) {
    self.worker = worker
    self.trial = trial
    self.steps = steps
    self.watch = watch
  }

  func judges(_ row: MeasuredRow) -> Bool {
    let section = worker.plan.section
    // Nothing is saved by ending a run at its last step.
    guard section.pruner != nil, row.step < steps, let metric = section.metric,
      row[metric.name] != nil
    else { return false }
    let point = section.trial(trial).point
    guard section.judges(Row(row), of: point, after: judged) else { return false }
    judged.append(Row(row))
    return true
  }

  func verdict(at row: MeasuredRow, _ position: CSVFile.Position) throws -> RunVerdict {
    let verdict = try recorded(row, position) ?? decide(row, position)
    if verdict == .prune { prunedStep = row.step }
    return verdict
  }

  /// What was decided at this row before this worker came to it.
  private func recorded(_ row: MeasuredRow, _ position: CSVFile.Position) throws -> RunVerdict? {
    guard let judgement = worker.state.verdicts[trial]?[row.step] else { return nil }
    guard judgement.digest == position.digest else {
      throw StorageError(
        "read", worker.record.folder.path,
        .invalid(
          "judged trial \(trial) at step \(row.step) by other rows of metrics.csv than there are"))
    }
    return judgement.verdict
  }

  /// Decides by what is in the record; what comes into it meanwhile is taken into account.
  private func decide(_ row: MeasuredRow, _ position: CSVFile.Position) throws -> RunVerdict {
    let section = worker.plan.section
    let value = section.metric.flatMap { row[$0.name] } ?? .nan
    while true {
      try worker.catchUp()
      guard worker.state.running[trial]?.worker == worker.record.writer else { throw Lost() }
      let prunes = section.prunes(trial, at: Row(row), value, worker.state.history)
      let judgement = Event.Judgement(
        step: row.step, epochs: Row(row).epochs, value: value, digest: position.digest,
        verdict: prunes ? .prune : .goOn)
      if try worker.append([.reached(trial: trial, judgement)]) { return judgement.verdict }
    }
  }

  func advanced(to step: Int, of steps: Int) {
    let now = Timestamp.monotonic()
    guard now - lastReport > 0.1 || step == steps else { return }
    lastReport = now
    watch(Worker.Report(trial: trial, step: step, steps: steps))
  }
}

extension Row {
  /// How far a run has come at a row.
  fileprivate init(_ row: MeasuredRow) {
    self.init(steps: row.step, epochs: Int(exactly: (row["epoch"] ?? 0).rounded(.down)) ?? 0)
  }
}
