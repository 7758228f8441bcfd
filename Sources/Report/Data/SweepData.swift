import Experiment
import Glibc
import Run
import Search
import Sweep
import Text
import YAML

/// The metric by which a study goes, and what is better.
public struct StudyMetric: Hashable, Sendable {
  /// The column of `metrics.csv`.
  public let name: String
  /// What is better.
  public let goal: Goal
}

/// A sweep as seen from outside: its directory is read, never changed.
public struct SweepData: Sendable {
  /// A trial that was started: one point with one seed.
  public struct Trial: Sendable {
    /// Its number, from 0.
    public let number: Int
    /// The values of the axes, in the order of the sweep's section.
    public let point: Settings
    /// The seed.
    public let seed: String
    /// Its run's directory; nil where the experiment was refused at this point.
    public let directory: RunDirectory?
    /// How it ended; nil while it runs, or was left.
    public fileprivate(set) var outcome: Outcome?
    /// The last value of the sweep's metric up to the end; nil where there is none.
    public fileprivate(set) var value: Double?
    /// Why it ended so, where there is more to say.
    public fileprivate(set) var message: String?
  }

  /// Its directory.
  public let directory: SweepDirectory
  /// What `sweep.json` says, with the status of now: `running` while nobody works on it is
  /// `interrupted`.
  public let summary: SweepSummary
  /// The paths of its axes, in the order of its section.
  public let axes: [String]
  /// The trials that were started, by rising number.
  public let trials: [Trial]

  /// The directory's path, `runs/<experiment>/sweeps/<identity>`.
  public var path: String { directory.path }
  /// The identity's first digits.
  public var id: String { directory.id }
  /// The experiment's name.
  public var experiment: String { directory.experiment }

  /// The metric that it searches by, and what is better; nil where it has none.
  public var metric: StudyMetric? { SweepData.metric(of: summary) }

  /// The metric that a sweep's summary names.
  static func metric(of summary: SweepSummary) -> StudyMetric? {
    guard let name = summary.metric else { return nil }
    return StudyMetric(name: name, goal: summary.goal.flatMap { Goal(rawValue: $0) } ?? .minimize)
  }

  /// How many trials stand where, by the words of records; those that nobody took are `fresh`.
  public var counts: [(name: String, count: Int)] {
    SweepData.counts(trials, of: summary.trials)
  }

  /// The runs that were started and that can be read, each once.
  public var runs: [RunData] {
    var seen: Set<String> = []
    return trials.compactMap(\.directory).filter { seen.insert($0.path).inserted }
      .compactMap { try? RunData($0) }
  }

  /// The finished trials whose runs were removed since: `assay sweep` makes them again.
  public var gone: [Trial] {
    trials.filter { trial in
      trial.outcome == .finished && trial.directory.map(SweepDirectory.isMissing) == true
    }
  }

  /// The points of its runs, by the runs' paths.
  public var points: [String: Settings] {
    let pairs = trials.compactMap { trial in trial.directory.map { ($0.path, trial.point) } }
    return Dictionary(pairs) { first, _ in first }
  }

  /// Reads a sweep's directory. Throws a `StorageError` for a record that is not one.
  public init(reading path: String) throws {
    directory = SweepDirectory(path: path)
    let summary = try SweepSummary(reading: directory.summaryFile)
    let space = SweepData.space(directory, summary)
    axes = space?.axes.map(\.path) ?? []
    var trials: [Int: Trial] = [:]
    let record = Record(folder: directory.recordFolder, sweep: directory.id, writer: "")
    while let entry = try record.next() {
      for event in entry.events { SweepData.add(event, to: &trials, directory, space) }
    }
    self.trials = trials.values.sorted { $0.number < $1.number }
    self.summary = try SweepData.live(summary, directory, self.trials)
  }

  private static func add(
    _ event: Event, to trials: inout [Int: Trial], _ directory: SweepDirectory, _ space: Space?
  ) {
    switch event {
    case .started(let number, let seed, let run, let point):
      let place = "\(directory.runs)/\(directory.experiment)/\(run.prefix(12))"
      trials[number] = Trial(
        number: number, point: Settings(point, in: space), seed: "\(seed)",
        directory: run.isEmpty ? nil : RunDirectory(path: place))
    case .ended(let number, let end):
      trials[number]?.outcome = end.outcome
      trials[number]?.value = end.value
      trials[number]?.message = end.message
    case .retried(let number): trials[number] = nil
    default: break
    }
  }

