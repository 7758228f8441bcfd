import Run
import Search
import Text

/// What the entries of a record add up to. Bits and numbers for each trial, so that a hundred
/// thousand of them take a few megabytes; more is kept only of those that are running.
public struct SweepState {
  /// Where a trial stands.
  public enum Standing: UInt8, Hashable, Sendable, CaseIterable {
    /// Nobody took it yet.
    case fresh
    /// A worker has it, or had it when it died.
    case running
    /// All steps are done.
    case finished
    /// The pruner stopped it.
    case pruned
    /// A loss or a gradient was not finite.
    case diverged
    /// It could not be trained.
    case failed
  }

  /// A trial that a worker has.
  public struct Running: Hashable, Sendable {
    /// The worker.
    public var worker: String
    /// The run's identity.
    public var run: String
    /// The seed.
    public var seed: UInt64
    /// Its point, as the record has it.
    public var point: JSON
    /// Whether its worker gave it back.
    public var isFree = false
    /// How many workers died on it since its last new checkpoint.
    public var deaths = 0
    /// The step of the checkpoint from which the last worker went on.
    public var step = 0
  }

  /// Deaths of workers without a newer checkpoint after which a trial has failed.
  public static let patience = 3

  /// The number of trials.
  public let count: Int
  /// Those that are running, by number.
  public private(set) var running: [Int: Running] = [:]
  /// What was decided at rows of trials that are running, by trial and step.
  public private(set) var verdicts: [Int: [Int: Event.Judgement]] = [:]
  /// How many trials stand where.
  public private(set) var counts: [Standing: Int]
  /// The best point so far, by the mean of the metric over its seeds; nil where there is none yet.
  public var best: BestPoint? { bestPoint.best }
  private var bestPoint: BestPointSearch
  /// Failed trials with what happened, the last few.
  public private(set) var failures: [(trial: Int, run: String, message: String)] = []
  /// What samplers and pruners may know; empty where they need nothing.
  public private(set) var history: History
  /// What the history is told in; nil where none is kept.
  private let section: SweepSection?
  private var standings: [UInt8]
  /// The run of each trial that was started, its 12 digits as a number; 0 where there is none.
  private var runs: [UInt64]
  /// The first trial that may be fresh.
  private var firstFresh = 0
  /// Trials to be tried again.
  private var again: Set<Int> = []

  /// No entry yet, of so many trials.
  public init(
    count: Int, seeds: Int = 1, goal: Goal = .minimize,
    keepingHistory section: SweepSection? = nil
  ) {
    self.count = count
    bestPoint = BestPointSearch(seeds: seeds, goal: goal)
    self.section = section
    history = History(seedCount: section?.seeds.count ?? 1)
    standings = [UInt8](repeating: 0, count: count)
    runs = [UInt64](repeating: 0, count: count)
    counts = [.fresh: count]
  }

  /// No entry yet of a plan's record.
  public init(_ plan: SweepPlan) {
    self.init(
      count: plan.count, seeds: plan.section.seeds.count,
      goal: plan.section.metric?.goal ?? .minimize,
      keepingHistory: plan.needsHistory ? plan.section : nil)
  }

  /// What the record of a sweep says now.
  public init(reading directory: SweepDirectory, _ plan: SweepPlan) throws {
    self.init(plan)
    let record = Record(folder: directory.recordFolder, sweep: directory.id, writer: "")
    while let entry = try record.next() { try take(entry, of: record) }
  }

  /// Takes an entry into account; throws where it contradicts those before it.
  mutating func take(_ entry: Record.Entry, of record: Record) throws {
    guard add(entry) else {
      throw StorageError(
        "read", Record.path(of: entry.number, in: record.folder).path,
        .invalid("contradicts the entries before it"))
    }
  }

  /// Where a trial stands.
  public func standing(of trial: Int) -> Standing { Standing(rawValue: standings[trial]) ?? .fresh }

  /// The run of a trial that was started; nil where it has none, as its experiment was refused.
  public func run(of trial: Int) -> String? {
    guard runs[trial] != 0 else { return nil }
    let digits = String(runs[trial], radix: 16)
    return String(repeating: "0", count: 12 - digits.count) + digits
  }

