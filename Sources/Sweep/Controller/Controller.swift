import Foundation
import Glibc
import Run
import Text

/// Has a sweep done on this machine: starts workers, watches them, starts others for those that die.
///
/// It decides nothing: whatever happens to it, the record says what is left to be done.
public final class Controller {
  /// What `assay sweep` was asked to do beside the sweep.
  public struct Options: Sendable {
    /// Worker processes.
    public var jobs = 1
    /// Threads of each.
    public var threads = 1
    /// Whether nothing is shown but the result.
    public var isQuiet = false
    /// Whether the first failed or diverged trial stops the sweep.
    public var failsFast = false
    /// Whether failed trials are tried again.
    public var retriesFailed = false
    /// Whether the sweep is shared with a controller that is at work.
    public var joins = false

    /// The usual.
    public init() {}
  }

  /// How it ended.
  public enum Ending: Sendable {
    /// Every trial is over.
    case finished(isNew: Bool)
    /// A signal stopped it; it can be continued.
    case interrupted(signal: Int32)
    /// A trial failed, and that was to stop the sweep.
    case failedFast
  }

  /// An error that stopped a worker, as it told it.
  public struct WorkerFailure: Error {
    /// What it wrote.
    public let text: String
  }

  /// The sweep's directory.
  public let directory: SweepDirectory
  /// What the record says.
  public private(set) var state: SweepState
  private let options: Options
  private let lock: RunLock?
  private let presence: Presence
  /// What is to be told of this machine's clock; nil where it is right.
  public let clockWarning: String?
  private let record: Record
  private var summary: SweepSummary
  private let log: LogFile
  private var crew: [WorkerProcess] = []
  private var lastSummary = -Double.infinity
  private var lastCheck = -Double.infinity
  /// The finished trials whose runs are to be made again.
  public private(set) var missing: [Int] = []
  private var lastLook = -Double.infinity
  private var mendings = 0

  /// Takes the sweep of a directory in hand. Throws a `StorageError` of a lock where another
  /// controller has it.
  public init(_ directory: SweepDirectory, _ plan: SweepPlan, _ options: Options) throws {
    self.directory = directory
    self.options = options
    lock = options.joins ? nil : try RunLock(path: directory.lockFile)
    if let fault = try Record.fault(in: directory.recordFolder) { throw fault }
    presence = try Presence(folder: directory.workersFolder)
    if !options.joins {
      try presence.clear(record: directory.recordFolder)
      try AtomicFile.removeLeftovers(in: directory.place)
    }
    record = Record(folder: directory.recordFolder, sweep: directory.id, writer: presence.name)
    summary = try SweepSummary(reading: directory.summaryFile)
    state = SweepState(plan)
    log = LogFile(path: directory.logFile)
    clockWarning = presence.clockWarning()
    if let clockWarning { log.append(clockWarning) }
    try catchUp()
    // They only make the record quicker to read.
    try? record.makeBlocks()
  }

  /// Has done what is missing.
  public func run() throws -> Ending {
    try reopen()
    missing = directory.missing(state)
    if state.done == state.count, missing.isEmpty {
      try close(.finished, nil)
      return .finished(isNew: false)
    }
    summary.started = Timestamp.now()
    summary.ended = nil
    try close(.running, nil)
    log.append("\(options.jobs) workers begin; \(state.done) of \(state.count) trials are over")
    if !missing.isEmpty {
      log.append("\(counted(missing.count, "finished run")) are not there any more")
    }
    let progress = SweepProgress(state, metric: summary.metric, isQuiet: options.isQuiet)
    defer { progress.clear() }
    do {
      let ending = try supervise(progress)
      switch ending {
      case .finished: try close(.finished, nil)
      case .interrupted(let signal): try close(.interrupted, "signal \(signal)")
      case .failedFast: try close(.interrupted, "a trial failed")
      }
      return ending
    } catch {
      dismiss()
      let text = (error as? WorkerFailure)?.text ?? "\(error)"
      log.append(text)
      try? close(.failed, text)
      throw error
    }
  }

  /// Forgets deaths of workers before now, and puts failed trials back where that was asked for.
  private func reopen() throws {
    if !state.running.isEmpty {
      while !(try append([.resumed])) {}
    }
    guard options.retriesFailed else { return }
    for trial in state.trials(.failed) {
      while state.standing(of: trial) == .failed, !(try append([.retried(trial: trial)])) {}
    }
  }

