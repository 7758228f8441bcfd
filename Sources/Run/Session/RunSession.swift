import CKernels
import Experiment
import Foundation
import Parts
import Tensor
import Text
import YAML

/// What `assay run` was asked to do beside the experiment.
public struct RunOptions {
  /// The folder of all runs.
  public var runs = "runs"
  /// Whether nothing is shown but the result.
  public var isQuiet = false
  /// Whether a finished run is repeated, in a directory of its own.
  public var again = false
  /// The finished run that this one prolongs; nil for none.
  public var extending: String?
  /// Is told what is odd about the data once they are read; nil for nobody.
  public var warn: (([Diagnostic]) -> Void)?
  /// Who looks at the run, and may stop it early; nil for nobody.
  public var observer: (any RunObserver)?

  /// Told what was lost of the run and is made good.
  public var note: (String) -> Void = { _ in }

  /// The usual.
  public init() {}
}

/// How `assay run` ended.
public enum RunEnd: Sendable {
  /// The run is there: all its steps are done, now or before.
  case finished(isNew: Bool)
  /// A signal stopped it; it can be continued.
  case interrupted(signal: Int32)
  /// The observer stopped it early; it can be continued.
  case pruned
  /// A loss or a gradient was not finite.
  case diverged(Divergence)
}

/// Makes a run exist: starts it, continues it, or says that it is there.
public final class RunSession {
  /// The run's directory.
  public let directory: RunDirectory
  /// The experiment.
  public let experiment: Experiment
  private let source: SourceText
  private let workshop: Workshop
  private let identity: Identity
  private let digests: [String: String]
  private let options: RunOptions
  /// What the run starts from where it prolongs another one.
  private let start: Extension?
  private let isNew: Bool

  /// Finds the run of an experiment's file, or makes its directory; nothing is trained yet.
  ///
  /// Throws a `Rejection` for what is wrong with the experiment, and a `StorageError` or `DataError`
  /// for what is wrong with its files.
  public init(file: String, overrides: [String], options: RunOptions) throws {
    let (source, compiled, warnings) = try Compile.file(file, overrides: overrides)
    self.source = source
    experiment = compiled.experiment
    workshop = Workshop(compiled)
    self.options = options
    self.warnings = warnings
    let digests = try compiled.experiment.data.digests()
    self.digests = digests
    identity = Identity(compiled.experiment, digests: digests)
    start = try options.extending.map {
      try Extension(of: $0, by: compiled, digests: digests, in: options.runs)
    }
    (directory, isNew) = try RunSession.claim(compiled.experiment.name, identity, options)
  }

  /// Finds the run of an experiment that was read before, or makes its directory.
  ///
  /// - Parameters:
  ///   - source: the file as it was given.
  ///   - identity: that of the experiment on its data, and the digests of that.
  ///   - workshop: where programs and data are taken from and left for the next run.
  public init(
    _ experiment: Experiment, source: SourceText, identity: Identity, digests: [String: String],
    options: RunOptions, workshop: Workshop
  ) throws {
    self.source = source
    self.experiment = experiment
    self.workshop = workshop
    self.options = options
    self.digests = digests
    warnings = []
    self.identity = identity
    start = nil
    (directory, isNew) = try RunSession.claim(experiment.name, identity, options)
  }

  /// What is odd about the experiment, though it can be run.
  public let warnings: [Diagnostic]

  /// The run's directory: with `again` the first repetition that is not there yet, or not finished.
  private static func claim(_ name: String, _ identity: Identity, _ options: RunOptions) throws
    -> (directory: RunDirectory, isNew: Bool)
  {
    var repetition = 1
    while true {
      let (directory, isNew) = try RunDirectory.claim(
        runs: options.runs, experiment: name, identity: identity.hex, repetition: repetition)
      let isFinished = !isNew && (try? directory.record().status) == .finished
      if !options.again || !isFinished { return (directory, isNew) }
      repetition += 1
    }
  }

  /// The interrupted runs of the experiment that are other runs than this one: its file, its data
  /// or the numerics version has changed since.
  public func interruptedOthers() throws -> [RunDirectory] {
    guard isNew else { return [] }
    return try RunDirectory.all(in: options.runs).filter { other in
      other.experiment == experiment.name && other.path != directory.path
        && (try? other.record().status) == .interrupted
    }
  }

  /// The metrics of the last row, by column.
  public func lastMetrics() throws -> [(name: String, value: String)] {
    var lines = TableLines(try File(reading: directory.metricsFile))
    guard let head = try lines.next() else { return [] }
    var last: ArraySlice<UInt8>?
    while let line = try lines.next() { last = line }
    let texts = [head, last ?? []].map { line in
      line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    }
    return zip(texts[0], texts[1]).filter { !$1.isEmpty }.map { ($0, $1) }
  }

