import Run
import Sweep
import Text

/// `assay verify RUN`: proof that a run's numbers came from its file.
enum VerifyCommand: Command {
  static let name = "verify"
  static let summary = "replay a run, or a sweep's decisions, and compare every bit"
  static let operands = "RUN|SWEEP"
  static let operandCount = 1...1
  static let from = Flag("from", "STEP", "start from the checkpoint of this step")
  static let to = Flag("to", "STEP", "stop after this step")
  static let flags = [Flag.runs, from, to, .threads, .quiet]
  static let details = """
    Trains again, in a folder that is removed afterwards, and compares the rows of metrics.csv, the
    bytes of each checkpoint and the pixels of each picture that there is. Exit code 1 and the first
    difference where one is found.
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    Signals.install()
    let first = try arguments.int(from, in: 0...Int.max)
    let last = try arguments.int(to, in: 1...Int.max)
    let runs = arguments[.runs] ?? "runs"
    if let sweep = try SweepDirectory.only(arguments.operands[0], in: runs) {
      return try verify(sweep)
    }
    let run = try SavedRun(arguments.operands[0], in: runs)
    let verification = try Verification(run, from: first == 0 ? nil : first, to: last)
    switch try verification.replay(isQuiet: arguments.has(.quiet)) {
    case .same(let extent):
      Output.result(
        "the same bits: steps \(extent.steps.lowerBound + 1) to \(extent.steps.upperBound), "
          + "\(counted(extent.rows, "row")) of metrics.csv, "
          + "\(counted(extent.checkpoints, "checkpoint")), \(counted(extent.pictures, "picture"))")
      return 0
    case .different(let fact):
      Output.result("a difference: \(fact)")
      return 1
    case .interrupted(let signal):
      Output.error("interrupted; nothing was compared to the end")
      return 128 + signal
    }
  }

  private static func verify(_ sweep: SweepDirectory) throws -> Int32 {
    var verification = try SweepVerification(sweep)
    switch try verification.replay() {
    case .same(let extent):
      Output.result(
        "the same decisions: \(counted(extent.points, "started trial")), "
          + "\(counted(extent.judgements, "judged row")), \(counted(extent.ends, "ended trial")) "
          + "of the record")
      return 0
    case .different(let fact):
      Output.result("a difference: \(fact)")
      return 1
    }
  }
}
