import Experiment
import Report
import Run
import Sweep
import Text

/// `assay reproduce FILE`: makes the runs exist by which a paper's claims are measured.
enum ReproduceCommand: Command {
  static let name = "reproduce"
  static let readsExperiment = true
  static let summary = "train what a paper's claims are about, seed by seed, and compare"
  static let operands = "FILE [KEY=VALUE ...]"
  static let operandCount = 1...Int.max
  static let seeds = Flag("seeds", "N", "runs to make (default: as many as the claims are over)")
  static let flags = [
    Flag.runs, seeds, SweepCommand.jobs, .threads, .seed, SweepCommand.plan, SweepCommand.join,
    SweepCommand.retryFailed, .json, .quiet,
  ]
  static let details = """
    The file's section `claims` says what a paper reports. Runs with the seeds from the
    experiment's own on are made as `assay sweep` makes them; they are those of `assay run` with
    these seeds. The same command continues after an interruption, a crash or a power cut, and does
    what is missing. `assay sweep FILE seed=1,2,3 --slurm` is the same on a cluster.

    Beside each claim c ± e stands the mean m of the metric's last values over the finished runs, ±
    its standard error s, with the number n of values. The difference is (m - c) / √(s² + e²); where
    the paper gives no error, e is 0. The verdict is
      agrees     the difference is at most 2 either way
      differs    it is larger, or m is not finite
      undecided  fewer than two runs have finished, and one has no standard error
    By chance alone about 1 difference in 20 is larger than 2, and more where n is small.

    Exit codes: 0 all claims agree; 1 one does not, or a run failed or diverged; 2 nothing was
    started; 129, 130, 143 a signal stopped it.

    --json prints sweep, trials, counts, paper (title, year, where) and claims (metric, unit,
    claimed, measured, difference, verdict); claimed and measured have n and standard_error, in the
    claim's unit.

    examples:
      assay reproduce experiments/gan-grid.yaml --seeds 3 --plan
      assay reproduce experiments/gan-grid.yaml "train.steps=400 epochs"
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    Signals.install()
    let plan = try SweepPlan(
      reproducing: arguments.operands[0], overrides: arguments.overrides,
      seeds: try arguments.int(seeds, in: 1...Claim.mostSeeds))
    Output.diagnostics(plan.warnings, outcome: nil)
    try plan.check()
    if arguments.has(SweepCommand.plan) { return try SweepReport.plan(plan, arguments) }
    let directory = try SweepCommand.open(plan, arguments)
    let before = try SweepState(reading: directory, plan)
    if before.done == before.count {
      Output.error("finished before; nothing to do")
    } else if !arguments.has(.quiet) {
      Output.error(try SweepReport.head(plan, arguments))
    }
    return try SweepCommand.make(directory, plan, arguments) { ending, controller in
      if case .interrupted(let signal) = ending {
        Output.error("interrupted; the same command continues: \(directory.path)")
        return 128 + signal
      }
      return try compare(plan, directory, controller.state, arguments)
    }
  }

  /// Prints the claims beside what the runs have measured.
  private static func compare(
    _ plan: SweepPlan, _ directory: SweepDirectory, _ state: SweepState, _ arguments: Arguments
  ) throws -> Int32 {
    let found = try Reproduction(
      paper: plan.base.paper, plan.base.claims, SweepData(reading: directory.path).runs)
    if arguments.has(.json) {
      let fields = SweepReport.json(directory, plan, state).merging(found.json) { $1 }
      Output.result(JSON.object(fields).text)
    } else {
      Output.result(directory.path)
      Output.result(found.text)
    }
    SweepReport.tell(state, name)
    if plan.count == 1 {
      Output.error("one run has no standard error: `--seeds 5` makes five")
    }
    return found.agrees && state.failed == 0 ? 0 : 1
  }
}

extension Reproduction {
  /// The paper, and the claims beside what was measured, as a table.
  var text: String {
    var table = TextTable(ClaimCheck.columns, rightAligned: [1, 2, 3, 4, 5])
    for check in checks { table.add(check.row) }
    return (paper.map { shown($0.text) + "\n" } ?? "") + table.text
  }
}
