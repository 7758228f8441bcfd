import Report
import Run
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
    "filter", "CONDITION", "only runs for which it holds, as `status=failed`")
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
    let words = arguments.operands.filter { RunCondition($0) == nil }
    let finder = RunFinder(folder)
    var runs: [RunData]
    if words.isEmpty {
      let all = try finder.all()
      runs = all.runs
      for fact in all.unreadable { Output.error("note: left out: \(fact)") }
    } else {
      runs = try finder.runs(words)
    }
    let list = try RunList(runs, query)
    for fact in list.unreadable { Output.error("note: left out: \(fact)") }
    if arguments.has(.json) {
      Output.result(JSON.array(list.rows.map { json($0, query.keys) }).text)
    } else if list.rows.isEmpty {
      let rest = runs.isEmpty ? "" : " for which the conditions hold"
      Output.error("there are no runs in `\(folder)`\(rest)")
    } else {
      Output.result(table(list.rows, query.keys))
    }
    return 0
  }

  private static func query(_ arguments: Arguments) throws -> RunList.Query {
    var query = RunList.Query()
    if let text = arguments[filter], RunCondition(text) == nil {
      throw UsageError("`--filter` needs a condition, but this is `\(text)`", self)
    }
    let texts = [arguments[filter]].compactMap { $0 } + arguments.operands
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
          row.metric?.name ?? "", row.metric.map { numberText($0.value) } ?? "",
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
