import Run
import Search
import Text

/// Runs side by side: those that differ in the seed alone are one row, with the mean and the standard
/// error of each metric's last value.
public struct RunComparison: Sendable {
  /// What is asked of a comparison.
  public struct Query: Sendable {
    /// The metrics, by their names or the ends of them; empty for that of the study, else the one that
    /// the runs choose by, and those on the test set.
    public var metrics: [String] = []
    /// What is better in the first metric; nil for what the study or the runs say.
    public var goal: Goal?
    /// Whether the last values of runs that are not finished count too.
    public var countsUnfinished = false
    /// The metric of the study that the runs belong to, and what is better; nil where there is none.
    public var study: StudyMetric?
    /// The points of a sweep by the paths of their runs, shown instead of the settings that differ.
    public var points: [String: Settings] = [:]

    /// The usual.
    public init() {}

    /// What the sweeps among some findings say, and those of experiments: their metric, where all
    /// agree, and the points of one that stands alone.
    public init(_ found: [Found]) throws {
      let metrics = try found.flatMap { try $0.sweepMetrics() }
      study = metrics.allSatisfy { $0 == metrics.first } ? metrics.first : nil
      if found.count == 1, case .sweep(let sweep) = found[0] { points = sweep.points }
    }
  }

  /// Runs that differ in the seed alone.
  public struct Group: Sendable {
    /// All of them, by rising seed.
    public let runs: [RunData]
    /// Their seeds.
    public let seeds: [String]
    /// The runs whose values count.
    public let counted: [RunData]
    /// How many runs do not count, by status.
    public let left: [(status: RunRecord.Status, count: Int)]
    /// What the counted runs say of each metric, in the order of the metrics.
    public let estimates: [Estimate]
    /// What is shown of the settings.
    let settings: Settings

    /// The runs' name in a table: the id, and how many more there are.
    public var name: String {
      runs.count == 1 ? runs[0].id : "\(runs[0].id) +\(runs.count - 1)"
    }
  }

  /// The metrics: columns of `metrics.csv`.
  public let metrics: [String]
  /// What is better in the first metric; nil where nothing says so.
  public let goal: Goal?
  /// In what the groups differ.
  public let differing: [DifferingSetting]
  /// The groups: the best first, those without a value last. Where no goal is known, the least first.
  public let groups: [Group]

  /// Compares runs. Throws a `Rejection` for a metric that none of them has.
  public init(_ runs: [RunData], _ query: Query = Query()) throws {
    let columns = try RunComparison.columns(of: runs)
    metrics = try RunComparison.metrics(query, runs, columns)
    let groups = try RunGroup.groups(of: runs).map { [metrics] in
      try Group($0, metrics, query)
    }
    let first = metrics.first
    let goal = try query.goal ?? first.flatMap { try RunComparison.goal(of: $0, query, runs) }
    self.goal = goal
    self.groups = RunComparison.sorted(groups, goal ?? .minimize)
    differing = DifferingSetting.all(in: self.groups.map(\.settings))
  }

  /// The columns of all runs, in the order in which they first appear.
  private static func columns(of runs: [RunData]) throws -> [String] {
    var seen: Set<String> = []
    return try runs.flatMap { try $0.lastValues { _ in [] }.columns }
      .filter { seen.insert($0).inserted }
  }

  private static func metrics(_ query: Query, _ runs: [RunData], _ columns: [String]) throws
    -> [String]
  {
    guard query.metrics.isEmpty else { return try query.metrics.map { try column($0, columns) } }
    let study = query.study.flatMap { columns.contains($0.name) ? $0.name : nil }
    let chosen =
      try study ?? runs.lazy.compactMap { try $0.chosenMetric() }.first { columns.contains($0) }
    let onData = ["test.", "validation."].lazy
      .map { set in columns.filter { $0.hasPrefix(set) } }.first { !$0.isEmpty }
    let measured = onData ?? columns.filter { $0.hasSuffix(".loss") }
    return [chosen].compactMap { $0 } + measured.filter { $0 != chosen }
  }

  /// The column that a name means: itself, else the only one that ends in it.
  static func column(_ name: String, _ columns: [String]) throws -> String {
    let found = RunKey(name).columns(among: columns)
    if found.count == 1 { return found[0] }
    if found.isEmpty {
      throw Rejection([
        Diagnostic(
          "no-such-metric", "no run measures `\(name)`", at: nil,
          note: columns.isEmpty ? nil : "there are \(Suggest.list(columns))",
          help: Suggest.help(for: name, among: columns))
      ])
    }
    throw Rejection([
      Diagnostic(
        "ambiguous-key", "`\(name)` can mean \(Suggest.list(found, joined: "or"))", at: nil,
        help: "write more of the name")
    ])
  }

  private static func goal(of metric: String, _ query: Query, _ runs: [RunData]) throws -> Goal? {
    if let study = query.study, study.name == metric { return study.goal }
    return try runs.lazy.compactMap { try $0.goal(of: metric) }.first
  }

