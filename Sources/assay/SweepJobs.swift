import Foundation
import Report
import Run
import Sweep
import Text

/// `assay sweep status|logs|cancel SWEEP`: a sweep from any shell, also while Slurm has it.
enum SweepJobs {
  /// The words that stand in the place of a file.
  static let words = ["status", "logs", "cancel"]

  /// Whether the operands of `sweep` begin with one of the words, and name no file.
  static func isMeant(by operands: [String]) -> Bool {
    words.contains(operands[0]) && (operands.count == 2 || access(operands[0], F_OK) != 0)
  }

  static func run(_ arguments: Arguments) throws -> Int32 {
    let word = arguments.operands[0]
    guard arguments.operands.count == 2 else {
      throw UsageError(
        "`sweep \(word)` needs one SWEEP", SweepCommand.self, help: "`assay list` shows the sweeps")
    }
    let text = arguments.operands[1]
    let runs = arguments[.runs] ?? "runs"
    guard let directory = try SweepDirectory.named(text, in: runs) else {
      let all = try SweepDirectory.all(in: runs)
      throw Rejection([
        Diagnostic(
          "no-such-sweep", "there is no sweep `\(text)` in `\(runs)`", at: nil,
          help: Suggest.help(for: text, among: all.map(\.experiment) + all.map(\.id))
            ?? "`assay list` shows the sweeps")
      ])
    }
    let plan = try SweepPlan(directory, SweepSummary(reading: directory.summaryFile))
    let submission = Submission(directory, plan, options: [])
    switch word {
    case "status": return try status(directory, plan, submission, arguments)
    case "logs": return try logs(directory, submission)
    default:
      try submission.cancel()
      return 0
    }
  }

  private static func status(
    _ directory: SweepDirectory, _ plan: SweepPlan, _ submission: Submission,
    _ arguments: Arguments
  ) throws -> Int32 {
    let state = try SweepState(reading: directory, plan)
    let queue = try submission.queue()
    if arguments.has(.json) {
      var fields = SweepReport.json(directory, plan, state)
      fields["status"] = .string(try SweepData.summary(of: directory).status.rawValue)
      fields["slurm"] = queue.map { .object($0.mapValues { .integer(Int64($0)) }) } ?? .null
      Output.result(JSON.object(fields).text)
      return 0
    }
    let now = try SweepData.summary(of: directory)
    Output.text(SweepReport.text(directory, plan, state, now.status))
    guard let queue else {
      Output.error("Slurm cannot be asked; what the sweep's own files say stands above")
      return 0
    }
    for (word, count) in queue.sorted(by: { $0.key < $1.key }) {
      Output.result("  \(counted(count, "task")) \(word)")
    }
    return 0
  }

  private static func logs(_ directory: SweepDirectory, _ submission: Submission) throws -> Int32 {
    var isEmpty = true
    defer { if isEmpty { Output.error("no log has a line yet") } }
    for file in [directory.logFile] + (try submission.logs()) {
      guard exists(file) else { continue }
      let text = String(decoding: try readWhole(file, limit: 1 << 28), as: UTF8.self)
      if text.isEmpty { continue }
      isEmpty = false
      Output.result("==> \(file.path)")
      Output.text(text.hasSuffix("\n") ? text : text + "\n")
    }
    return 0
  }
}