  private func append(_ events: [Event]) throws -> Bool {
    guard try record.append(events) else {
      try catchUp()
      return false
    }
    let entry = Record.Entry(number: record.count - 1, writer: record.writer, events: events)
    return state.add(entry)
  }

  private func catchUp() throws {
    while let entry = try record.next() { try state.take(entry, of: record) }
  }

  private func close(_ status: SweepSummary.Status, _ message: String?) throws {
    guard !options.joins else { return }
    summary.status = status
    summary.message = message
    if status != .running { summary.ended = Timestamp.now() }
    try writeSummary()
  }

  private func writeSummary() throws {
    summary.take(state)
    try summary.write(to: directory.summaryFile)
    lastSummary = Timestamp.monotonic()
  }
}

// MARK: - Workers

extension Controller {
  private func supervise(_ progress: SweepProgress) throws -> Ending {
    let failures = state.failed
    for _ in 0..<min(options.jobs, state.count - state.done + missing.count) { try hire() }
    while true {
      wait()
      for worker in crew { worker.look() }
      try catchUp()
      try replace()
      progress.update(state, crew.compactMap(\.report))
      if !options.joins, Timestamp.monotonic() - lastSummary > 5 { try writeSummary() }
      if state.done == state.count, try isWhole() {
        dismiss()
        if !options.joins { try presence.clear(record: directory.recordFolder) }
        return .finished(isNew: true)
      }
      if let signal = Signals.stop {
        dismiss()
        try catchUp()
        return .interrupted(signal: signal)
      }
      if options.failsFast, state.failed > failures {
        dismiss()
        try catchUp()
        return .failedFast
      }
    }
  }

  /// Whether no run of a finished trial is missing. Workers make those again before they end; where
  /// they died meanwhile, others do. Throws where that is in vain.
  private func isWhole() throws -> Bool {
    let now = Timestamp.monotonic()
    guard !missing.isEmpty, now - lastLook > 0.5 || crew.isEmpty else { return missing.isEmpty }
    lastLook = now
    missing.removeAll { !directory.isMissing(state, $0) }
    guard !missing.isEmpty, crew.isEmpty, Signals.stop == nil else { return missing.isEmpty }
    mendings += 1
    guard mendings < SweepState.patience else {
      throw WorkerFailure(
        text: "error[worker]: \(counted(missing.count, "finished run")) could not be made again; "
          + "\(directory.logFile) says why\n")
    }
    for _ in 0..<min(options.jobs, missing.count) { try hire() }
    return false
  }

  private func hire() throws {
    crew.append(
      try WorkerProcess([
        "sweep", directory.path, "--worker", "--controlled", "--threads", "\(options.threads)",
      ]))
  }

  /// Waits until a worker writes or ends, or for a tenth of a second.
  private func wait() {
    var descriptors = crew.flatMap(\.descriptors).map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    // Reports come often; more than ten looks a second are wasted.
    usleep(20_000)
    _ = poll(&descriptors, nfds_t(descriptors.count), 80)
  }

  /// Starts a worker for each that died, and as many as there are trials that nobody works on.
  private func replace() throws {
    for worker in crew {
      guard let ending = worker.ending else { continue }
      crew.removeAll { $0 === worker }
      switch ending {
      case .code(0): break
      case .code(let code) where code > 128 && Signals.stop != nil: break
      case .code(let code):
        throw WorkerFailure(
          text: worker.complaint.isEmpty
            ? "error[worker]: a worker ended with code \(code)\n" : worker.complaint)
      case .signal(let signal):
        log.append("worker \(worker.pid) was ended by signal \(signal)\n\(worker.complaint)")
        lastCheck = -.infinity
      }
    }
    let now = Timestamp.monotonic()
    guard Signals.stop == nil, crew.count < options.jobs, now - lastCheck > 1 else { return }
    lastCheck = now
    let orphans = try state.running.values.count { try $0.isFree || !presence.isAlive($0.worker) }
    let wanted = min(options.jobs, orphans + (state.counts[.fresh] ?? 0))
    let idle = crew.count - (state.running.count - orphans)
    for _ in 0..<max(0, min(options.jobs - crew.count, wanted - max(0, idle))) { try hire() }
  }

  /// Asks all workers to stop, and waits for them.
  private func dismiss() {
    for worker in crew { worker.stop() }
    while crew.contains(where: { $0.ending == nil }) {
      wait()
      for worker in crew { worker.look() }
    }
    crew = []
  }
}