  private static func sorted(_ groups: [Group], _ goal: Goal) -> [Group] {
    groups.enumerated().sorted { a, b in
      let (left, right) = (a.element.estimates.first?.mean, b.element.estimates.first?.mean)
      guard let left, let right else { return left != nil || right == nil && a.offset < b.offset }
      if goal.prefers(left, to: right) { return true }
      return !goal.prefers(right, to: left) && a.offset < b.offset
    }.map(\.element)
  }
}

extension RunComparison.Group {
  fileprivate init(_ group: RunGroup, _ metrics: [String], _ query: RunComparison.Query) throws {
    runs = group.runs
    seeds = group.seeds
    let counted = runs.filter { query.countsUnfinished || $0.status == .finished }
    self.counted = counted
    left = RunRecord.Status.allCases.compactMap { status in
      let count = group.runs.count { $0.status == status && status != .finished }
      return count > 0 && !query.countsUnfinished ? (status, count) : nil
    }
    let values = try counted.map { try $0.lastValues { _ in metrics }.values }
    estimates = metrics.map { metric in Estimate(values.compactMap { $0[metric]?.value }) }
    settings = query.points[runs[0].path] ?? Self.settings(of: group)
  }

  /// The settings, and what else makes runs other runs: their data and the numerics version.
  private static func settings(of group: RunGroup) -> Settings {
    let record = group.runs[0].record
    var settings = group.settings
    settings.add(record.experiment, at: "experiment")
    for (name, digest) in record.data.sorted(by: { byBytes($0.key, $1.key) }) {
      settings.add(String(digest.prefix(12)), at: "digest.\(name)")
    }
    settings.add("\(record.numerics)", at: "numerics")
    return settings
  }
}

// MARK: - What is shown

extension RunComparison {
  /// The comparison as a table: a row for each group, its runs, the settings that differ, how many
  /// runs count, and the metrics. What is best is marked, where a goal is known.
  public var sheet: Sheet { sheet(first: .max) }

  /// The table's first rows.
  public func sheet(first count: Int) -> Sheet {
    var sheet = Sheet(columns: ["run"] + differing.map(\.name) + ["n"] + metrics)
    for group in groups.prefix(count) {
      let settings = differing.map { setting -> Sheet.Cell in
        setting.value(in: group.settings).map { .setting(RunKey.Value($0)) } ?? .text("")
      }
      let estimates = group.estimates.map { Sheet.Cell.estimate($0, runs: group.counted.count) }
      sheet.add(
        [.text(group.name)] + settings + [.runs(group.counted.count, left: group.leftText)]
          + estimates)
    }
    let best = groups.count > 1 && goal != nil ? BestGroup(self).tied : []
    let paths = Set(best.map(\.runs[0].path))
    for (row, group) in groups.prefix(count).enumerated() where paths.contains(group.runs[0].path) {
      sheet.mark(row: row, column: 2 + differing.count)
    }
    return sheet
  }

  /// The comparison for programs: `metrics`, `goal` (or null), `differing` (a name and its paths), and
  /// `groups`, each with its runs, its settings that differ, and for each metric `n`, `mean`,
  /// `standard_error` and the `values`. What is not finite is null.
  public var json: JSON {
    [
      "metrics": .array(metrics.map(JSON.string)),
      "goal": goal.map { .string($0.rawValue) } ?? .null,
      "differing": .array(
        differing.map {
          ["name": .string($0.name), "paths": .array($0.paths.map(JSON.string))]
        }),
      "groups": .array(groups.map(json)),
    ]
  }

  /// A group for programs.
  public func json(_ group: Group) -> JSON {
    let counted = Set(group.counted.map(\.path))
    let runs = zip(group.runs, group.seeds).map { run, seed -> JSON in
      [
        "id": .string(run.id), "path": .string(run.path), "seed": .string(seed),
        "status": .string(run.status.rawValue), "counts": .bool(counted.contains(run.path)),
      ]
    }
    let settings = differing.compactMap { setting in
      setting.value(in: group.settings).map { (setting.name, RunKey.Value($0).json) }
    }
    let estimates = zip(metrics, group.estimates).map { metric, estimate -> (String, JSON) in
      let fields: JSON = [
        "n": .integer(Int64(estimate.count)), "mean": estimate.mean.map(JSON.number) ?? .null,
        "standard_error": estimate.standardError.map(JSON.number) ?? .null,
        "values": .array(estimate.values.map(JSON.number)),
      ]
      return (metric, fields)
    }
    return [
      "runs": .array(runs), "settings": .object(Dictionary(settings) { $1 }),
      "metrics": .object(Dictionary(estimates) { $1 }),
    ]
  }

  /// The values of the settings that differ, of one group, in their order, for people.
  public func settings(of group: Group) -> [(name: String, text: String)] {
    differing.compactMap { setting in
      setting.value(in: group.settings).map { (setting.name, RunKey.Value($0).text) }
    }
  }
}

extension RunComparison.Group {
  /// How the runs ended that do not count: `1 diverged, 2 pruned`; empty where there are none.
  public var leftText: String {
    left.map { "\($0.count) \($0.status.rawValue)" }.joined(separator: ", ")
  }
}
