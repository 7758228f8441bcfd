import Run
import Search
import Text

/// What a report says: runs, one metric by which they are judged, and what follows from both.
public struct Page {
  private let runs: [RunData]
  private let title: String
  private let sweep: SweepData?
  /// The metric that judges runs; nil where nothing is measured.
  private let metric: String?
  /// Which values of it are better; nil where nobody said.
  private let goal: Goal?
  /// The runs of the best group, and of those that tie with it, by their paths.
  private let best: Set<String>
  /// How many groups these are.
  private let tied: Int
  private let tables: [Series]
  /// What each run's file says, and in what these differ.
  private let settings: [Settings]
  private let differing: [DifferingSetting]
  /// What is shown of each run, and in what these differ: the points of a sweep, else the settings.
  private let points: [Settings]
  private let axes: [DifferingSetting]

  /// A report of some runs, judged as a comparison judges them; of the whole of a sweep where it is
  /// given. Throws a `Rejection` for a metric that no run has.
  public init(
    _ runs: [RunData], title: String, _ query: RunComparison.Query = RunComparison.Query(),
    sweep: SweepData? = nil
  ) throws {
    self.runs = runs
    self.title = title
    self.sweep = sweep
    let comparison = try RunComparison(runs, query)
    metric = comparison.metrics.first
    // Only of a loss the name says what is better.
    goal = comparison.goal ?? (metric?.hasSuffix("loss") == true ? .minimize : nil)
    let groups = goal == nil ? [] : BestGroup(comparison).tied
    best = Set(groups.flatMap(\.counted).map(\.path))
    tied = groups.count
    tables = try runs.map { try $0.metrics() }
    let settings = try runs.map { try $0.settings().withoutSeedAndPlaces }
    self.settings = settings
    differing = DifferingSetting.all(in: settings)
    points = zip(runs, settings).map { query.points[$0.path] ?? $1 }
    axes = DifferingSetting.all(in: points)
  }

  /// The HTML file.
  public func html() throws -> String { HTML.text(title: title, data: try data()) }
}

// MARK: - Data of the page

extension Page {
  /// Everything that the page shows.
  func data() throws -> JSON {
    var seen: Set = ["epoch"]
    let columns = tables.flatMap(\.columns).filter { seen.insert($0).inserted }
    let order = ranking()
    let groups = try CurveGroup.groups(of: runs, by: nil)
    let number = Dictionary(runs.enumerated().map { ($1.path, $0) }) { first, _ in first }
    let members = groups.map { $0.runs.compactMap { number[$0.path] } }
    let fitting = PageSeries.fittingRuns(columns: columns.count)
    let drawn = Set(order.prefix(fitting))
    let means = groups.count { $0.runs.count > 1 }
    let series = PageSeries(runs: drawn.count + means, columns: columns.count)
    let samples = try PageSamples(order.map { ($0, runs[$0]) })
    return [
      "title": .string(title), "version": .string(Assay.version),
      "made": .string(Timestamp.now()),
      "metric": metric.map(JSON.string) ?? .null,
      "goal": (goal?.rawValue).map(JSON.string) ?? .null,
      "columns": .array(columns.map(JSON.string)),
      "sweep": sweep.map(Page.json) ?? .null,
      "settings": .array(
        axes.map { ["name": .string($0.name), "paths": .array($0.paths.map(JSON.string))] }),
      "runs": .array(try runs.indices.map { try run($0, columns) }),
      "order": .array(order.map(Page.number)),
      "claims": .array(try claims(order)), "best": bestRun(order).map(Page.number) ?? .null,
      "tied": Page.number(tied),
      "series": .array(
        runs.indices.map { drawn.contains($0) ? series.json(tables[$0], columns: columns) : .null }),
      "groups": .array(
        zip(groups, members).map { group, members in
          [
            "label": .string(group.label), "runs": .array(members.map(Page.number)),
            "means": members.count > 1
              ? series.means(members.map { tables[$0] }, columns: columns) : .null,
          ]
        }),
      "samples": samples.json, "samples_thinned": .bool(samples.isThinned),
      "marked": .array(differing.map { .string($0.name) }),
      "experiments": .array(try experiments(order)), "importance": importance(),
    ]
  }

  private static func number(_ value: Int) -> JSON { .integer(Int64(value)) }

  /// A measured number; what JSON has no number for is a text.
  private static func value(_ value: Double) -> JSON {
    value.isFinite ? .number(value) : .string(value.isNaN ? "nan" : value > 0 ? "inf" : "-inf")
  }

  private static func values(_ differing: [DifferingSetting], _ settings: Settings) -> JSON {
    .array(differing.map { $0.value(in: settings).map { .string($0.text) } ?? .null })
  }

  /// How far a sweep came.
  private static func json(_ sweep: SweepData) -> JSON {
    [
      "id": .string(sweep.id), "identity": .string(sweep.summary.identity),
      "status": .string(sweep.summary.status.rawValue), "trials": number(sweep.summary.trials),
      "counts": .array(
        sweep.counts.map { name, count in
          [
            "name": .string(name), "word": .string(sweep.summary.status.word(for: name)),
            "count": number(count),
          ]
        }),
      "message": sweep.summary.message.map(JSON.string) ?? .null,
      "refused": .array(
        sweep.trials.filter { $0.directory == nil }.prefix(100).map {
          ["trial": number($0.number), "message": .string($0.message ?? "")]
        }),
    ]
  }

