import Experiment
import Parts
import Tensor
import Text

/// The training of one run in its directory: rows, pictures and checkpoints as they fall due.
final class Loop {
  /// How the loop ended.
  enum End {
    /// All steps are done, or patience ended the run before: the reason then.
    case finished(early: String?)
    /// A signal asked to stop; a checkpoint holds the state.
    case interrupted(signal: Int32)
    /// The observer stopped it; a checkpoint holds the state.
    case pruned
  }

  /// The seconds without a checkpoint after which an interim one is written.
  static let patience = 600.0

  private let trainer: Trainer
  private let directory: RunDirectory
  private let identity: Identity
  private let calendar: Calendar
  private let columns: Columns
  private let measurer: Measurer
  private let painter: Painter?
  private let snapshot: Snapshot
  private let checkpoints: CheckpointStore
  private let writer: Background
  private let metrics: CSVFile
  private let timing: CSVFile
  private let progress: Progress
  private let log: LogFile
  /// The metrics that were told to be no finite numbers.
  private var notFinite: Set<String> = []
  private let observer: (any RunObserver)?
  private var best: CheckpointHeader.Best?
  private var wait: Wait?
  private var savedStep: Int?
  private var lastCheckpoint = Timestamp.monotonic()
  private var lastRow = (step: 0, time: Timestamp.monotonic())
  /// The seconds that checkpoints kept the training waiting since the last row.
  private var waited = 0.0

  /// The experiment.
  private var experiment: Experiment { trainer.experiment }

  /// Continues from the latest checkpoint in the directory, or starts at step 0; `writer` writes
  /// behind the training. A run that had ended, at the step `end`, has all of its pictures then.
  init(
    _ compiled: Compiled, _ trainer: Trainer, _ directory: RunDirectory, _ identity: Identity,
    _ writer: Background, isQuiet: Bool, log: LogFile, observer: (any RunObserver)? = nil,
    endedAt end: Int? = nil, note: (String) -> Void = { _ in }
  ) throws {
    self.observer = observer
    self.log = log
    self.writer = writer
    self.trainer = trainer
    self.directory = directory
    self.identity = identity
    calendar = Calendar(trainer.experiment)
    columns = Columns(trainer.experiment)
    measurer = try Measurer(compiled.measurements, trainer)
    painter = try Painter(compiled, trainer)
    snapshot = try Snapshot(trainer)
    let settings = trainer.experiment.checkpoints
    checkpoints = try CheckpointStore(
      folder: directory.checkpointsFolder, keep: settings.keep,
      goal: settings.best.map { $0.goal == .minimize ? .minimize : .maximize })
    let promise = Promise(directory: directory, experiment: trainer.experiment)
    var loss: String?
    let latest = try checkpoints.latest {
      guard $0.header.numerics == Numerics.version else {
        throw StorageError("continue from", $0.entry.path, .foreign)
      }
      try $0.header.check(belongsTo: identity.hex, $0.entry.path)
      let lost = try promise.loss(upTo: $0.header, isEnd: $0.header.step == end)
      loss = loss ?? lost
      return lost == nil
    } report: {
      log.append("set aside: \($0)")
    }
    if let loss {
      let text = "\(loss); the run goes back to step \(latest?.header.step ?? 0)"
      log.append(text)
      note(text)
    }
    if let latest {
      try snapshot.restore(latest)
      try trainer.resume(at: latest.header.step)
      best = latest.header.best
      metrics = try CSVFile(
        continuing: directory.metricsFile, columns: columns.names, at: latest.header.metrics)
    } else {
      metrics = try CSVFile(creating: directory.metricsFile, columns: columns.names)
    }
    wait = try trainer.experiment.patience.map {
      try Wait($0, after: MeasuredRows(reading: directory.metricsFile))
    }
    let step = trainer.clock.step
    timing = try CSVFile(
      continuing: directory.timingFile,
      columns: [
        "step", "seconds", "examples_per_second", "memory_bytes", "checkpoint_seconds",
      ], upTo: step)
    progress = Progress(step: step, of: calendar.steps, isQuiet: isQuiet)
    lastRow.step = step
    try writer.start { [snapshot] in snapshot.prepare() }
  }

  /// The steps that are done.
  var step: Int { trainer.clock.step }

  /// Trains until the end (or until `last` steps are done), a signal, or an error; all checkpoints
  /// are on the disk then, unless one of them was the error.
  func run(until last: Int = .max) throws -> End {
    defer { progress.clear() }
    do {
      let end = try train(until: last)
      try writer.finish()
      return end
    } catch {
      // What failed behind the training belongs to an earlier step.
      try writer.finish()
      throw error
    }
  }

