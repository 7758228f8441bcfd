import Run
import Text

/// In what two runs differ, from the file to the last number.
public struct RunDifference: Sendable {
  /// Where two tables part.
  public struct Parting: Hashable, Sendable {
    /// The first step at which a number differs.
    public let step: Int
    /// The columns that differ there, in the first run's order.
    public let columns: [String]
    /// The first run's values there.
    public let old: [Double]
    /// The second run's values there.
    public let new: [Double]
  }

  /// The last values of a column.
  public struct Final: Hashable, Sendable {
    /// The column.
    public let column: String
    /// The first run's value; nil where it has none.
    public let old: Series.Point?
    /// The second run's value; nil where it has none.
    public let new: Series.Point?
  }

  /// The runs.
  public let runs: (old: RunData, new: RunData)
  /// The named parameters, as far as the long form lacks them.
  public let parameters: [TreeDifference.Change]
  /// The experiment's settings.
  public let experiment: [TreeDifference.Change]
  /// The paths of those that follow from others in the same way in both runs.
  public let following: Set<String>
  /// The digests of the data.
  public let data: [TreeDifference.Change]
  /// Assay's version and the numerics version.
  public let program: [TreeDifference.Change]
  /// Host, kernels and threads, which change no bit.
  public let machine: [TreeDifference.Change]
  /// Where the metrics part; nil where all that both have measured is the same.
  public let parting: Parting?
  /// How many rows have a step that both have.
  public let commonRows: Int
  /// The columns of one run alone.
  public let ownColumns: (old: [String], new: [String])
  /// The last values of all columns.
  public let finals: [Final]

  /// Whether they are one experiment with one outcome as far as both went: no setting, no data and no
  /// number differs.
  public var isSame: Bool {
    experiment.isEmpty && data.isEmpty && parting == nil
      && program.allSatisfy { $0.path != "numerics" }
  }

  /// Compares two runs.
  public init(_ old: RunData, _ new: RunData) throws {
    runs = (old, new)
    let (a, b) = (old.record, new.record)
    experiment = try RunDifference.experiment(old, new)
    let settings = [try old.settings(), try new.settings()]
    parameters = Set(settings.flatMap(\.named)).sorted(by: byBytes).compactMap { path in
      RunDifference.change(path, settings[0][path]?.text, settings[1][path]?.text)
    }
    let followers = Followers(settings)
    following = Set((experiment + parameters).map(\.path).filter(followers.contains))
    data = Set(a.data.keys).union(b.data.keys).sorted(by: byBytes).compactMap {
      RunDifference.change($0, a.data[$0], b.data[$0])
    }
    program = [
      RunDifference.change("version", a.version, b.version),
      RunDifference.change("numerics", "\(a.numerics)", "\(b.numerics)"),
    ].compactMap { $0 }
    machine = [
      RunDifference.change("host", a.host, b.host),
      RunDifference.change("kernels", a.kernels, b.kernels),
      RunDifference.change("threads", "\(a.threads)", "\(b.threads)"),
    ].compactMap { $0 }
    let (left, right) = (try old.metrics(), try new.metrics())
    (parting, commonRows) = RunDifference.parting(left, right)
    ownColumns = (
      left.columns.filter { !right.columns.contains($0) },
      right.columns.filter { !left.columns.contains($0) }
    )
    finals = (left.columns + ownColumns.new).filter { $0 != "epoch" }.map {
      Final(column: $0, old: left.last(of: $0), new: right.last(of: $0))
    }
  }

  private static func experiment(_ old: RunData, _ new: RunData) throws -> [TreeDifference.Change] {
    guard let left = try Settings.tree(readingYAML: old.directory.resolvedFile),
      let right = try Settings.tree(readingYAML: new.directory.resolvedFile)
    else { return [] }
    return TreeDifference(left, right).changes
  }

  private static func change(_ name: String, _ old: String?, _ new: String?)
    -> TreeDifference.Change?
  {
    old == new ? nil : TreeDifference.Change(path: name, old: old, new: new)
  }

  /// The first row, among those whose step both tables have, in which a number differs that both have
  /// measured. Equal bits are equal, and NaN equals NaN.
  static func parting(_ old: Series, _ new: Series) -> (Parting?, commonRows: Int) {
    let columns = old.columns.compactMap { name in
      new[name].flatMap { other in old[name].map { (name: name, old: $0, new: other) } }
    }
    var parting: Parting?
    var (i, j, common) = (0, 0, 0)
    while i < old.steps.count && j < new.steps.count {
      if old.steps[i] != new.steps[j] {
        if old.steps[i] < new.steps[j] { i += 1 } else { j += 1 }
        continue
      }
      common += 1
      let differing = parting == nil ? columns.filter { differ($0.old[i], $0.new[j]) } : []
      if !differing.isEmpty {
        parting = Parting(
          step: old.steps[i], columns: differing.map(\.name),
          old: differing.compactMap { $0.old[i] },
          new: differing.compactMap { $0.new[j] })
      }
      (i, j) = (i + 1, j + 1)
    }
    return (parting, common)
  }

  private static func differ(_ a: Double?, _ b: Double?) -> Bool {
    guard let a, let b, !(a.isNaN && b.isNaN) else { return false }
    return a.bitPattern != b.bitPattern
  }
}

// MARK: - For programs

extension RunDifference {
  /// The differences: `runs` (two paths), `same`, `parameters`, `experiment`, `data`, `program`,
  /// `machine` (lists of `path`, `old`, `new`; null where a side has none), `parting` (`step`, `columns`, `old`, `new`, or
  /// null), `common_rows`, and `final` by column.
  public var json: JSON {
    func list(_ changes: [TreeDifference.Change]) -> JSON {
      .array(
        changes.map {
          [
            "path": .string($0.path), "old": $0.old.map(JSON.string) ?? .null,
            "new": $0.new.map(JSON.string) ?? .null,
          ]
        })
    }
    func point(_ point: Series.Point?) -> JSON {
      point.map { ["step": .integer(Int64($0.step)), "value": .number($0.value)] } ?? .null
    }
    let parting = parting.map { parting -> JSON in
      [
        "step": .integer(Int64(parting.step)),
        "columns": .array(parting.columns.map(JSON.string)),
        "old": .array(parting.old.map(JSON.number)), "new": .array(parting.new.map(JSON.number)),
      ]
    }
    let finals = finals.map {
      ($0.column, JSON.object(["old": point($0.old), "new": point($0.new)]))
    }
    return [
      "runs": [.string(runs.old.path), .string(runs.new.path)], "same": .bool(isSame),
      "parameters": list(parameters), "experiment": list(experiment), "data": list(data),
      "program": list(program),
      "machine": list(machine), "parting": parting ?? .null,
      "common_rows": .integer(Int64(commonRows)), "final": .object(Dictionary(finals) { $1 }),
    ]
  }
}
