import Run
import Text

/// `assay evaluate RUN`: measurements of a checkpoint.
enum EvaluateCommand: Command {
  static let name = "evaluate"
  static let summary = "measure a run's checkpoint on its sets of data"
  static let operands = "RUN"
  static let operandCount = 1...1
  static let flags = [Flag.runs, .step, .best, .threads, .json]
  static let details = """
    Measures what the experiment's `metrics` name for its training, validation and test set, to the
    bits that the run's metrics.csv has for that step.
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    let choice = try arguments.checkpoint()
    let run = try SavedRun(arguments.operands[0], in: arguments[.runs] ?? "runs")
    let checkpoint = try run.checkpoint(choice)
    let values = try run.restored(at: checkpoint).measurements()
    if values.isEmpty {
      throw Failure(
        "no-metrics", "the experiment measures nothing on its sets of data", exitCode: 2)
    }
    for (name, value) in values where !value.isFinite {
      Output.error(NotFinite.text(name, value, at: checkpoint.header.step))
    }
    if arguments.has(.json) {
      let metrics = values.map { ($0.name, JSON.number($0.value)) }
      let result: JSON = [
        "run": .string(run.directory.path), "step": .count(checkpoint.header.step),
        "metrics": .object(Dictionary(metrics) { $1 }),
      ]
      Output.result(result.text)
    } else {
      Output.result("step \(checkpoint.header.step) of \(run.directory.path)")
      Output.result(Help.table(values.map { ($0.name, "\($0.value)") }))
    }
    return 0
  }
}
