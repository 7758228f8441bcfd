import Glibc
import Report
import Run
import Search
import Sweep
import Text

/// What `assay sweep` prints.
enum SweepReport {
  /// The runs of a plan, none of them started, each as soon as it is known. Of a sweep that learns
  /// from its results only the number of points is known.
  static func plan(_ plan: SweepPlan, _ arguments: Arguments) throws -> Int32 {
    // Nobody may be left to read what a plan of many runs still has to say.
    signal(SIGPIPE, SIG_DFL)
    if !arguments.has(.json) { Output.result(try head(plan, arguments)) }
    guard !plan.section.isAdaptive else {
      Output.error("the points follow from the results of those before them")
      return 0
    }
    let hasIDs = plan.count <= mostIDs || arguments.has(SweepCommand.ids)
    let table = arguments.has(.json) ? nil : try PlanTable(plan, hasIDs: hasIDs)
    if let table { Output.result(table.head) }
    var seen: Set<Identity> = []
    var next = 0
    // Few at first, so that the first lines come at once.
    while next < plan.count {
      let trials = next..<min(plan.count, next + min(4096, max(16, next)))
      let lines = inParallel(Array(trials)) { number in
        Result {
          let trial = try plan.trial(number, History())
          let identity = hasIDs ? try plan.identity(of: trial) : nil
          return (
            identity, table?.row(trial, identity) ?? json(trial, identity, plan.section.space).text
          )
        }
      }
      let known = try lines.map { try $0.get() }
      seen.formUnion(known.compactMap(\.0))
      Output.result(known.map(\.1).joined(separator: "\n"))
      next = trials.upperBound
    }
    tellOfIDs(plan, repeats: hasIDs ? plan.count - seen.count : nil)
    return 0
  }

  /// The most runs whose ids a plan lists unasked: each takes a reading of the whole experiment.
  private static let mostIDs = 1000

  /// Says how many runs are listed twice, or (nil) that nobody looked.
  private static func tellOfIDs(_ plan: SweepPlan, repeats: Int?) {
    guard let repeats else {
      Output.error(
        "note: the ids of so many runs are left out, as each takes a millisecond or two: `--ids`"
          + " lists them")
      return
    }
    guard repeats > 0 else { return }
    let which =
      repeats == 1
      ? "1 of these is the same run as another one"
      : "\(repeats) of these are the same runs as others"
    Output.error("note: \(which): what is listed twice is done once")
  }

  /// How many runs a plan has, and how long they may take.
  static func head(_ plan: SweepPlan, _ arguments: Arguments) throws -> String {
    let points = "\(counted(plan.section.pointCount, "point"))"
    let count =
      "\(counted(plan.count, "run")): \(points), \(counted(plan.section.seeds.count, "seed"))"
    let time = try PlanEstimate(plan, in: arguments[.runs] ?? "runs").text
    return count + (time.map { "\n" + $0 } ?? "")
  }

  private static func json(_ trial: SweepPlan.Trial, _ identity: Identity?, _ space: Space)
    -> JSON
  {
    let values = space.settings(of: trial.point).map { ($0.path, $0.value.json) }
    var fields: [String: JSON] = [
      "trial": .integer(Int64(trial.number)), "values": .object(Dictionary(values) { $1 }),
      "seed": .string("\(trial.seed)"),
    ]
    fields["run"] = identity.map { .string($0.short) }
    return .object(fields)
  }

  /// How a sweep stands, for people.
  static func text(
    _ directory: SweepDirectory, _ plan: SweepPlan, _ state: SweepState,
    _ status: SweepSummary.Status? = nil
  ) -> String {
    var rows = status.map { [("status", $0.rawValue)] } ?? []
    for standing in SweepState.Standing.allCases {
      let count = state.counts[standing] ?? 0
      if count > 0 { rows.append(((status ?? .running).word(for: "\(standing)"), grouped(count))) }
    }
    let missing = directory.missing(state).count
    if missing > 0 { rows.append(("gone", gone(missing, directory.id))) }
    if let best = state.best, let metric = plan.section.metric?.name {
      rows.append(("best", "\(metric) \(SweepSummary.Best(best).text)"))
    }
    return directory.path + "\n" + Help.table(rows) + "\n"
  }

