import Experiment
import Parts
import Tensor
import Text

/// Prolongs a run: a new one starts from the last checkpoint and the rows of another, which differs
/// from it in nothing but `train.steps`. Its bits are those of a run from the start.
struct Extension {
  private let base: RunDirectory
  private let compiled: Compiled
  /// The checkpoints that the longer run would have by now, by rising step; the last is open.
  private let checkpoints: [CheckpointStore.Entry]
  private let last: Checkpoint

  /// The extension of the run that `text` names. Throws a `Rejection` unless both runs are the same
  /// but for their length, no formula names `progress`, and all checkpoints that the longer run has
  /// to keep are there.
  init(of text: String, by compiled: Compiled, digests: [String: String], in runs: String) throws {
    let run = try SavedRun(text, in: runs)
    base = run.directory
    self.compiled = compiled
    let shorter = try compiled.experiment.withSteps(from: base.resolvedFile.path)
    guard Identity(shorter, digests: digests).hex == run.record.identity else {
      throw Extension.refusal(
        base, "it differs from this experiment in more than `train.steps`",
        note: "or its data or the numerics version has changed since")
    }
    if compiled.experiment.namesProgress {
      throw Extension.refusal(
        base, "a formula names `progress`, which depends on `train.steps`")
    }
    let calendar = Calendar(compiled.experiment)
    checkpoints = try run.checkpoints().filter {
      $0.kind == .regular && $0.step < calendar.steps
        && calendar.isScheduled(compiled.experiment.checkpoints.every, at: $0.step)
    }
    guard let newest = checkpoints.last else {
      throw Extension.refusal(base, "it has no regular checkpoint that a longer run has too")
    }
    last = try run.opened(newest)
    if let best = last.header.best?.step, !checkpoints.contains(where: { $0.step == best }) {
      throw Extension.refusal(base, "the checkpoint of its best step so far, \(best), is gone")
    }
  }

  private static func refusal(_ base: RunDirectory, _ fact: String, note: String? = nil)
    -> Rejection
  {
    Rejection([
      Diagnostic(
        "cannot-extend", "`\(base.path)` cannot be prolonged: \(fact)", at: nil, note: note,
        help: "leave `--extend` out to train from the start")
    ])
  }

  /// Writes what the longer run would have by now into its directory: rows, pictures, checkpoints.
  func install(in directory: RunDirectory, _ trainer: Trainer, _ identity: Identity) throws {
    guard try CheckpointStore.entries(in: directory.checkpointsFolder).isEmpty else { return }
    let rows = try readWhole(base.metricsFile, limit: 1 << 40)
    try AtomicFile.write(
      Array(rows.prefix(last.header.metrics.length)), to: directory.metricsFile)
    try installPictures(in: directory)
    let store = try CheckpointStore(
      folder: directory.checkpointsFolder, keep: compiled.experiment.checkpoints.keep)
    let snapshot = try Snapshot(trainer)
    for entry in checkpoints {
      let checkpoint = try Checkpoint(opening: entry)
      try snapshot.restore(checkpoint)
      var header = checkpoint.header
      header.identity = identity.hex
      try store.save(.regular, snapshot.tensors(), header: header)
    }
  }

  private func installPictures(in directory: RunDirectory) throws {
    guard let samples = compiled.experiment.samples else { return }
    let calendar = Calendar(compiled.experiment)
    for path in try RunDirectory.pictures(in: base.samplesFolder) {
      guard let step = RunDirectory.step(ofPicture: path.name), step <= last.header.step,
        calendar.isScheduled(samples.every, at: step)
      else { continue }
      try AtomicFile.write(
        readWhole(path, limit: 1 << 30), to: directory.samplesFolder.appending(path.name))
    }
  }
}
