import Parts
import Run
import Text

/// `assay run FILE`: makes a run exist.
enum RunCommand: Command {
  static let name = "run"
  static let readsExperiment = true
  static let summary = "train an experiment; continue it, or show that it is done"
  static let operands = "FILE [KEY=VALUE ...]"
  static let operandCount = 1...Int.max
  static let again = Flag("again", nil, "repeat a finished run in a directory of its own")
  static let extend = Flag("extend", "RUN", "start from a run that differs in train.steps alone")
  static let flags = [Flag.runs, .threads, .seed, again, extend, .json, .quiet]
  static let details = """
    The run's directory is runs/<experiment>/<identity>; the same file, seed and data mean the same
    run. An interrupted run continues from its last checkpoint. Ctrl-C finishes the step, writes a
    checkpoint and leaves.

    examples:
      assay run experiments/quickstart.yaml
      assay run experiments/dcgan.yaml train.steps=100 data.batch=64
      assay run experiments/gan-ring.yaml train.steps=40000 --extend 3f9a2c
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    Signals.install()
    var options = RunOptions()
    options.runs = arguments[.runs] ?? "runs"
    options.isQuiet = arguments.has(.quiet)
    options.warn = { Output.diagnostics($0, outcome: nil) }
    options.again = arguments.has(again)
    options.extending = arguments[extend]
    options.note = { Output.error("note: \($0)") }
    let session = try RunSession(
      file: arguments.operands[0], overrides: arguments.overrides, options: options)
    Output.diagnostics(session.warnings, outcome: nil)
    for other in try session.interruptedOthers() where !options.isQuiet {
      Output.error(
        "note: \(other.path) was interrupted; this is another run, as the experiment, its data or "
          + "the numerics version differs")
    }
    do {
      return try report(try session.run(), session, arguments)
    } catch let error as StorageError where !error.isOfLock {
      throw Failure("storage", "\(error)", exitCode: 1)
    }
  }

  private static func report(_ end: RunEnd, _ session: RunSession, _ arguments: Arguments) throws
    -> Int32
  {
    let path = session.directory.path
    switch end {
    case .finished(let isNew):
      if arguments.has(.json) {
        Output.result(try json(session).text)
      } else {
        if !isNew { Output.error("finished before; nothing to do") }
        if let note = try session.directory.record().message { Output.error(note) }
        Output.result(path)
        Output.result(Help.table(try session.lastMetrics().map { ($0.name, $0.value) }))
      }
      return 0
    case .interrupted(let signal):
      Output.error("interrupted; the same command continues: \(path)")
      return 128 + signal
    case .pruned: return 0
    case .diverged(let divergence):
      Output.diagnostics([divergence.diagnostic], outcome: "the run stopped: \(path)")
      return 1
    }
  }

  private static func json(_ session: RunSession) throws -> JSON {
    let metrics = try session.lastMetrics().map { ($0.name, JSON.number(Double($0.value) ?? .nan)) }
    return [
      "run": .string(session.directory.path),
      "metrics": .object(Dictionary(metrics, uniquingKeysWith: { $1 })),
    ]
  }
}