  /// How many trials are over.
  public var done: Int { count - (counts[.fresh] ?? 0) - running.count }

  /// How many trials failed or diverged.
  public var failed: Int { (counts[.failed] ?? 0) + (counts[.diverged] ?? 0) }

  /// The trials that stand somewhere.
  public func trials(_ standing: Standing) -> [Int] {
    standings.indices.filter { standings[$0] == standing.rawValue }
  }

  /// The next trial that nobody has; nil where there is none.
  public var nextFresh: Int? {
    if let trial = again.min() { return trial }
    return firstFresh < count ? firstFresh : nil
  }

  /// Takes an entry into account; false where it contradicts those before it.
  public mutating func add(_ entry: Record.Entry) -> Bool {
    entry.events.allSatisfy { add($0, by: entry.writer) }
  }

  private mutating func add(_ event: Event, by writer: String) -> Bool {
    switch event {
    case .started(let trial, let seed, let run, let point):
      guard isKnown(trial), standing(of: trial) == .fresh else { return false }
      if let section {
        guard let known = section.space.point(point) else { return false }
        history.start(trial, point: section.trial(trial).point, known, seed: seed)
      }
      move(trial, to: .running)
      runs[trial] = run.utf8.count == 12 ? UInt64(run, radix: 16) ?? 0 : 0
      running[trial] = Running(worker: writer, run: run, seed: seed, point: point)
    case .reached(let trial, let judgement):
      guard running[trial]?.worker == writer, verdicts[trial]?[judgement.step] == nil else {
        return false
      }
      verdicts[trial, default: [:]][judgement.step] = judgement
      if section != nil {
        history.report(
          trial, at: Row(steps: judgement.step, epochs: judgement.epochs), judgement.value)
      }
    case .ended(let trial, let end):
      guard running[trial]?.worker == writer else { return false }
      close(trial, end)
    case .taken(let trial, let step):
      guard var state = running[trial] else { return false }
      if !state.isFree { state.deaths = step > state.step ? 1 : state.deaths + 1 }
      state.isFree = false
      state.step = step
      state.worker = writer
      running[trial] = state
    case .left(let trial):
      guard running[trial]?.worker == writer else { return false }
      running[trial]?.isFree = true
    case .resumed:
      for trial in running.keys { running[trial]?.deaths = 0 }
    case .retried(let trial):
      guard isKnown(trial), standing(of: trial) == .failed else { return false }
      bestPoint.retry(trial)
      move(trial, to: .fresh)
      again.insert(trial)
      failures.removeAll { $0.trial == trial }
    }
    return true
  }

  private mutating func close(_ trial: Int, _ end: Event.End) {
    let run = running.removeValue(forKey: trial)?.run ?? ""
    verdicts[trial] = nil
    bestPoint.end(trial, run: run, end.outcome, end.value)
    switch end.outcome {
    case .finished: settle(trial, .finished, .finished, end.value)
    case .pruned: settle(trial, .pruned, .pruned, end.value)
    case .diverged: settle(trial, .diverged, .diverged, end.value)
    case .failed: settle(trial, .failed, .failed, end.value)
    }
    if end.outcome == .failed || end.outcome == .diverged {
      failures.append((trial, run, end.message ?? end.outcome.rawValue))
      if failures.count > 20 { failures.removeFirst() }
    }
  }

  private mutating func settle(
    _ trial: Int, _ standing: Standing, _ state: History.Trial.State, _ value: Double?
  ) {
    move(trial, to: standing)
    if section != nil { history.end(trial, state, value: value) }
  }

  private mutating func move(_ trial: Int, to standing: Standing) {
    counts[self.standing(of: trial), default: 0] -= 1
    counts[standing, default: 0] += 1
    standings[trial] = standing.rawValue
    again.remove(trial)
    while firstFresh < count, standings[firstFresh] != 0 { firstFresh += 1 }
    if standing == .fresh, trial < firstFresh { again.insert(trial) }
  }

  private func isKnown(_ trial: Int) -> Bool { standings.indices.contains(trial) }
}
