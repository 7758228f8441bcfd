import Experiment
import Glibc
import Run
import Search
import Text

/// Replays a sweep's record: each decision is made anew from the entries before it, and what was
/// seen is compared with the rows of the runs. Proof that the sweep did what its file says.
public struct SweepVerification {
  /// What was compared.
  public struct Extent: Hashable, Sendable {
    /// Entries of the record.
    public var entries = 0
    /// Points that were chosen.
    public var points = 0
    /// Rows that were judged.
    public var judgements = 0
    /// Trials that ended.
    public var ends = 0
  }

  /// What came out.
  public enum Outcome: Sendable {
    /// Every decision is the same.
    case same(Extent)
    /// One is not; the text is the first.
    case different(String)
  }

  private let directory: SweepDirectory
  private let plan: SweepPlan
  private var state: SweepState
  private var extent = Extent()
  /// The run of each trial that is running.
  private var runs: [Int: RunDirectory] = [:]

  /// A replay of a sweep. Throws where its directory is damaged.
  public init(_ directory: SweepDirectory) throws {
    self.directory = directory
    plan = try SweepPlan(directory, SweepSummary(reading: directory.summaryFile))
    state = SweepState(plan)
  }

  /// Makes all decisions anew.
  public mutating func replay() throws -> Outcome {
    if let fault = try Record.fault(in: directory.recordFolder) { return .different("\(fault)") }
    let record = Record(
      folder: directory.recordFolder, sweep: directory.id, writer: "verify", readsBlocks: false)
    while let entry = try record.next() {
      let place = "entry \(entry.number)"
      for event in entry.events {
        if let fact = try difference(event) { return .different("\(place): \(fact)") }
        let single = Record.Entry(number: entry.number, writer: entry.writer, events: [event])
        guard state.add(single) else {
          return .different("\(place) contradicts the entries before it")
        }
      }
      extent.entries += 1
    }
    for number in 0..<extent.entries / Block.length
    where try Block.isWrong(number, in: directory.recordFolder) {
      let path = Block.path(of: number, in: directory.recordFolder).path
      return .different("`\(path)` is no copy of the entries")
    }
    return .same(extent)
  }

  private mutating func difference(_ event: Event) throws -> String? {
    switch event {
    case .started(let trial, let seed, let run, let point):
      return try differentStart(trial, seed, run, point)
    case .reached(let trial, let judgement):
      return try differentJudgement(trial, judgement)
    case .ended(let trial, let end):
      defer { runs[trial] = nil }
      return try differentEnd(trial, end)
    case .taken, .left, .resumed, .retried: return nil
    }
  }

  private mutating func differentStart(
    _ number: Int, _ seed: UInt64, _ run: String, _ point: JSON
  ) throws -> String? {
    guard (0..<state.count).contains(number) else { return "there is no trial \(number)" }
    let trial = try plan.trial(number, state.history)
    guard trial.seed == seed else { return "trial \(number) has the seed \(trial.seed)" }
    guard plan.section.space.json(of: trial.point) == point else {
      return "trial \(number) is the point \(plan.section.space.text(of: trial.point))"
    }
    extent.points += 1
    guard !run.isEmpty else { return nil }
    let experiment = try plan.experiment(of: trial)
    let identity = Identity(experiment, digests: try plan.digests(of: experiment))
    guard identity.short == run else { return "trial \(number) is the run \(identity.short)" }
    runs[number] = RunDirectory(path: "\(directory.runs)/\(experiment.name)/\(run)")
    return nil
  }

  private mutating func differentJudgement(
    _ trial: Int, _ judgement: Event.Judgement
  ) throws -> String? {
    let row = Row(steps: judgement.step, epochs: judgement.epochs)
    let prunes = plan.section.prunes(trial, at: row, judgement.value, state.history)
    guard prunes == (judgement.verdict == .prune) else {
      return "trial \(trial) \(prunes ? "is pruned" : "goes on") at step \(judgement.step)"
    }
    extent.judgements += 1
    guard let rows = try rows(of: trial) else { return nil }
    guard rows.position(upTo: judgement.step).digest == judgement.digest,
      let metric = plan.section.metric?.name, let value = rows[metric, at: judgement.step],
      value.bitPattern == judgement.value.bitPattern || value.isNaN && judgement.value.isNaN
    else { return "trial \(trial) has other rows up to step \(judgement.step) than were judged" }
    return nil
  }

  private mutating func differentEnd(_ trial: Int, _ end: Event.End) throws -> String? {
    extent.ends += 1
    guard !end.digest.isEmpty, let rows = try rows(of: trial) else { return nil }
    guard rows.position(upTo: end.step).digest == end.digest else {
      return "trial \(trial) has other rows up to step \(end.step) than when it ended"
    }
    guard let metric = plan.section.metric?.name else { return nil }
    let value = rows.last(metric, upTo: end.step)?.value
    let isSame =
      value?.bitPattern == end.value?.bitPattern || value?.isNaN == true && end.value?.isNaN == true
    return isSame ? nil : "trial \(trial) ended with \(value.map { "\($0)" } ?? "no value")"
  }

  /// The rows of a trial's run; nil where it was removed since.
  private func rows(of trial: Int) throws -> MeasuredRows? {
    guard let run = runs[trial], exists(run.metricsFile) else { return nil }
    return try MeasuredRows(reading: run.metricsFile)
  }
}
