import Foundation
import Run
import Search
import Sweep
import Text

/// `assay sweep FILE`: makes all runs of a sweep exist.
enum SweepCommand: Command {
  static let name = "sweep"
  static let readsExperiment = true
  static let summary = "train all runs of a sweep; continue it, or show that it is done"
  static let operands = "FILE|SWEEP [KEY=VALUE ...] | status|logs|cancel SWEEP"
  static let operandCount = 1...Int.max
  static let jobs = Flag(
    "jobs", "N", "worker processes (default: one for each core, as far as memory goes)")
  static let plan = Flag("plan", nil, "print the runs and start nothing")
  static let ids = Flag(
    "ids", nil, "with --plan: the ids of the runs, however many (default: of up to 1,000 runs)")
  static let join = Flag("join", nil, "share a sweep that another `assay sweep` works on")
  static let slurm = Flag(
    "slurm", nil, "submit the sweep to Slurm, --jobs tasks at once, and return")
  static let partition = Flag("partition", "NAME", "with --slurm: the partition")
  static let sbatch = Flag(
    "sbatch", "KEY=VALUE", "with --slurm: any other option of sbatch", repeats: true)
  static let retryFailed = Flag("retry-failed", nil, "try failed runs again")
  static let failFast = Flag("fail-fast", nil, "stop at the first run that fails or diverges")
  static let worker = Flag("worker", nil, "work on the sweep in the directory FILE, as a job does")
  static let controlled = Flag(
    "controlled", nil, "with --worker: stop when standard input ends, report as JSON")
  static let flags = [
    Flag.runs, jobs, .threads, .seed, plan, ids, join, slurm, partition, sbatch, retryFailed,
    failFast,
    worker, controlled, .json, .quiet,
  ]
  static let details = """
    The file's section `sweep` says what changes from run to run. The runs lie where every run lies;
    the sweep's own directory is runs/<experiment>/sweeps/<identity>. The same command continues
    after an interruption, a crash or a power cut, and does what is missing; so does
    `assay sweep SWEEP`, from what the sweep's directory keeps, also after the file was changed.

    --json prints the runs of a plan, an object a line; else the sweep's path, counts and best.

    examples:
      assay sweep experiments/rates.yaml
      assay sweep experiments/rates.yaml --plan
      assay sweep experiments/rates.yaml train.steps=500 --jobs 4
      assay sweep experiments/rates.yaml --slurm --partition cpu sweep.slurm.time=60
      assay sweep status 3f9a2c
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    // A list of runs leaves nothing behind: signals end it as they end any program.
    if !arguments.has(Self.plan) { Signals.install() }
    if arguments.has(worker) { return try work(arguments) }
    if SweepJobs.isMeant(by: arguments.operands) { return try SweepJobs.run(arguments) }
    if let flag = [partition, sbatch].first(where: arguments.has), !arguments.has(slurm) {
      throw UsageError("`--\(flag.name)` has no effect without `--slurm`", self)
    }
    let kept = try begun(arguments)
    let plan =
      try kept.map { try SweepPlan($0, SweepSummary(reading: $0.summaryFile)) }
      ?? SweepPlan(file: arguments.operands[0], overrides: arguments.overrides)
    // One that began was warned about then.
    if kept == nil { Output.diagnostics(plan.warnings, outcome: nil) }
    try plan.check()
    if arguments.has(Self.plan) { return try SweepReport.plan(plan, arguments) }
    // What its runs would say each, of data that they have in common, is said once.
    if kept == nil { Output.diagnostics(try plan.warningsOfValues(), outcome: nil) }
    let directory = try kept ?? open(plan, arguments)
    if arguments.has(slurm) { return try submit(directory, plan, arguments) }
    return try make(directory, plan, arguments) { ending, controller in
      try SweepReport.end(ending, controller, plan, arguments)
    }
  }

  /// The directory of a plan, made where it is not there yet, with a note about other sweeps of the
  /// experiment that were not done.
  static func open(_ plan: SweepPlan, _ arguments: Arguments) throws -> SweepDirectory {
    let (directory, isNew) = try SweepDirectory.open(
      plan, runs: arguments[.runs] ?? "runs", command: Array(CommandLine.arguments.dropFirst()))
    for other in isNew ? try directory.interruptedOthers() : [] {
      Output.error(
        "note: \(other.path) was interrupted; this is another sweep, as the experiment, its data or "
          + "the numerics version differs; `assay sweep \(other.id)` continues the other")
    }
    return directory
  }

  /// Has done what is missing of a sweep; `end` tells what came of it and gives the exit code.
  static func make(
    _ directory: SweepDirectory, _ plan: SweepPlan, _ arguments: Arguments,
    end: (Controller.Ending, Controller) throws -> Int32
  ) throws -> Int32 {
    let controller = try controller(directory, plan, arguments)
    if let text = controller.clockWarning { Output.error("warning: \(text)") }
    do {
      return try end(try controller.run(), controller)
    } catch let failure as Controller.WorkerFailure {
      Output.errorText(failure.text)
      return 1
    } catch let error as StorageError {
      throw Failure("storage", "\(error)", exitCode: 1)
    }
  }

  /// The sweep that is named in place of a file, to be continued from what its directory keeps; nil
  /// where a file is named.
  private static func begun(_ arguments: Arguments) throws -> SweepDirectory? {
    let word = arguments.operands[0]
    let isFile = access(word, F_OK) == 0 && access("\(word)/sweep.json", F_OK) != 0
    if isFile || word.hasSuffix(".yaml") { return nil }
    guard let directory = try SweepDirectory.named(word, in: arguments[.runs] ?? "runs") else {
      throw UsageError(
        "there is no file and no sweep `\(word)`", self,
        help: Suggest.help(for: word, among: SweepJobs.words))
    }
    if let change = arguments.overrides.first {
      throw UsageError("`\(word)` is a sweep that began, which `\(change)` cannot change", self)
    }
    return directory
  }

  /// Takes the sweep in hand; one that another process has can be shared.
  private static func controller(
    _ directory: SweepDirectory, _ plan: SweepPlan, _ arguments: Arguments
  ) throws -> Controller {
    do {
      return try Controller(directory, plan, try options(plan, arguments))
    } catch let error as StorageError where error.isHeld {
      throw Failure("storage", "\(error); `--join` shares it", exitCode: 2)
    }
  }

  private static func options(_ plan: SweepPlan, _ arguments: Arguments) throws
    -> Controller.Options
  {
    var options = Controller.Options()
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let threads = try arguments.int(.threads, in: 1...1024) ?? cores
    options.jobs = try workers(plan, cores, arguments)
    options.threads = max(1, threads / options.jobs)
    options.isQuiet = arguments.has(.quiet)
    options.failsFast = arguments.has(failFast)
    options.retriesFailed = arguments.has(retryFailed)
    options.joins = arguments.has(join)
    return options
  }

  /// Gives the sweep to Slurm.
  private static func submit(
    _ directory: SweepDirectory, _ plan: SweepPlan, _ arguments: Arguments
  ) throws -> Int32 {
    let state = try SweepState(reading: directory, plan)
    let missing = state.count - state.done + directory.missing(state).count
    guard missing > 0 else {
      Output.error("finished before; nothing to do")
      Output.text(SweepReport.text(directory, plan, state))
      return state.failed == 0 ? 0 : 1
    }
    let tasks = min(missing, try arguments.int(jobs, in: 1...1_000_000) ?? 64)
    let submission = Submission(directory, plan, options: try options(arguments))
    do {
      let jobs = try submission.submit(tasks: tasks)
      try directory.markSubmitted()
      Output.result(directory.path)
      Output.result(
        "  \(counted(tasks, "task")) for \(counted(missing, "run")), job \(jobs.joined(separator: ", "))"
      )
    } catch let error as Slurm.Refusal {
      throw Failure("slurm", "\(error)", exitCode: 2)
    } catch let error as Slurm.Missing {
      throw Failure("slurm", "\(error)", exitCode: 2)
    }
    return 0
  }

  /// How many workers there are to be; tells where memory, not cores, is what is scarce.
  private static func workers(_ plan: SweepPlan, _ cores: Int, _ arguments: Arguments) throws -> Int
  {
    let memory = try PlanMemory(plan)
    guard let asked = try arguments.int(jobs, in: 1...1024) else {
      let count = min(cores, memory.workers)
      if count < min(cores, plan.count), !arguments.has(.quiet) {
        Output.error("\(counted(count, "worker")) for \(cores) cores: \(memory.text)")
      }
      return count
    }
    if min(asked, plan.count) > memory.workers {
      Output.error("warning: \(counted(asked, "worker")) may not fit: \(memory.text)")
    }
    return asked
  }

  /// What the command line asks of Slurm.
  private static func options(_ arguments: Arguments) throws -> [(name: String, value: String?)] {
    let words = arguments[partition].map { ["partition=\($0)"] } ?? []
    return try (words + arguments.all(sbatch)).map { word in
      guard let option = SlurmOptions.option(word) else {
        throw UsageError("`\(word)` is no option that sbatch can be given", self)
      }
      return option
    }
  }

  /// Works on a sweep that is there.
  private static func work(_ arguments: Arguments) throws -> Int32 {
    let isControlled = arguments.has(controlled)
    if isControlled { stopWithInput() }
    let job = isControlled ? nil : SlurmJob()
    if job != nil { Signals.stopOnWarnings() }
    let worker = try Worker(
      SweepDirectory(path: arguments.operands[0]), isControlled: isControlled
    ) { report in
      if isControlled { Output.result(report.json.text) }
    }
    if let text = worker.clockWarning, !isControlled { Output.error("warning: \(text)") }
    do {
      switch try worker.run() {
      case .done: return 0
      case .interrupted(let signal):
        if let job, [SIGUSR1, SIGUSR2].contains(signal) {
          Output.error("warned by signal \(signal): job \(job.id) is queued again")
          try job.requeue()
          return 0
        }
        return 128 + signal
      }
    } catch let error as Slurm.Refusal {
      throw Failure("slurm", "\(error)", exitCode: 1)
    } catch let error as StorageError {
      throw Failure("storage", "\(error)", exitCode: 1)
    }
  }

  /// Has the process stop at its next step when its standard input ends: whoever holds the other end
  /// is gone then.
  private static func stopWithInput() {
    Thread.detachNewThread {
      var byte = UInt8()
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count == 0 || count < 0 && errno != EINTR { break }
      }
      Signals.requestStop(as: SIGTERM)
    }
  }
}