  /// That runs of finished trials are not there, and what makes them again.
  static func gone(_ count: Int, _ id: String) -> String {
    "\(counted(count, "finished run")) not there any more; `assay sweep \(id)` makes them again"
  }

  /// How a sweep stands, for tools.
  static func json(
    _ directory: SweepDirectory, _ plan: SweepPlan, _ state: SweepState
  ) -> [String: JSON] {
    var fields: [String: JSON] = [
      "sweep": .string(directory.path), "trials": .integer(Int64(state.count)),
      "counts": .object(
        Dictionary(
          uniqueKeysWithValues: SweepState.Standing.allCases.map {
            ("\($0)", .integer(Int64(state.counts[$0] ?? 0)))
          })),
      "gone": .count(directory.missing(state).count),
    ]
    fields["best"] = state.best.map { SweepSummary.Best($0).json }
    return fields
  }

  /// How a sweep ended.
  static func end(
    _ ending: Controller.Ending, _ controller: Controller, _ plan: SweepPlan,
    _ arguments: Arguments
  ) throws -> Int32 {
    let (directory, state) = (controller.directory, controller.state)
    if arguments.has(.json) {
      Output.result(JSON.object(json(directory, plan, state)).text)
    } else {
      if case .finished(isNew: false) = ending { Output.error("finished before; nothing to do") }
      Output.text(text(directory, plan, state))
    }
    tell(state, "sweep")
    switch ending {
    case .finished: return state.failed == 0 ? 0 : 1
    case .failedFast: return 1
    case .interrupted(let signal):
      Output.error("interrupted; the same command continues: \(directory.path)")
      return 128 + signal
    }
  }

  /// Says which trials failed, and what `command` can do about it.
  static func tell(_ state: SweepState, _ command: String) {
    for failure in state.failures {
      // What was refused has no run to name.
      let name = failure.run.isEmpty ? "trial \(failure.trial)" : String(failure.run.prefix(12))
      Output.error("\(name): \(failure.message)")
    }
    if (state.counts[.failed] ?? 0) > 0 {
      Output.error("`assay \(command)` with `--retry-failed` tries failed runs again")
    }
  }
}

/// The runs of a plan in columns, written one by one: a row takes time where its data is large.
private struct PlanTable {
  private let space: Space
  private let paths: [String]
  private let widths: [Int]
  /// Whether the ids of runs stand first.
  private let hasIDs: Bool

  /// A table whose columns are as wide as the values of some of its rows: a wider one, of a large
  /// plan, moves its own line alone.
  init(_ plan: SweepPlan, hasIDs: Bool) throws {
    self.hasIDs = hasIDs
    space = plan.section.space
    let names = space.axes.map(\.path)
    paths = names
    var widths = (names + ["seed"]).map { DisplayWidth.width(of: $0) }
    for number in SweepPlan.spread(over: plan.count, atMost: 2000) {
      let trial = try plan.trial(number, History())
      for (column, text) in PlanTable.texts(trial, plan.section.space).enumerated() {
        widths[column] = max(widths[column], DisplayWidth.width(of: text))
      }
    }
    self.widths = widths
  }

  var head: String { line("run         ", paths + ["seed"]) }

  func row(_ trial: SweepPlan.Trial, _ identity: Identity?) -> String {
    line(identity?.short ?? "", PlanTable.texts(trial, space))
  }

  /// The values of all axes; empty where one does not count.
  private static func texts(_ trial: SweepPlan.Trial, _ space: Space) -> [String] {
    let values = zip(space.axes, trial.point.coordinates).map { axis, coordinate in
      coordinate.map { RunKey.Value(Settings.Value(axis.node(at: $0).inlineText)).text } ?? ""
    }
    return (values + ["\(trial.seed)"]).map(shown)
  }

  private func line(_ run: String, _ texts: [String]) -> String {
    let cells = zip(texts, widths).map { text, width in
      String(repeating: " ", count: width - DisplayWidth.width(of: text)) + text
    }
    return "  " + ((hasIDs ? [run] : []) + cells).joined(separator: "  ")
  }
}
