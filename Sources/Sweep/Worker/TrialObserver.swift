import Run
import Search

/// Looks at the run of a trial: has its rows judged, in the record, before anything follows.
final class TrialObserver: RunObserver {
  /// Thrown where another worker took the trial: this one was taken for dead.
  struct Lost: Error {}

  private unowned let worker: Worker
  private let trial: Int
  private let watch: (Worker.Report) -> Void
  private var lastReport = -Double.infinity
  /// The step at which the trial was pruned; nil where it was not.
  private(set) var prunedStep: Int?
  /// Whether the trial was pruned.
  var isPruned: Bool { prunedStep != nil }

  init(_ worker: Worker, _ trial: Int, _ watch: @escaping (Worker.Report) -> Void) {
    self.worker = worker
    self.trial = trial
    self.watch = watch
  }

  func judges(_ row: MeasuredRow) -> Bool { false }

  func verdict(at row: MeasuredRow, _ position: CSVFile.Position) throws -> RunVerdict { .goOn }

  func advanced(to step: Int, of steps: Int) {
    let now = Timestamp.monotonic()
    guard now - lastReport > 0.1 || step == steps else { return }
    lastReport = now
    watch(Worker.Report(trial: trial, step: step, steps: steps))
  }
}
