import Experiment
import Foundation
import Parts
import Tensor

/// Prolongs a run: a new one starts from the last checkpoint and the rows of another, which differs
/// from it in nothing but `train.steps`. Its bits are those of a run from the start.
struct Extension {
  private let base: RunDirectory
  private let compiled: Compiled
  private let checkpoint: Checkpoint

  /// The extension of the run that `text` names; refused unless both runs are the same but for their
  /// length, and no formula names `progress`.
  init(of text: String, by compiled: Compiled, digests: [String: String], in runs: String) throws {
    let found = try RunDirectory.matching(text, in: runs)
    guard found.count == 1, let base = found.first else {
      throw StorageError(
        "extend", text, .invalid(found.isEmpty ? "is no run" : "can mean \(found.count) runs"))
    }
    self.base = base
    self.compiled = compiled
    let record = try RunRecord(reading: base.recordFile)
    let shorter = try compiled.experiment.withSteps(from: base.resolvedFile)
    let identity = Identity(
      shorter, digests: digests.sorted { $0.key < $1.key }.map { "\($0) \($1)" })
    guard identity.hex == record.identity else {
      throw StorageError(
        "extend", base.path, .invalid("differs from this experiment in more than `train.steps`"))
    }
    if compiled.experiment.namesProgress {
      throw StorageError(
        "extend", base.path,
        .invalid("names `progress` in a formula, which depends on `train.steps`"))
    }
    checkpoint = try Extension.last(in: base, compiled.experiment)
  }

  /// The last checkpoint that the longer run would write too.
  private static func last(in base: RunDirectory, _ experiment: Experiment) throws -> Checkpoint {
    let calendar = Calendar(experiment)
    let entries = try CheckpointStore.entries(in: base.checkpointsFolder).filter {
      $0.kind == .regular && $0.step < calendar.steps
        && calendar.isScheduled(experiment.checkpoints.every, at: $0.step)
    }
    guard let last = entries.last else {
      throw StorageError(
        "extend", base.path, .invalid("has no regular checkpoint to start from"))
    }
    return try Checkpoint(opening: last)
  }

  /// Writes what the longer run would have by now into its directory: rows, pictures, checkpoint.
  func install(in directory: RunDirectory, _ trainer: Trainer, _ identity: Identity) throws {
    guard try CheckpointStore.entries(in: directory.checkpointsFolder).isEmpty else { return }
    let step = checkpoint.header.step
    let rows = try readWhole(base.metricsFile, limit: 1 << 32)
    try AtomicFile.write(
      Array(rows.prefix(checkpoint.header.metrics.length)), to: directory.metricsFile)
    let calendar = Calendar(compiled.experiment)
    for name in try FileManager.default.contentsOfDirectory(atPath: base.samplesFolder).sorted() {
      guard let picture = Int(name.dropFirst(5).prefix { $0.isNumber }), picture <= step,
        let samples = compiled.experiment.samples,
        calendar.isScheduled(samples.every, at: picture)
      else { continue }
      try AtomicFile.write(
        readWhole("\(base.samplesFolder)/\(name)", limit: 1 << 30),
        to: "\(directory.samplesFolder)/\(name)")
    }
    let snapshot = try Snapshot(trainer)
    try snapshot.restore(checkpoint)
    var header = checkpoint.header
    header.identity = identity.hex
    try CheckpointStore(
      folder: directory.checkpointsFolder, keep: compiled.experiment.checkpoints.keep,
      goal: nil
    ).save(.regular, snapshot.tensors(), header: header)
  }
}
