import Experiment
import Foundation
import Parts
import Run
import Search
import Tensor
import Text
import YAML

/// What a sweep is to train: an experiment and the section that says what of it changes.
///
/// Everything follows from the file, the overrides and the data at the time when the sweep began;
/// its directory keeps them, so that later changes cannot leak in.
public struct SweepPlan: Sendable {
  /// The file as it was given.
  public let source: SourceText
  /// The experiment without any point's values.
  public let base: Experiment
  /// What of it changes.
  public let section: SweepSection
  /// What is odd about the experiment, though it can be run.
  public let warnings: [Diagnostic]
  /// The digests of the data's files when the sweep began.
  public let digests: [String: String]
  /// The file with what it extends.
  private let written: Node
  /// The changes to it from the command line.
  private let overrides: [String]
  /// The experiment's tree with both.
  private let root: Node
  /// The folder that relative paths of data start from.
  private let folder: String

  /// One run of the sweep.
  public struct Trial: Sendable {
    /// Its number, from 0.
    public let number: Int
    /// Its point.
    public let point: Point
    /// Its seed.
    public let seed: UInt64
  }

  /// The number of trials.
  public var count: Int { section.trialCount }

  /// Whether decisions depend on what happened in other trials.
  public var needsHistory: Bool { section.isAdaptive || section.pruner != nil }

  /// A trial, after what happened. Throws where no point is found that obeys the constraints.
  public func trial(_ number: Int, _ history: History) throws(Rejection) -> Trial {
    let (place, seed) = section.trial(number)
    do throws(Diagnostic) {
      return Trial(number: number, point: try section.point(place, history), seed: seed)
    } catch {
      throw Rejection([error])
    }
  }

  /// The experiment of a trial; throws what is wrong with it.
  public func experiment(of trial: Trial) throws(Rejection) -> Experiment {
    let tree: Node
    do throws(Diagnostic) {
      tree = try section.space.experiment(root, at: trial.point, seed: trial.seed)
    } catch {
      throw Rejection([error])
    }
    return try SweepPlan.read(tree, folder, base.name).experiment
  }

  /// The identity of a trial's run, on the data that the sweep began with. Throws what is wrong with
  /// its experiment.
  public func identity(of trial: Trial) throws -> Identity {
    let experiment = try experiment(of: trial)
    let isSame = experiment.data.files == base.data.files
    return Identity(experiment, digests: isSame ? digests : try experiment.data.digests())
  }

  /// What is odd about the values of the data, which are read for it where nothing else tells their
  /// range.
  public func warningsOfValues() throws(DataError) -> [Diagnostic] {
    guard base.dependsOnValues else { return [] }
    return base.warnings(of: try base.data.load(matching: digests))
  }

  /// The digests of a trial's data. Throws where the data is no longer what it was when the sweep
  /// began.
  public func digests(of experiment: Experiment) throws -> [String: String] {
    let found = try experiment.data.digests()
    guard experiment.data.files == base.data.files else { return found }
    let changed = found.filter { digests[$0.key] != $0.value }.keys.sorted(by: byBytes)
    if let first = changed.first {
      let path = base.data.files.first { $0.role == first }?.path ?? first
      throw DataError(
        path, "changed since the sweep began",
        help: "`assay sweep` with the changed data is another sweep")
    }
    return found
  }

  private static func read(
    _ root: Node, _ folder: String, _ name: String
  ) throws(Rejection) -> (experiment: Experiment, warnings: [Diagnostic]) {
    let problems = Problems()
    guard let experiment = Experiment.read(root, folder: folder, name: name, problems),
      !problems.hasErrors
    else { throw Rejection(problems.diagnostics) }
    return (experiment, problems.diagnostics)
  }
}

// MARK: - Reading

extension SweepPlan {
  /// The plan that a file and overrides give now.
  public init(file: String, overrides: [String]) throws {
    try self.init(
      tree: file, source: nil, overrides, folder: Run.folder(of: file),
      name: SweepPlan.stem(of: file),
      digests: nil)
  }

  /// The plan of the runs that a file's claims are measured by: as many seeds from the experiment's
  /// own on as `seeds` says, else as the claim over most runs is over. The file's section `sweep`
  /// plays no part.
  public init(reproducing file: String, overrides: [String], seeds: Int?) throws {
    let problems = Problems()
    guard let loaded = Loader().load(file, overrides: overrides, problems), !problems.hasErrors
    else { throw Rejection(problems.diagnostics) }
    let claims = try SweepPlan.read(loaded.root, Run.folder(of: file), SweepPlan.stem(of: file))
      .experiment.claims
    guard let claimed = claims.map(\.seeds).max() else {
      throw Rejection([
        Diagnostic(
          "missing-key", "`\(file)` has no section `claims`", at: nil,
          help: "write what the paper reports: "
            + "`claims: [{metric: modes, value: 17.3, error: 0.8, seeds: 10}]`")
      ])
    }
    let removal = loaded.root["sweep"] == nil ? [] : ["~sweep"]
    try self.init(
      file: file, overrides: overrides + removal + ["+sweep.seeds=\(seeds ?? claimed)"])
  }

  /// The name of a file without its ending.
  private static func stem(of file: String) -> String {
    let name = Run.name(of: file)
    return name.hasSuffix(".yaml") ? String(name.dropLast(5)) : name
  }

