import Run
import Search
import Sweep
import Text

/// What `assay sweep` prints.
enum SweepReport {
  /// The runs of a plan, none of them started. Of a sweep that learns from its results only the first
  /// points are known.
  static func plan(_ plan: SweepPlan, _ arguments: Arguments) throws -> Int32 {
    let history = History()
    if !arguments.has(.json) { Output.result(try head(plan, arguments)) }
    guard !plan.section.isAdaptive else {
      Output.error("the points follow from the results of those before them")
      return 0
    }
    for number in 0..<plan.count {
      let trial = try plan.trial(number, history)
      let experiment = try plan.experiment(of: trial)
      let identity = Identity(experiment, digests: try plan.digests(of: experiment))
      if arguments.has(.json) {
        let json: JSON = [
          "trial": .integer(Int64(number)), "run": .string(identity.short),
          "values": .string(plan.section.space.text(of: trial.point)),
          "seed": .string("\(trial.seed)"),
        ]
        Output.result(json.text)
      } else {
        Output.result("  \(identity.short)  \(plan.text(of: trial))")
      }
    }
    return 0
  }

  /// How many runs a plan has, and how long they may take.
  static func head(_ plan: SweepPlan, _ arguments: Arguments) throws -> String {
    let points = "\(counted(plan.section.pointCount, "point"))"
    let count =
      "\(counted(plan.count, "run")): \(points), \(counted(plan.section.seeds.count, "seed"))"
    let time = try PlanEstimate(plan, in: arguments[.runs] ?? "runs").text
    return count + (time.map { "\n" + $0 } ?? "")
  }

  /// How a sweep stands, for people.
  static func text(_ directory: SweepDirectory, _ plan: SweepPlan, _ state: SweepState) -> String {
    var rows = SweepState.Standing.allCases.compactMap { standing in
      (state.counts[standing] ?? 0) > 0
        ? ("\(standing)", grouped(state.counts[standing] ?? 0)) : nil
    }
    if let best = state.best, let metric = plan.section.metric?.name {
      rows.append(("best", "\(metric) \(numberText(best.value)) (trial \(best.trial))"))
    }
    return directory.path + "\n" + Help.table(rows) + "\n"
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
    ]
    if let best = state.best {
      fields["best"] = ["trial": .integer(Int64(best.trial)), "value": .number(best.value)]
    }
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
    for failure in state.failures { Output.error("trial \(failure.trial): \(failure.message)") }
    if (state.counts[.failed] ?? 0) > 0 {
      Output.error("`assay \(command)` with `--retry-failed` tries failed runs again")
    }
  }
}