  private func train(until last: Int) throws -> End {
    if let observer, step > 0,
      try MeasuredRows(reading: directory.metricsFile).show(observer) == .prune
    {
      return .pruned
    }
    while trainer.clock.step < min(last, calendar.steps), wait?.isOver != true {
      try trainer.step()
      try writer.check()
      let verdict = try finish(trainer.clock.step)
      observer?.advanced(to: trainer.clock.step, of: calendar.steps)
      progress.update(step: trainer.clock.step) {
        trainer.actors.map { ("\($0.player.name).loss", Double($0.loss)) }
      }
      if wait?.isOver == true { break }
      if verdict == .prune, trainer.clock.step < calendar.steps {
        try pause()
        return .pruned
      }
      if let signal = Signals.stop, trainer.clock.step < calendar.steps {
        try save(.interim)
        return .interrupted(signal: signal)
      }
    }
    let isEarly = wait?.isOver == true && trainer.clock.step < calendar.steps
    return .finished(early: isEarly ? wait?.reason : nil)
  }

  /// Whether something is due at the end of a step; all is at the last one.
  private func isDue(_ every: Duration, at step: Int) -> Bool {
    wait?.isOver == true || calendar.isDue(every, at: step)
  }

  /// What is due at the end of a step, in this order: the CSV's row, pictures, the checkpoint.
  private func finish(_ step: Int) throws -> RunVerdict {
    var measured = measurer.measure { calendar.isDue($0.every, at: step) }
    wait?.see(measured)
    tellNotFinite(measured, at: step)
    if wait?.isOver == true {
      let rest = measurer.measure { !calendar.isDue($0.every, at: step) }
      measured.merge(rest) { first, _ in first }
    }
    var verdict = RunVerdict.goOn
    if !measured.isEmpty || isDue(experiment.metrics.every, at: step) {
      let row = columns.row(trainer, measured: measured)
      try metrics.append(row)
      try time(step)
      if let observer { verdict = try self.verdict(of: observer, at: row) }
    }
    if let samples = experiment.samples, isDue(samples.every, at: step) {
      try draw(step)
    }
    if isDue(experiment.checkpoints.every, at: step) {
      if let metric = experiment.checkpoints.best?.metric, let value = measured[metric] {
        best = checkpoints.best(after: best, value: value, step: step)
      }
      try save(.regular)
    } else if Signals.takeCheckpointRequest()
      || Timestamp.monotonic() - lastCheckpoint > Loop.patience
    {
      try save(.interim)
    }
    return verdict
  }

  /// Tells once of each metric that it is no finite number, in the log and to who watches.
  private func tellNotFinite(_ measured: [String: Double], at step: Int) {
    for name in columns.names {
      guard let value = measured[name], !value.isFinite, notFinite.insert(name).inserted else {
        continue
      }
      let text = NotFinite.text(name, value, at: step)
      log.append(text)
      progress.note(text)
    }
  }

  private func verdict(of observer: any RunObserver, at cells: [CSVFile.Cell]) throws -> RunVerdict
  {
    let line = cells.map(\.text).joined(separator: ",")
    guard let row = MeasuredRow(line[...], columns: columns.names), observer.judges(row) else {
      return .goOn
    }
    try metrics.file.sync()
    return try observer.verdict(at: row, metrics.position)
  }

  /// Writes an interim checkpoint unless there is a checkpoint of this step.
  func pause() throws {
    if savedStep != trainer.clock.step { try save(.interim) }
    try writer.finish()
  }

  /// Copies the run's state and has it written behind the training. The rows that the checkpoint
  /// speaks of are on the disk before it, and older checkpoints go away after it.
  private func save(_ kind: CheckpointStore.Kind) throws {
    let start = Timestamp.monotonic()
    // One in flight at most: there is one copy.
    try writer.finish()
    if !snapshot.take() { try trainer.checkFinite() }
    let header = CheckpointHeader(
      step: trainer.clock.step, identity: identity.hex, numerics: Numerics.version,
      metrics: metrics.position, best: best)
    try writer.start { [snapshot, checkpoints, rows = metrics.file] in
      try rows.sync()
      try checkpoints.save(kind, snapshot.tensors(), header: header)
    }
    savedStep = trainer.clock.step
    lastCheckpoint = Timestamp.monotonic()
    waited += lastCheckpoint - start
  }

  private func draw(_ step: Int) throws {
    let pictures = painter?.draw() ?? []
    for picture in pictures {
      let name = Promise.fileName(step: step, picture.name, of: pictures.count)
      try PNG.write(picture.bitmap, to: directory.samplesFolder.appending(name))
    }
  }

  private func time(_ step: Int) throws {
    let now = Timestamp.monotonic()
    let seconds = now - lastRow.time
    let examples = (step - lastRow.step) * experiment.batchesPerStep * experiment.data.batch
    try timing.append([
      .integer(step), .double(seconds), .double(Double(examples) / max(seconds, 1e-9)),
      .integer(Resources.peakMemory()), .double(waited),
    ])
    lastRow = (step, now)
    waited = 0
  }
}
