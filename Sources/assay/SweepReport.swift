import Run
import Search
import Sweep
import Text

/// What `assay sweep` prints.
enum SweepReport {
  /// The runs of a plan, none of them started.
  static func plan(_ plan: SweepPlan, _ arguments: Arguments) throws -> Int32 {
    if !arguments.has(.json) { Output.result("\(counted(plan.count, "run"))") }
    let history = History()
    for number in 0..<plan.count {
      let trial = try plan.trial(number, history)
      let experiment = try plan.experiment(of: trial)
      let identity = Identity(experiment, digests: try plan.digests(of: experiment))
      let values = plan.text(of: trial)
      if arguments.has(.json) {
        let json: JSON = [
          "trial": .integer(Int64(number)), "run": .string(identity.short),
          "values": .string(values),
        ]
        Output.result(json.text)
      } else {
        Output.result("  \(identity.short)  \(values)")
      }
    }
    return 0
  }

  /// How a sweep ended.
  static func end(
    _ ending: Controller.Ending, _ controller: Controller, _ plan: SweepPlan,
    _ arguments: Arguments
  ) throws -> Int32 {
    let state = controller.state
    if arguments.has(.json) {
      Output.result(try SweepSummary(reading: controller.directory.summaryFile).json.text)
    } else {
      if case .finished(isNew: false) = ending { Output.error("finished before; nothing to do") }
      Output.result(controller.directory.path)
      let rows = SweepState.Standing.allCases.compactMap { standing in
        (state.counts[standing] ?? 0) > 0
          ? ("\(standing)", grouped(state.counts[standing] ?? 0)) : nil
      }
      Output.result(Help.table(rows))
    }
    for failure in state.failures {
      Output.error("trial \(failure.trial): \(failure.message)")
    }
    switch ending {
    case .finished: return state.failed == 0 ? 0 : 1
    case .failedFast: return 1
    case .interrupted(let signal):
      Output.error("interrupted; the same command continues: \(controller.directory.path)")
      return 128 + signal
    }
  }
}
