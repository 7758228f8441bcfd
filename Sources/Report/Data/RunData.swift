import Run
import Search
import Synchronization
import Text

/// A run as seen from outside: its directory is read, never changed. Nothing but the record is read
/// before it is asked for.
public final class RunData: Sendable {
  /// Its directory.
  public let directory: RunDirectory
  /// What `run.json` says, with the status that the lock tells: `running` while no process holds the
  /// run is `interrupted`.
  public let record: RunRecord
  private let kept = Mutex<Settings?>(nil)

  /// The run in a directory. Throws a `StorageError` where there is no readable record.
  public init(_ directory: RunDirectory) throws {
    self.directory = directory
    record = try directory.record()
  }

  /// The last part of its path: the identity's first digits, and `-2` for a repetition.
  public var id: String { directory.id }
  /// Its directory's path.
  public var path: String { directory.path }
  /// The experiment's name.
  public var experiment: String { record.experiment }
  /// How far it came.
  public var status: RunRecord.Status { record.status }

  /// Everything that its `resolved.yaml` says, by path, and its named parameters; read once. Empty
  /// where the run has not written it yet.
  public func settings() throws -> Settings {
    if let settings = kept.withLock({ $0 }) { return settings }
    let long = try Settings(readingYAML: directory.resolvedFile)
    if long.paths.isEmpty { return long }
    let settings = long.naming(record.parameters, record.expressions)
    kept.withLock { $0 = settings }
    return settings
  }

  /// The experiment's seed, as a text of digits; empty where it is not known.
  public func seed() throws -> String { try settings()["seed"]?.text ?? "" }

  /// `metrics.csv`, as far as it goes now. Empty where there is none yet.
  public func metrics() throws -> Series { try Series(reading: directory.metricsFile) }

  /// `timing.csv`: `seconds`, `examples_per_second`, `memory_bytes` by step. Empty where there is
  /// none yet.
  public func timing() throws -> Series { try Series(reading: directory.timingFile) }

  /// The last measured values of some columns of `metrics.csv`, without reading all of it.
  public func lastValues(of wanted: ([String]) -> [String]) throws -> LastValues {
    try LastValues(reading: directory.metricsFile, of: wanted)
  }

  /// What is missing of the rows of a finished run, at a glance: it ended at a step whose row is not the
  /// last one. Nil where nothing is, and for a run that is not finished.
  public func lostRows() throws -> String? {
    guard status == .finished else { return nil }
    let last = try LastValues(reading: directory.metricsFile) { _ in [] }.step ?? 0
    return last == record.step
      ? nil
      : "`\(directory.metricsFile.path)` ends at step \(last), but the run ended at step "
        + "\(record.step); `assay run \(directory.resolvedFile.path)` makes it again"
  }

  /// What the run says of which values are better: the metric and the goal of `checkpoints.best`, and
  /// of `train.patience`. Nil where it does not say.
  public func goal(of metric: String) throws -> Goal? {
    let settings = try settings()
    for section in ["checkpoints.best", "train.patience"]
    where settings["\(section).metric"]?.text == metric {
      if let goal = settings["\(section).goal"].flatMap({ Goal(rawValue: $0.text) }) { return goal }
    }
    return nil
  }

  /// The metric that the run itself chooses checkpoints by; nil where it chooses none.
  public func chosenMetric() throws -> String? { try settings()["checkpoints.best.metric"]?.text }

  /// Its pictures, by rising step, then by name.
  public func samples() throws -> [Sample] {
    try RunDirectory.pictures(in: directory.samplesFolder).compactMap(Sample.init)
      .sorted { ($0.step, $0.name) < ($1.step, $1.name) }
  }
}

extension RunData {
  /// A picture that a run drew.
  public struct Sample: Hashable, Sendable {
    /// The step after which it was drawn.
    public let step: Int
    /// What it shows, where the experiment draws several pictures; else empty.
    public let name: String
    /// Its file.
    public let place: DiskPlace
    /// The file's path.
    public var path: String { place.path }

    /// The picture `samples/step-00004690-prior.png`; nil for other files.
    init?(_ place: DiskPlace) {
      guard let step = RunDirectory.step(ofPicture: place.name) else { return nil }
      self.step = step
      self.place = place
      name = String(
        place.name.dropFirst("step-".count).drop(while: \.isNumber).dropFirst().dropLast(4))
    }
  }
}