  private func run(_ index: Int, _ columns: [String]) throws -> JSON {
    let (run, table) = (runs[index], tables[index])
    let last = columns.map { table.last(of: $0).map { Page.value($0.value) } ?? .null }
    let best = metric.flatMap { metric in goal.flatMap { table.best(of: metric, $0) } }
    let epoch = table.last(of: "epoch")
    let perStep = epoch.map { $0.step > 0 ? $0.value / Double($0.step) : 0 } ?? 0
    return [
      "id": .string(run.id), "experiment": .string(run.experiment),
      "identity": .string(run.record.identity), "status": .string(run.status.rawValue),
      "message": run.record.message.map(JSON.string) ?? .null, "seed": .string(try run.seed()),
      "step": Page.number(max(run.record.step, table.steps.last ?? 0)),
      "steps": Page.number(run.record.steps), "created": .string(run.record.created),
      "seconds": try run.timing().last(of: "seconds").map { .number($0.value) } ?? .null,
      "version": .string(run.record.version), "numerics": Page.number(run.record.numerics),
      "data": .object(run.record.data.mapValues(JSON.string)),
      "settings": Page.values(axes, points[index]),
      "marked": Page.values(differing, settings[index]),
      "last": .array(last), "best": best.map { Page.value($0.value) } ?? .null,
      "best_step": best.map { Page.number($0.step) } ?? .null, "epoch_per_step": .number(perStep),
    ]
  }

  /// The last value of the metric; nil where it was not measured or is not finite.
  private func score(_ index: Int) -> Double? {
    metric.flatMap { tables[index].last(of: $0)?.value }.flatMap { $0.isFinite ? $0 : nil }
  }

  /// The runs' numbers, the best first: finished ones before others, those with a value before those
  /// without; in their own order where nothing says what is better.
  private func ranking() -> [Int] {
    func rank(_ index: Int) -> (Int, Double) {
      guard let score = score(index) else { return (2, 0) }
      let isDone = runs[index].status == .finished
      return (isDone ? 0 : 1, goal == .minimize ? score : goal == .maximize ? -score : 0)
    }
    return runs.indices.map { (index: $0, rank: rank($0)) }
      .sorted { ($0.rank.0, $0.rank.1, $0.index) < ($1.rank.0, $1.rank.1, $1.index) }
      .map(\.index)
  }

  /// The best run of the best group; where its value is infinite, the best with a finite one.
  private func bestRun(_ order: [Int]) -> Int? {
    let judged = order.filter { score($0) != nil && runs[$0].status == .finished }
    return goal == nil ? nil : judged.first { best.contains(runs[$0].path) } ?? judged.first
  }

  /// The long form of each experiment's best run, with the lines that differ marked.
  private func experiments(_ order: [Int]) throws -> [JSON] {
    var seen: Set<String> = []
    return try order.filter { seen.insert(runs[$0].experiment).inserted }.prefix(20).map { index in
      let text = try MarkedText(runs[index], differing)
      return [
        "run": Page.number(index), "lines": .array(text.lines.map(JSON.string)),
        "marks": .object(
          Dictionary(
            uniqueKeysWithValues: text.marks.map { line, settings in
              (
                "\(line)",
                JSON.array(settings.map { [Page.number($0.setting), .bool($0.follows)] })
              )
            })),
      ]
    }
  }

  /// The claims of each experiment beside what its best group of runs has measured.
  private func claims(_ order: [Int]) throws -> [JSON] {
    let groups = try RunGroup.groups(of: runs).map(\.runs)
    var seen: Set<String> = []
    return try order.filter { seen.insert(runs[$0].experiment).inserted }.prefix(20).compactMap {
      let first = runs[$0]
      let own = groups.map { $0.filter { $0.experiment == first.experiment } }
        .filter { !$0.isEmpty }
      let group =
        own.first { $0.contains { best.contains($0.path) } }
        ?? own.first { $0.contains { $0.path == first.path } }
      guard let group, let found = try Reproduction(group) else { return nil }
      return [
        "experiment": .string(first.experiment), "run": .string(group[0].id),
        "groups": Page.number(own.count), "paper": found.paper.map { .string($0.text) } ?? .null,
        "columns": .array(ClaimCheck.columns.map(JSON.string)),
        "rows": .array(found.checks.map { .array($0.row.map(JSON.string)) }),
      ]
    }
  }

  /// How much each setting that differs decides of the metric.
  private func importance() -> JSON {
    let judged = runs.indices.filter { score($0) != nil }
    let values = axes.map { setting in
      judged.map { setting.value(in: points[$0])?.text ?? "" }
    }
    let results = judged.compactMap(score)
    guard let importance = Importance(axes: values, results: results) else { return .null }
    return [
      "runs": Page.number(judged.count), "interactions": .number(importance.interactions),
      "shares": .array(
        importance.shares.map {
          [
            "mean": .number($0.mean), "deviation": .number($0.deviation),
            "correlation": .number($0.correlation),
          ]
        }),
    ]
  }
}