  /// The plan that a sweep's directory keeps.
  public init(_ directory: SweepDirectory, _ summary: SweepSummary) throws {
    try self.init(
      tree: directory.resolvedFile.path,
      source: try SourceFile.read(directory.experimentFile.path),
      summary.overrides, folder: summary.folder, name: summary.experiment, digests: summary.data)
    guard identity == summary.identity else {
      throw StorageError(
        "read", directory.resolvedFile.path,
        .invalid("is not the experiment that the sweep is named after"))
    }
  }

  private init(
    tree path: String, source: SourceText?, _ overrides: [String], folder: String, name: String,
    digests: [String: String]?
  ) throws {
    let problems = Problems()
    guard let plain = Loader().load(path, problems), !problems.hasErrors,
      let loaded = Loader().load(path, overrides: overrides, sweeping: true, problems),
      !problems.hasErrors
    else { throw Rejection(problems.diagnostics) }
    written = plain.root
    root = loaded.root
    self.overrides = overrides
    self.folder = folder
    self.source = source ?? loaded.source
    (base, warnings) = try SweepPlan.read(loaded.root, folder, name)
    guard let section = base.sweep else {
      throw Rejection([
        Diagnostic(
          "missing-key", "`\(path)` has no section `sweep`", at: nil,
          help:
            "write what changes: `sweep: {parameters: {train.optimizer.adam.rate: [1e-4, 1e-3]}}`, "
            + "or name it on the command line: `train.optimizer.adam.rate=1e-4,1e-3`"
        )
      ])
    }
    self.section = section
    self.digests = try digests ?? base.data.digests()
  }

  /// The tree from which points are made, as a file.
  var frozen: Node {
    let entries = (written.entries ?? []).filter { !["experiment", "sweep"].contains($0.key) }
    let name = Node.Entry("experiment", at: written.span, .text(base.name, at: written.span))
    return Node(.mapping([name] + entries + (frozenSweep.map { [$0] } ?? [])), at: written.span)
  }

  /// The section `sweep` as it is written, with the points that it lists in place of the path of
  /// their file; nil where there is none.
  private var frozenSweep: Node.Entry? {
    let sweep = written.entry("sweep")
    guard let points = section.resolved.entry("points") else { return sweep }
    let others = (sweep?.value.entries ?? []).filter { $0.key != points.key }
    return Node.Entry(
      "sweep", at: points.keySpan, Node(.mapping(others + [points]), at: points.keySpan))
  }

  /// The sweep's identity, 64 hexadecimal digits: the hash of the experiment as it is written and as
  /// it is meant, its data, the section and the numerics version.
  ///
  /// As it is written, too: paths of the sweep name places in what is written, and two files that
  /// mean the same experiment can differ in what such a place does.
  public var identity: String {
    let rest = (root.entries ?? []).filter { !Experiment.undecisive.contains($0.key) }
    var digest = SHA256()
    digest.update("assay sweep \(SweepSection.version) numerics \(Numerics.version)\n".utf8)
    digest.update(Node(.mapping(rest), at: root.span).yaml.utf8)
    digest.update(base.canonical.yaml.utf8)
    digest.update(section.canonical.yaml.utf8)
    for (role, text) in digests.sorted(by: { byBytes($0.key, $1.key) }) {
      digest.update("\n\(role) \(text)".utf8)
    }
    return digest.hex
  }

  /// What the summary keeps: the overrides, and the folder that paths start from.
  var kept: (overrides: [String], folder: String) {
    // Listed points are in the frozen file, wherever they came from.
    let others = overrides.filter { !$0.hasPrefix("sweep.points=") }
    return (others, URL(filePath: folder).standardizedFileURL.path)
  }
}

// MARK: - Checking

extension SweepPlan {
  /// The most points that are checked before anything starts: a larger sweep is checked at points
  /// spread over it.
  public static let checked = 200
  /// The most refused points that are told.
  private static let told = 5

  /// Refuses a sweep whose metric is no column, or some of whose points the experiment refuses, as
  /// far as points are known before anything has happened.
  public func check() throws {
    try checkMetric()
    let history = History()
    let count = section.isAdaptive ? min(10, section.pointCount) : section.pointCount
    var refused: [Diagnostic] = []
    for place in SweepPlan.spread(over: count) where refused.count < SweepPlan.told {
      let trial = try trial(place * section.seeds.count, history)
      do throws(Rejection) {
        _ = try experiment(of: trial)
      } catch {
        guard var problem = error.diagnostics.first(where: { $0.severity == .error }) else {
          continue
        }
        problem.notes.append("at the point \(section.space.text(of: trial.point))")
        refused.append(problem)
      }
    }
    if !refused.isEmpty { throw Rejection(refused) }
  }

  /// Places to look at, by default those that are checked: all, or so many whose distance has no divisor with `count` in
  /// common, so that they meet every value of an axis with few values, however fast it changes.
  public static func spread(over count: Int, atMost checked: Int = checked) -> [Int] {
    guard count > checked else { return Array(0..<count) }
    func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
    // The golden section's share comes nowhere near an earlier place for long.
    var step = Int(0.618 * Double(count))
    while divisor(step, count) > 1 { step += 1 }
    var place = 0
    return (0..<checked).map { _ in
      defer { place = (place + step) % count }
      return place
    }
  }

  private func checkMetric() throws {
    guard let metric = section.metric, !base.columns.contains(metric.name) else { return }
    throw Rejection([
      Diagnostic(
        "unknown-name", "`metrics.csv` will have no column `\(metric.name)`",
        at: metric.place.span(of: "name"), label: "no such column",
        note: "there are " + Suggest.list(base.columns),
        help: Suggest.help(for: metric.name, among: base.columns))
    ])
  }
}