  /// Trains what is missing.
  public func run() throws -> RunEnd {
    // Once more under the lock: another process may finish the run just now. First without it, as a
    // finished run may lie where nothing can be written.
    if try isFinished() { return try finishedBefore() }
    let lock = try RunLock(path: directory.lockFile)
    return try withExtendedLifetime(lock) {
      if try isFinished() { return try finishedBefore() }
      let compiled = try workshop.compile(experiment)
      try directory.prepare()
      let log = LogFile(path: directory.logFile)
      let earlier = try? RunRecord(reading: directory.recordFile)
      let end = earlier?.status == .finished ? earlier?.step : nil
      var record = freshRecord(after: earlier)
      let loading = try workshop.load(experiment, matching: digests)
      let writer = Background(usesPool: false)
      do {
        try writer.start(opening(record))
        return try train(compiled, &record, log, loading, writer, endedAt: end)
      } catch let divergence as Divergence {
        log.append(divergence.diagnostic.fact)
        try close(&record, .diverged, divergence.diagnostic.fact)
        return .diverged(divergence)
      } catch {
        try? writer.finish()
        log.append("failed: \(error)")
        // The disk that failed may fail again; the first error is the one to be told.
        try? close(&record, .failed, "\(error)")
        throw error
      }
    }
  }

  /// Whether the run is done, and what it promised is there.
  private func isFinished() throws -> Bool {
    guard !isNew, exists(directory.recordFile) else { return false }
    let record = try RunRecord(reading: directory.recordFile)
    guard record.status == .finished else { return false }
    return try Promise(directory: directory, experiment: experiment).lossOfFinished(record) == nil
  }

  /// A run that is there already; its observer sees it as if it were trained now.
  private func finishedBefore() throws -> RunEnd {
    if let observer = options.observer {
      _ = try MeasuredRows(reading: directory.metricsFile).show(observer)
    }
    return .finished(isNew: false)
  }

  /// Writes what the directory says of the run, while the data is read and the first steps are
  /// made: the first checkpoint comes after it.
  private func opening(_ record: RunRecord) -> Background.Job {
    var files: [(name: String, bytes: [UInt8])] = []
    if !exists(directory.resolvedFile) {
      files.append((directory.experimentFile.name, source.bytes))
      files.append((directory.resolvedFile.name, Array(experiment.standalone.yaml.utf8)))
    }
    files.append((directory.recordFile.name, Array(record.json.indentedText.utf8)))
    return { [files, directory] in try AtomicFile.write(files, in: directory.place) }
  }

  private func train(
    _ compiled: Compiled, _ record: inout RunRecord, _ log: LogFile, _ loading: DataLoading,
    _ writer: Background, endedAt end: Int?
  ) throws -> RunEnd {
    let data = try loading.data()
    let found = experiment.warnings(of: data)
    for warning in warnings + found { log.append("warning[\(warning.code)]: \(warning)") }
    if !found.isEmpty { options.warn?(found) }
    let trainer = try Trainer(compiled, data)
    try start?.install(in: directory, trainer, identity)
    let loop = try Loop(
      compiled, trainer, directory, identity, writer, isQuiet: options.isQuiet, log: log,
      observer: options.observer, endedAt: end, note: options.note)
    log.append("started at step \(loop.step) of \(record.steps)")
    do {
      let end = try loop.run()
      record.step = loop.step
      switch end {
      case .finished(let early):
        let note = early.map { "ended at step \(loop.step) of \(record.steps): \($0)" }
        log.append(note ?? "finished")
        try close(&record, .finished, note)
        return .finished(isNew: true)
      case .interrupted(let signal):
        log.append("interrupted by signal \(signal) at step \(loop.step)")
        try close(&record, .interrupted, "signal \(signal)")
        return .interrupted(signal: signal)
      case .pruned:
        log.append("pruned at step \(loop.step)")
        try close(&record, .pruned, nil)
        return .pruned
      }
    } catch {
      record.step = loop.step
      throw error
    }
  }

  private func freshRecord(after earlier: RunRecord?) -> RunRecord {
    var record = RunRecord(
      experiment: experiment.name, identity: identity.hex, numerics: Numerics.version,
      version: Assay.version, kernels: String(cString: assay_path_name(assay_path_current())),
      threads: Int(assay_threads()), pid: Int(ProcessInfo.processInfo.processIdentifier),
      data: digests, parameters: experiment.parameterTexts, expressions: experiment.expressions,
      steps: experiment.stepCount)
    record.created = earlier?.created ?? record.created
    return record
  }

  private func close(_ record: inout RunRecord, _ status: RunRecord.Status, _ message: String?)
    throws
  {
    record.status = status
    record.message = message
    record.ended = Timestamp.now()
    try record.write(to: directory.recordFile)
  }
}

/// The program itself.
public enum Assay {
  /// The version that `assay --version` prints.
  public static let version = "0.1.0"
}
