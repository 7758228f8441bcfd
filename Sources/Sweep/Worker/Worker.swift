import Experiment
import Foundation
import Glibc
import Run
import Tensor
import Text

/// Trains the trials of a sweep, one after the other, until nothing is left that it could take.
///
/// All workers of a sweep do the same: read what is new in the record, take the next trial, train,
/// say how it ended. They know nothing of each other but the record, so they can be processes of one
/// machine or of many.
public final class Worker {
  let directory: SweepDirectory
  let plan: SweepPlan
  let record: Record
  var state: SweepState
  private let presence: Presence
  let workshop = Workshop()
  let log: LogFile
  private let isControlled: Bool
  /// What is to be told of this machine's clock; nil where it is right.
  public let clockWarning: String?
  private let watch: (Report) -> Void
  private var lastSummary = -Double.infinity
  private var lastLook = -Double.infinity

  /// What a worker tells those who watch it.
  public struct Report: Hashable, Sendable {
    /// The trial.
    public var trial: Int
    /// Finished steps.
    public var step: Int
    /// Steps in all.
    public var steps: Int

    /// So many steps of a trial.
    public init(trial: Int, step: Int, steps: Int) {
      self.trial = trial
      self.step = step
      self.steps = steps
    }
  }

  /// How a worker ended.
  public enum Ending: Sendable {
    /// Nothing is left to be taken.
    case done
    /// It was asked to stop; what it had in hand can be continued.
    case interrupted(signal: Int32)
  }

  /// A worker on the sweep of a directory. `watch` is called often.
  ///
  /// - Parameter isControlled: whether a controller keeps the sweep's summary; else the worker does.
  public init(
    _ directory: SweepDirectory, isControlled: Bool, watch: @escaping (Report) -> Void
  ) throws {
    self.directory = directory
    self.isControlled = isControlled
    self.watch = watch
    let summary = try SweepSummary(reading: directory.summaryFile)
    guard summary.numerics == Numerics.version else {
      throw Rejection([
        Diagnostic(
          "other-numerics",
          "`\(directory.path)` was begun with numerics version \(summary.numerics), "
            + "but this program has version \(Numerics.version)", at: nil,
          note: "assay \(summary.version) began it")
      ])
    }
    plan = try SweepPlan(directory, summary)
    presence = try Presence(folder: directory.workersFolder)
    record = Record(
      folder: directory.recordFolder, sweep: directory.id, writer: presence.name)
    state = SweepState(plan)
    log = LogFile(path: directory.logFile)
    clockWarning = presence.clockWarning()
    if let clockWarning, !isControlled { log.append(clockWarning) }
  }

  /// Works until nothing is left, or until a signal asks to stop.
  public func run() throws -> Ending {
    while true {
      if let signal = Signals.stop { return .interrupted(signal: signal) }
      try catchUp()
      try summarize()
      guard let trial = try take() else {
        return try mend().map { .interrupted(signal: $0) } ?? .done
      }
      if let task = trial.task { try work(trial.number, task) }
    }
  }

  /// Keeps the sweep's summary where no controller does, now and then and at the end.
  private func summarize() throws {
    let isDone = state.done == state.count
    guard !isControlled, isDone || Timestamp.monotonic() - lastSummary > 30 else { return }
    lastSummary = Timestamp.monotonic()
    var summary = try SweepSummary(reading: directory.summaryFile)
    summary.take(state)
    if isDone {
      summary.status = .finished
      summary.ended = Timestamp.now()
    }
    // Another process may keep it at the same time, or clear the folder: what it says is no result.
    try? summary.write(to: directory.summaryFile)
  }

  /// Reads what is new in the record.
  func catchUp() throws {
    while let entry = try record.next() { try state.take(entry, of: record) }
  }

  /// Adds events, and takes them into account; false where another process was first: what it wrote
  /// is read then.
  func append(_ events: [Event]) throws -> Bool {
    guard try record.append(events) else {
      try catchUp()
      return false
    }
    let entry = Record.Entry(number: record.count - 1, writer: record.writer, events: events)
    return state.add(entry)
  }
}

// MARK: - Taking a trial

extension Worker {
  /// A trial in hand; without a task where it is over already.
  private struct Taken {
    let number: Int
    let task: Task?
  }

  /// What is to be trained.
  struct Task {
    let experiment: Experiment
    let digests: [String: String]
    let identity: Identity

    init(_ experiment: Experiment, in plan: SweepPlan) throws {
      self.experiment = experiment
      digests = try plan.digests(of: experiment)
      identity = Identity(experiment, digests: digests)
    }
  }

  private func take() throws -> Taken? {
    while true {
      if let orphan = try orphan() {
        if let taken = try adopt(orphan) { return taken }
        continue
      }
      guard let number = state.nextFresh else {
        guard try waits() else { return nil }
        continue
      }
      if let taken = try start(number) { return taken }
    }
  }

  /// Waits a moment where it is to be seen yet whether a worker on another machine lives; false where
  /// it is known of all, or this one is to stop.
  private func waits() throws -> Bool {
    guard Signals.stop == nil,
      state.running.values.contains(where: { presence.isDoubtful($0.worker) })
    else { return false }
    Thread.sleep(forTimeInterval: 0.5)
    try catchUp()
    return true
  }

  /// A trial whose worker is gone. Looked for every few seconds only, while others are fresh.
  private func orphan() throws -> Int? {
    let now = Timestamp.monotonic()
    guard state.nextFresh == nil || now - lastLook > 2 else { return nil }
    let orphan = try state.running.filter { _, running in
      try running.isFree || running.worker != record.writer && !presence.isAlive(running.worker)
    }.keys.min()
    if orphan == nil { lastLook = now }
    return orphan
  }

