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
public struct SweepPlan {
  /// The file as it was given.
  public let source: SourceText
  /// The experiment without any point's values.
  public let base: Experiment
  /// What of it changes.
  public let section: SweepSection
  /// What is odd about the experiment, though it can be run.
  public let warnings: [Diagnostic]
  /// The experiment's tree without its section `sweep`.
  private let root: Node
  /// Changes to the tree that all points share.
  private let overrides: [String]
  /// The folder that relative paths of data start from.
  private let folder: String
  /// The digests of the data's files.
  public let digests: [String: String]

  /// One run of the sweep.
  public struct Trial: Hashable, Sendable {
    /// Its number, from 0.
    public let number: Int
    /// The seed; nil for the experiment's own.
    public let seed: UInt64?
    /// What it sets: paths with values, as overrides have them.
    public let values: [String: String]
    /// The point as the record has it.
    var point: JSON { .object(values.mapValues { .string($0) }) }

    /// The changes to the experiment.
    public var overrides: [String] {
      values.sorted { byBytes($0.key, $1.key) }.map { "\($0.key)=\($0.value)" }
        + (seed.map { ["seed=\($0)"] } ?? [])
    }
  }

  /// The number of trials.
  public var count: Int { section.count }

  /// The experiment of a trial; throws what is wrong with it.
  public func experiment(of trial: Trial) throws(Rejection) -> Experiment {
    try SweepPlan.read(root, overrides + trial.overrides, folder, base.name)
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
    _ root: Node, _ overrides: [String], _ folder: String, _ name: String
  ) throws(Rejection) -> Experiment {
    let problems = Problems()
    let changed = Override.apply(overrides, to: root, problems)
    guard !problems.hasErrors,
      let experiment = Experiment.read(changed, folder: folder, name: name, problems)
    else { throw Rejection(problems.diagnostics) }
    return experiment
  }
}

// MARK: - Reading

extension SweepPlan {
  /// The plan that a file and overrides give now.
  public init(file: String, overrides: [String]) throws {
    let problems = Problems()
    guard let loaded = Loader().load(file, problems), !problems.hasErrors else {
      throw Rejection(problems.diagnostics)
    }
    let stem = Run.name(of: file)
    try self.init(
      loaded.root, loaded.source, overrides, folder: Run.folder(of: file),
      name: stem.hasSuffix(".yaml") ? String(stem.dropLast(5)) : stem, problems, digests: nil)
  }

  /// The plan that a sweep's directory keeps.
  public init(_ directory: SweepDirectory, _ summary: SweepSummary) throws {
    let problems = Problems()
    guard let loaded = Loader().load(directory.resolvedFile, problems), !problems.hasErrors else {
      throw Rejection(problems.diagnostics)
    }
    let given = try SourceFile.read(directory.experimentFile)
    try self.init(
      loaded.root, given, summary.overrides, folder: summary.folder, name: summary.experiment,
      problems, digests: summary.data)
    guard identity == summary.identity else {
      throw StorageError(
        "read", directory.resolvedFile,
        .invalid("is not the experiment that the sweep is named after"))
    }
  }

  private init(
    _ root: Node, _ source: SourceText, _ overrides: [String], folder: String, name: String,
    _ problems: Problems, digests: [String: String]?
  ) throws {
    let (section, bare, rest) = SweepSection.take(from: root, overrides: overrides, problems)
    guard let section, !problems.hasErrors else { throw Rejection(problems.diagnostics) }
    self.section = section
    self.root = bare
    self.overrides = rest
    self.folder = folder
    self.source = source
    base = try SweepPlan.read(bare, rest, folder, name)
    warnings = problems.diagnostics
    self.digests = try digests ?? base.data.digests()
  }

  /// The tree from which points are made, with the section filled in.
  var frozen: Node {
    let entries = (root.entries ?? []).filter { $0.key != "experiment" }
    return Node(
      .mapping(
        [Node.Entry("experiment", at: root.span, .text(base.name, at: root.span))] + entries
          + [Node.Entry("sweep", at: root.span, section.resolved)]), at: root.span)
  }

  /// The sweep's identity, 64 hexadecimal digits: the hash of the experiment as it is written and as
  /// it is meant, its data, the section and the numerics version.
  public var identity: String {
    var digest = SHA256()
    digest.update("assay sweep \(SweepSection.version) numerics \(Numerics.version)\n".utf8)
    let written = (root.entries ?? []).filter { $0.key != "experiment" }
    digest.update(Node(.mapping(written), at: root.span).yaml.utf8)
    digest.update(overrides.joined(separator: "\n").utf8)
    digest.update(base.canonical.yaml.utf8)
    digest.update(section.canonical.yaml.utf8)
    for (role, text) in digests.sorted(by: { byBytes($0.key, $1.key) }) {
      digest.update("\n\(role) \(text)".utf8)
    }
    return digest.hex
  }

  /// The overrides that all points share, and the folder that paths start from.
  var shared: (overrides: [String], folder: String) {
    (overrides, URL(filePath: folder).standardizedFileURL.path)
  }
}