  /// The axes; nil where the experiment cannot be read any more, as after a change of the language.
  private static func space(_ directory: SweepDirectory, _ summary: SweepSummary) -> Space? {
    let problems = Problems()
    let loaded = Loader().load(
      directory.resolvedFile.path, overrides: summary.overrides, sweeping: true, problems)
    return loaded.flatMap {
      Experiment.read($0.root, folder: summary.folder, name: summary.experiment, problems)
    }?.sweep?.space
  }

  /// What `sweep.json` says, with the status of now as far as it is known without the record: a sweep
  /// that only workers without controller are on is read whole.
  public static func summary(of directory: SweepDirectory) throws -> SweepSummary {
    let summary = try SweepSummary(reading: directory.summaryFile)
    let isSure = try summary.status != .running || RunLock.isHeld(path: directory.lockFile)
    return isSure ? summary : try SweepData(reading: directory.path).summary
  }

  /// The summary with the status of now.
  private static func live(
    _ summary: SweepSummary, _ directory: SweepDirectory, _ trials: [Trial]
  ) throws -> SweepSummary {
    guard summary.status == .running else { return summary }
    var live = summary
    let open = trials.filter { $0.outcome == nil }.compactMap(\.directory)
    let isLive =
      try RunLock.isHeld(path: directory.lockFile)
      || open.contains { try RunLock.isHeld(path: $0.lockFile) }
    if !isLive { live.status = .interrupted }
    // Who died has not counted the last of them.
    live.counts = Dictionary(counts(trials, of: summary.trials)) { first, _ in first }
    live.best = best(of: trials, summary).map { SweepSummary.Best($0) }
    return live
  }

  private static func counts(_ trials: [Trial], of all: Int) -> [(name: String, count: Int)] {
    let running = trials.count { $0.outcome == nil }
    let ended = Outcome.allCases.map { outcome in
      (outcome.rawValue, trials.count { $0.outcome == outcome })
    }
    return (ended + [("running", running), ("fresh", all - trials.count)]).filter { $0.1 > 0 }
  }
}

extension Settings {
  /// The values of a point that a record holds. Without its space, what is a number is known, and of
  /// a list the number of the value.
  fileprivate init(_ point: JSON, in space: Space?) {
    self.init()
    if let space, let known = space.point(point) {
      for setting in space.settings(of: known) {
        add(setting.value.leafText ?? setting.value.json.text, at: setting.path)
      }
      return
    }
    for (path, value) in (point.object ?? [:]).sorted(by: { byBytes($0.key, $1.key) }) {
      let text = value.number.map { Literal.text(of: $0) }
      add(text ?? value["choice"]?.integer.map { "choice \($0)" } ?? "", at: path)
    }
  }
}

// MARK: - What sweeps need

extension SweepData {
  /// The runs below a folder that sweeps need, by their paths, and why, to follow "as": all of a sweep
  /// that is not finished, and the best of one that is.
  public static func reasonsToKeep(in runs: String) throws -> [String: String] {
    var reasons: [String: String] = [:]
    for directory in try SweepDirectory.all(in: runs) {
      let sweep: SweepData
      do {
        sweep = try SweepData(reading: directory.path)
      } catch {
        // Whatever it needs is among the runs of its experiment.
        for run in try RunDirectory.all(in: runs) where run.experiment == directory.experiment {
          reasons[run.path] = "the sweep \(directory.id), which cannot be read, may need it"
        }
        continue
      }
      if sweep.summary.status != .finished {
        for run in sweep.trials.compactMap(\.directory) {
          reasons[run.path] = "the sweep \(sweep.id), which is not finished, needs it"
        }
      } else {
        for run in sweep.bestRuns { reasons[run.path] = "it is the best of the sweep \(sweep.id)" }
      }
    }
    return reasons
  }

  /// The runs of the best point, and of those that tie with it.
  private var bestRuns: [RunDirectory] {
    let seeds = SweepData.seeds(of: trials, summary)
    let points = Set(SweepData.best(of: trials, summary)?.points ?? [])
    return trials.filter { points.contains($0.number / seeds) }.compactMap(\.directory)
  }

  /// The best point of some trials; nil where the sweep has no metric.
  private static func best(of trials: [Trial], _ summary: SweepSummary) -> BestPoint? {
    guard let goal = metric(of: summary)?.goal else { return nil }
    return BestPoint(
      of: trials.compactMap { trial in
        trial.outcome.map { (trial.number, trial.directory?.id ?? "", $0, trial.value) }
      }, seeds: seeds(of: trials, summary), goal: goal)
  }

  /// How many seeds each point has.
  private static func seeds(of trials: [Trial], _ summary: SweepSummary) -> Int {
    max(1, summary.seeds ?? Set(trials.map(\.seed)).count)
  }
}
