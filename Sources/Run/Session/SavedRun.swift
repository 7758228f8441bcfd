import Experiment
import Parts
import Text
import YAML

/// A run on the disk, found by what a user calls it. Nothing in its directory is ever changed.
public struct SavedRun: Sendable {
  /// Its directory.
  public let directory: RunDirectory
  /// What `run.json` says, with the status that the lock tells.
  public let record: RunRecord

  /// Which checkpoint is meant.
  public enum Choice: Hashable, Sendable {
    /// The one with the highest step.
    case last
    /// The one that the experiment's `checkpoints.best` chose.
    case best
    /// The one after so many steps.
    case step(Int)
  }

  /// The run that `text` names: a directory, or the start of an id that no other run has. Throws a
  /// `Rejection` where it names none or several.
  public init(_ text: String, in runs: String) throws {
    let found = try RunDirectory.matching(text, in: runs)
    guard found.count == 1, let directory = found.first else {
      throw Rejection([try SavedRun.problem(text, found, runs)])
    }
    self.directory = directory
    record = try directory.record()
  }

  private static func problem(_ text: String, _ found: [RunDirectory], _ runs: String) throws
    -> Diagnostic
  {
    if found.isEmpty {
      let ids = try RunDirectory.all(in: runs).map(\.id)
      return Diagnostic(
        "no-such-run", "there is no run `\(text)` in `\(runs)`", at: nil,
        help: Suggest.help(for: text, among: ids) ?? "`assay list` shows the runs")
    }
    return Diagnostic(
      "ambiguous-run", "`\(text)` can mean \(found.count) runs", at: nil,
      note: Suggest.lines(found.map(\.path)), help: "write more of the id")
  }
}

// MARK: - What it left

extension SavedRun {
  /// Its checkpoints, by rising step.
  public func checkpoints() throws -> [CheckpointStore.Entry] {
    try CheckpointStore.entries(in: directory.checkpointsFolder)
  }

  /// Its pictures, in the order of their names.
  public func pictures() throws -> [DiskPlace] {
    try RunDirectory.pictures(in: directory.samplesFolder)
  }

  /// The step of the best checkpoint; nil where the experiment chooses none.
  public func bestStep() throws -> Int? {
    guard let last = try checkpoints().last else { return nil }
    return try opened(last).header.best?.step
  }

  /// The experiment with everything filled in; nil where it cannot be read.
  public var experiment: Node? { Loader().load(directory.resolvedFile.path, Problems())?.root }

  /// A checkpoint's file, opened and checked; that of another run is refused.
  func opened(_ entry: CheckpointStore.Entry) throws -> Checkpoint {
    let checkpoint = try Checkpoint(opening: entry)
    try checkpoint.header.check(belongsTo: record.identity, entry.path)
    return checkpoint
  }

  /// A checkpoint, opened and checked. Throws a `Rejection` where there is no such one.
  public func checkpoint(_ choice: Choice) throws -> Checkpoint {
    let entries = try checkpoints()
    guard let last = entries.last else {
      throw Rejection([
        Diagnostic("no-checkpoint", "`\(directory.path)` has no checkpoint yet", at: nil)
      ])
    }
    let step: Int
    switch choice {
    case .last: return try opened(last)
    case .step(let wanted): step = wanted
    case .best:
      guard let best = try bestStep() else {
        throw Rejection([
          Diagnostic(
            "no-checkpoint", "`\(directory.path)` has no best checkpoint", at: nil,
            help: "an experiment chooses one with `checkpoints: {best: {metric: ..., goal: ...}}`")
        ])
      }
      step = best
    }
    guard let entry = entries.last(where: { $0.step == step }) else {
      throw Rejection([
        Diagnostic(
          "no-checkpoint", "`\(directory.path)` has no checkpoint of step \(step)", at: nil,
          note: "there are those of " + entries.map { "\($0.step)" }.joined(separator: ", "))
      ])
    }
    return try opened(entry)
  }
}

// MARK: - Bringing it back

extension SavedRun {
  /// Its experiment, compiled again.
  public func compile() throws -> Compiled {
    try Compile.file(directory.resolvedFile.path, overrides: []).compiled
  }

  /// A trainer on the run's data, with first weights. Throws a `Rejection` where the data is no
  /// longer what the run was trained on.
  func trainer(_ compiled: Compiled) throws -> Trainer {
    let data = compiled.experiment.data
    let digests = try data.digests()
    let changed = digests.filter { record.data[$0.key] != $0.value }.keys.sorted(by: byBytes)
    guard changed.isEmpty else {
      throw Rejection([
        Diagnostic(
          "data-changed",
          "\(Suggest.list(changed)) changed since `\(directory.path)` was trained", at: nil,
          note: "its digest is not the one in the run's record")
      ])
    }
    return try Trainer(compiled, try data.load(matching: digests))
  }

  /// The run in memory as a checkpoint holds it.
  public func restored(at checkpoint: Checkpoint) throws -> RestoredRun {
    let compiled = try compile()
    let trainer = try trainer(compiled)
    try Snapshot(trainer).restore(checkpoint)
    try trainer.resume(at: checkpoint.header.step)
    return RestoredRun(compiled: compiled, trainer: trainer)
  }
}

/// A run in memory as one of its checkpoints holds it.
public final class RestoredRun {
  private let compiled: Compiled
  private let trainer: Trainer

  init(compiled: Compiled, trainer: Trainer) {
    self.compiled = compiled
    self.trainer = trainer
  }

  /// Everything that the experiment measures on sets of data, by the columns of the CSV, in their
  /// order.
  public func measurements() throws -> [(name: String, value: Double)] {
    let values = try Measurer(compiled.measurements, trainer).measure { _ in true }
    return compiled.columns.compactMap { name in values[name].map { (name, $0) } }
  }

  /// The experiment's pictures with `count` samples each, or as many as the run's own have, of the
  /// noise that belongs to `seed`. None where the experiment draws none.
  public func pictures(count: Int?, seed: UInt64?) throws -> [Picture] {
    try Painter(compiled, trainer)?.draw(count: count, seed: seed) ?? []
  }
}
