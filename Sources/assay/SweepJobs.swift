import Foundation
import Run
import Sweep
import Text

/// `assay sweep status|logs|cancel SWEEP`: a sweep from any shell, also while Slurm has it.
enum SweepJobs {
  /// The words that stand in the place of a file.
  static let words = ["status", "logs", "cancel"]

  static func run(_ word: String, _ arguments: Arguments) throws -> Int32 {
    let text = arguments.operands[1]
    let runs = arguments[.runs] ?? "runs"
    guard let directory = try SweepDirectory.only(text, in: runs) else {
      throw Rejection([
        Diagnostic(
          "no-such-sweep", "there is no sweep `\(text)` in `\(runs)`", at: nil,
          help: Suggest.help(for: text, among: try SweepDirectory.all(in: runs).map(\.id)))
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
      fields["slurm"] = queue.map { .object($0.mapValues { .integer(Int64($0)) }) } ?? .null
      Output.result(JSON.object(fields).text)
      return 0
    }
    Output.text(SweepReport.text(directory, plan, state))
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
      guard let text = try? String(contentsOfFile: file, encoding: .utf8), !text.isEmpty else {
        continue
      }
      isEmpty = false
      Output.result("==> \(file)")
      Output.text(text.hasSuffix("\n") ? text : text + "\n")
    }
    return 0
  }
}
