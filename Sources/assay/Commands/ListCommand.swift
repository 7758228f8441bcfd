import Report
import Run
import Sweep
import Text

/// `assay list`: runs and sweeps.
enum ListCommand: Command {
  static let name = "list"
  static let summary = "list runs and sweeps, sorted and filtered"
  static let operands = "[EXPERIMENT|SWEEP|RUN ...] [CONDITION ...]"
  static let operandCount = 0...Int.max
  static let sort = Flag("sort", "KEY", "sort by KEY, the least first (default: by time)")
  static let reverse = Flag("reverse", nil, "turn the order round")
  static let filter = Flag(
    "filter", "CONDITION", "only runs for which it holds, as `status=failed`", repeats: true)
  static let limit = Flag("limit", "N", "at most N: the first of --sort, else the latest")
  static let flags = [Flag.runs, sort, reverse, filter, limit, .json]
  static let details = """
    The metric is the first one that is measured on the test set, else on the validation set, else a
    loss: its last value. A run whose process died is shown as interrupted.

    A CONDITION is KEY=VALUE, or has !=, <, <=, > or >=; all must hold. A KEY is one of
    \(wrapped(RunKey.ofRecord.map { "\($0)," }, width: 90)) a column of metrics.csv (its last value),
    or a path of the experiment. The end of a column or path is enough: `elbo`, `adam.rate`.

    --json prints a list of objects: kind (run or sweep), id, path, record (what run.json says, with
    the status and the step of now), metric (a name and its value), values (of the keys named here).

    examples:
      assay list gan-ring 'status!=finished'
      assay list --filter 'status=finished' 'rate>1e-4' 'validation.elbo<-200'
      assay list --sort test.elbo --reverse --limit 5
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    let folder = arguments[.runs] ?? "runs"
    let query = try query(arguments)
    let found = try found(arguments, in: folder, areSweepsAsked: query.keys.isEmpty)
    let list = try RunList(found.runs, query)
    Output.noteLostRows(found.runs)
    for fact in list.unreadable { Output.error("note: left out: \(fact)") }
    if arguments.has(.json) {
      let runs = list.rows.map { json($0, query.keys) }
      Output.result(JSON.array(runs + found.sweeps.map(json)).text)
    } else if list.rows.isEmpty && found.sweeps.isEmpty {
      let rest = found.runs.isEmpty ? "" : " for which the conditions hold"
      Output.error("there are no runs in `\(folder)`\(rest)")
    } else {
      let tables = [
        list.rows.isEmpty ? nil : table(list.rows, query.keys),
        found.sweeps.isEmpty ? nil : table(found.sweeps),
      ]
      Output.result(tables.compactMap { $0 }.joined(separator: "\n\n"))
    }
    return 0
  }

  /// The runs that the operands name, and sweeps where nothing is asked of single runs.
  private static func found(_ arguments: Arguments, in folder: String, areSweepsAsked: Bool) throws
    -> (runs: [RunData], sweeps: [SweepDirectory])
  {
    let words = arguments.operands.filter { RunCondition($0) == nil }
    let finder = RunFinder(folder)
    if words.isEmpty {
      let all = try finder.all()
      for fact in all.unreadable { Output.error("note: left out: \(fact)") }
      return (all.runs, areSweepsAsked ? try SweepDirectory.all(in: folder) : [])
    }
    let all = areSweepsAsked ? try SweepDirectory.all(in: folder) : []
    let own = try words.flatMap { word -> [SweepDirectory] in
      switch try finder.find(word) {
      case .sweep(let sweep): return [sweep.directory]
      case .experiment(let name, _): return all.filter { $0.experiment == name }
      case .run: return []
      }
    }
    return (try finder.runs(words), areSweepsAsked ? own : [])
  }

  private static func query(_ arguments: Arguments) throws -> RunList.Query {
    var query = RunList.Query()
    if let text = arguments.all(filter).first(where: { RunCondition($0) == nil }) {
      throw UsageError("`--filter` needs a condition, but this is `\(text)`", self)
    }
    let isBroken = { (word: String) in
      word.contains { "<>=!".contains($0) } && RunCondition(word) == nil
    }
    if let word = arguments.operands.first(where: isBroken) {
      throw UsageError("a condition has a name and a value, but this is `\(word)`", self)
    }
    let texts = arguments.all(filter) + arguments.operands
    query.conditions = texts.compactMap { RunCondition($0) }
    query.sort = arguments[sort].map { RunKey($0) }
    query.isReversed = arguments.has(reverse)
    query.limit = try arguments.int(limit, in: 1...Int.max)
    return query
  }

  private static func table(_ rows: [RunRow], _ keys: [RunKey]) -> String {
    let shown = keys.filter { key in
      !["id", "experiment", "status", "step", "steps", "created"].contains(key.name)
        && !rows.allSatisfy { $0.metric?.name == key.name }
    }
    let head = ["run", "experiment", "status", "steps", "metric", ""] + shown.map(\.name)
    var table = TextTable(
      head + ["created"], rightAligned: Set([3, 5] + shown.indices.map { $0 + 6 }))
    for row in rows {
      let record = row.run.record
      table.add(
        [
          row.run.id, record.experiment, status(row), "\(row.step)/\(record.steps)",
          row.metric?.name ?? "", row.metric.map { RunKey.Value.number($0.value).text } ?? "",
        ] + shown.map { row.values[$0]?.text ?? "" } + [record.created])
    }
    return table.text
  }

  private static func status(_ row: RunRow) -> String {
    let record = row.run.record
    guard record.status == .running, record.steps > 0 else { return record.status.rawValue }
    return "running \(min(100, row.step * 100 / record.steps)) %"
  }

  private static func json(_ row: RunRow, _ keys: [RunKey]) -> JSON {
    var record = row.run.record
    record.step = row.step
    let metric = row.metric.map { [$0.name: JSON.number($0.value)] } ?? [:]
    let values = keys.map { ($0.name, row.values[$0]?.json ?? .null) }
    return [
      "kind": "run", "id": .string(row.run.id), "path": .string(row.run.path),
      "metric": .object(metric), "values": .object(Dictionary(values) { $1 }),
      "record": record.json,
    ]
  }
}

// MARK: - Sweeps

extension ListCommand {
  private static func table(_ sweeps: [SweepDirectory]) -> String {
    var table = TextTable(
      ["sweep", "experiment", "status", "runs", "metric", "best", "created"],
      rightAligned: [3, 5])
    for directory in sweeps {
      guard let summary = summary(directory) else { continue }
      let done = summary.counts.filter { !["fresh", "running"].contains($0.key) }.values
      table.add([
        directory.id, directory.experiment, summary.status.rawValue,
        "\(done.reduce(0, +))/\(summary.trials)", summary.metric ?? "",
        summary.best.map { numberText($0.mean) } ?? "", summary.created,
      ])
    }
    return table.text
  }

  private static func json(_ directory: SweepDirectory) -> JSON {
    [
      "kind": "sweep", "id": .string(directory.id), "path": .string(directory.path),
      "record": summary(directory)?.json ?? .null,
    ]
  }

  private static func summary(_ directory: SweepDirectory) -> SweepSummary? {
    do {
      return try SweepData.summary(of: directory)
    } catch {
      Output.error("note: left out: \(error)")
      return nil
    }
  }
}