  /// Goes on with a trial whose worker is gone; nil where another worker was first.
  private func adopt(_ number: Int) throws -> Taken? {
    guard let running = state.running[number] else { return nil }
    let run = RunDirectory(path: "\(directory.runs)/\(plan.base.name)/\(running.run)")
    let step = try CheckpointStore.entries(in: run.checkpointsFolder).last?.step ?? 0
    let taken = Event.taken(trial: number, step: step)
    let deaths = running.isFree ? 0 : step > running.step ? 1 : running.deaths + 1
    if deaths >= SweepState.patience {
      let end = Event.End(
        outcome: .failed, step: step, value: nil, digest: "",
        message: "\(deaths) workers died while they trained it, without a checkpoint in between")
      guard try append([taken, .ended(trial: number, end)]) else { return nil }
      log.append("trial \(number) failed: \(end.message ?? "")")
      return Taken(number: number, task: nil)
    }
    guard try append([taken]) else { return nil }
    log.append("trial \(number) is continued from step \(step) by \(record.writer)")
    guard let point = plan.section.space.point(running.point) else {
      throw StorageError(
        "read", record.folder.path, .invalid("has a point of trial \(number) that is none"))
    }
    let trial = SweepPlan.Trial(number: number, point: point, seed: running.seed)
    return Taken(number: number, task: try Task(plan.experiment(of: trial), in: plan))
  }

  /// Takes a trial that nobody had; nil where another worker was first.
  private func start(_ number: Int) throws -> Taken? {
    let trial = try plan.trial(number, state.history)
    let point = plan.section.space.json(of: trial.point)
    let experiment: Experiment
    do {
      experiment = try plan.experiment(of: trial)
    } catch {
      let end = Event.End(
        outcome: .failed, step: 0, value: nil, digest: "",
        message: error.diagnostics.first.map { "\($0)" })
      let events: [Event] = [
        .started(trial: number, seed: trial.seed, run: "", point: point),
        .ended(trial: number, end),
      ]
      return try append(events) ? Taken(number: number, task: nil) : nil
    }
    let task = try Task(experiment, in: plan)
    let event = Event.started(
      trial: number, seed: trial.seed, run: task.identity.short, point: point)
    return try append([event]) ? Taken(number: number, task: task) : nil
  }
}

// MARK: - Training

extension Worker {
  /// Trains a trial and records how it ended.
  private func work(_ number: Int, _ task: Task) throws {
    let observer = TrialObserver(self, number, steps: task.experiment.stepCount, watch)
    var options = RunOptions()
    options.runs = directory.runs
    options.isQuiet = true
    options.observer = observer
    options.note = { [log] in log.append("trial \(number): \($0)") }
    let outcome: Outcome
    var message: String?
    var session: RunSession?
    do {
      let opened = try RunSession(
        task.experiment, source: plan.source, identity: task.identity, digests: task.digests,
        options: options, workshop: workshop)
      session = opened
      switch try train(opened) {
      case .finished: outcome = observer.isPruned ? .pruned : .finished
      case .pruned: outcome = .pruned
      case .diverged(let divergence):
        outcome = .diverged
        message = divergence.diagnostic.fact
      case .interrupted:
        try leave(number)
        return
      }
    } catch let error where Worker.isOfTrial(error) {
      outcome = .failed
      message = Worker.text(error)
    } catch is TrialObserver.Lost {
      log.append("trial \(number) was taken from \(record.writer)")
      return
    }
    let end = try Worker.end(
      outcome, message, session?.directory, plan.section.metric?.name, upTo: observer.prunedStep)
    try finish(number, end)
  }

  /// Trains; waits for a run that another process has in hand.
  func train(_ session: RunSession) throws -> RunEnd {
    var wait = 0.02
    while true {
      do {
        return try session.run()
      } catch let error as StorageError where error.isHeld {
        if let signal = Signals.stop { return .interrupted(signal: signal) }
        Thread.sleep(forTimeInterval: wait)
        wait = min(1, 1.5 * wait)
      }
    }
  }

  private func leave(_ number: Int) throws {
    while state.running[number]?.worker == record.writer {
      if try append([.left(trial: number)]) { return }
    }
  }

  private func finish(_ number: Int, _ end: Event.End) throws {
    while state.running[number]?.worker == record.writer {
      guard try append([.ended(trial: number, end)]) else { continue }
      if let message = end.message { log.append("trial \(number) \(end.outcome): \(message)") }
      return
    }
  }

  /// How a run stands for the sweep that ends at `step`, or where it has come to.
  static func end(
    _ outcome: Outcome, _ message: String?, _ run: RunDirectory?, _ metric: String?,
    upTo step: Int?
  ) throws -> Event.End {
    // What a failed run left behind is gone when it is tried again.
    guard let run, outcome != .failed, exists(run.metricsFile) else {
      return Event.End(outcome: outcome, step: 0, value: nil, digest: "", message: message)
    }
    let rows = try MeasuredRows(reading: run.metricsFile)
    return Event.End(
      outcome: outcome, step: rows.lastStep(upTo: step ?? .max),
      value: metric.flatMap { rows.last($0, upTo: step ?? .max)?.value },
      digest: rows.position(upTo: step ?? .max).digest, message: message)
  }

  /// Whether an error lies in the trial itself, so that the others can go on.
  static func isOfTrial(_ error: any Error) -> Bool {
    switch error {
    case let error as StorageError: error.isInvalid
    case is Rejection, is Diagnostic, is Buffer.OutOfMemory: true
    default: false
    }
  }

  static func text(_ error: any Error) -> String {
    switch error {
    case let rejection as Rejection: rejection.diagnostics.first.map { "\($0)" } ?? "refused"
    case let error as Buffer.OutOfMemory: "the system did not give \(byteText(error.bytes))"
    default: "\(error)"
    }
  }
}
