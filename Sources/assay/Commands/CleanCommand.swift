import Foundation
import Report
import Run
import Text

/// `assay clean`: removes runs that are of no use any more.
enum CleanCommand: Command {
  static let name = "clean"
  static let summary = "remove failed runs, or others by status and age; only with --yes"
  static let operands = "[RUN|SWEEP|EXPERIMENT ...]"
  static let operandCount = 0...Int.max
  static let status = Flag(
    "status", "A,B", "only runs of these statuses (default: failed,diverged)")
  static let older = Flag("older", "AGE", "only runs that ended so long ago: 12h, 30d, 4w")
  static let yes = Flag("yes", nil, "remove them; without it they are only listed")
  static let flags = [Flag.runs, status, older, yes, .json]
  static let details = """
    Lists what would go and what stays, and removes nothing without --yes. Never removed: a run that a
    process works on, the best run of a sweep, and runs of a sweep that is not finished. A run goes
    whole or not at all: it is renamed away first, so that a cleaning that is cut short leaves nothing
    that looks like a run, and the next one removes the rest.

    --json prints removed (or would_remove), kept (with reasons), bytes.

    examples:
      assay clean
      assay clean gan-ring --status interrupted,failed --older 30d --yes
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    let folder = arguments[.runs] ?? "runs"
    let query = try query(arguments)
    let finder = RunFinder(folder)
    let runs =
      try arguments.operands.isEmpty ? finder.all().runs : finder.runs(arguments.operands)
    let reasons = try SweepData.reasonsToKeep(in: folder)
    let cleaning = try Cleaning(runs, query, keeping: reasons, in: folder)
    var removed = cleaning.items
    if arguments.has(yes) {
      try Cleaning.removeLeftovers(in: folder)
      removed = remove(cleaning.items)
    }
    report(cleaning, removed, arguments)
    return removed.count == cleaning.items.count ? 0 : 1
  }

  private static func remove(_ items: [Cleaning.Item]) -> [Cleaning.Item] {
    items.filter { item in
      do {
        try Cleaning.remove(item.run)
        return true
      } catch {
        Output.error("error[storage]: \(error)")
        return false
      }
    }
  }

  private static func query(_ arguments: Arguments) throws -> Cleaning.Query {
    var query = Cleaning.Query()
    if let text = arguments[status] {
      query.statuses = []
      for word in text.split(separator: ",").map(String.init) {
        guard let status = RunRecord.Status(rawValue: word), status != .running else {
          let known = RunRecord.Status.allCases.map(\.rawValue).filter { $0 != "running" }
          throw UsageError(
            "`--status` takes \(known.joined(separator: ", ")), but this is `\(word)`", self,
            help: Suggest.help(for: word, among: known))
        }
        query.statuses.insert(status)
      }
    }
    if let text = arguments[older] {
      guard let seconds = age(text) else {
        throw UsageError("`--older` needs an age as 12h, 30d or 4w, but this is `\(text)`", self)
      }
      query.before = Timestamp.text(seconds: Int(Date().timeIntervalSince1970) - seconds)
    }
    return query
  }

  /// The seconds of an age; nil for a text that is none.
  private static func age(_ text: String) -> Int? {
    let units = ["h": 3600, "d": 86_400, "w": 604_800]
    guard let unit = text.last.flatMap({ units[String($0)] }),
      let count = Int(text.dropLast()), (0...100_000).contains(count)
    else { return nil }
    return count * unit
  }

  private static func report(
    _ cleaning: Cleaning, _ removed: [Cleaning.Item], _ arguments: Arguments
  ) {
    let bytes = removed.reduce(0) { $0 + $1.bytes }
    if arguments.has(.json) {
      let json: JSON = [
        arguments.has(yes) ? "removed" : "would_remove": .array(
          removed.map { .string($0.run.path) }), "bytes": .count(bytes),
        "kept": .array(
          cleaning.kept.map { ["path": .string($0.run.path), "reason": .string($0.reason)] }),
      ]
      return Output.result(json.text)
    }
    if !removed.isEmpty {
      var table = TextTable(["run", "status", "ended", "size"], rightAligned: [3])
      for item in removed {
        let record = item.run.record
        table.add([
          item.run.path, record.status.rawValue, record.ended ?? record.started,
          byteText(item.bytes),
        ])
      }
      Output.result(table.text)
    }
    for kept in cleaning.kept { Output.result("stays: \(kept.run.path), as \(kept.reason)") }
    if arguments.has(yes) {
      Output.result("removed \(counted(removed.count, "run")), \(byteText(bytes))")
    } else if removed.isEmpty && cleaning.leftovers.isEmpty {
      Output.result("nothing would go")
    } else {
      let rest = cleaning.leftovers.isEmpty ? "" : " and what an earlier cleaning left"
      Output.result(
        "\(counted(removed.count, "run"))\(rest) would go, \(byteText(bytes)); `--yes` removes them"
      )
    }
  }
}
