/// One thing that the program can be told to do. It describes itself: help, completions and error
/// messages are made from these lists.
protocol Command: SendableMetatype {
  /// The word that calls it.
  static var name: String { get }
  /// One line for the list of commands.
  static var summary: String { get }
  /// What stands after the flags, for the usage line: `FILE [KEY=VALUE ...]`.
  static var operands: String { get }
  /// How many operands there may be.
  static var operandCount: ClosedRange<Int> { get }
  /// Its flags, beside the common ones that it takes.
  static var flags: [Flag] { get }
  /// Further lines of its help: examples, what it prints, what its exit codes mean.
  static var details: String { get }
  /// Whether it reads an experiment: then the errors in it are counted.
  static var readsExperiment: Bool { get }
  /// Does it; the exit code.
  static func run(_ arguments: Arguments) throws -> Int32
}

extension Command {
  static var details: String { "" }
  static var readsExperiment: Bool { false }
}

/// A flag: `--threads N`.
struct Flag: Hashable, Sendable {
  /// Its name without dashes.
  let name: String
  /// What stands for its value in help; nil for a flag without one.
  let value: String?
  /// What it does, in one line.
  let help: String
  /// Whether it may be given several times.
  let repeats: Bool

  init(_ name: String, _ value: String? = nil, _ help: String, repeats: Bool = false) {
    self.name = name
    self.value = value
    self.help = help
    self.repeats = repeats
  }

  static let runs = Flag("runs", "DIR", "the folder of all runs (default: runs)")
  static let threads = Flag("threads", "N", "threads (default: all cores); never changes a bit")
  static let seed = Flag("seed", "N", "the experiment's seed, as the override seed=N")
  static let json = Flag("json", nil, "the result as JSON on standard output")
  static let quiet = Flag("quiet", nil, "no progress on standard error")
  static let help = Flag("help", nil, "show this help")
}

/// The list of commands: a new one is one file and one line here.
let commands: [any Command.Type] = [
  RunCommand.self,
  SweepCommand.self,
  ReproduceCommand.self,
  CheckCommand.self,
  NewCommand.self,
  ListCommand.self,
  ShowCommand.self,
  CompareCommand.self,
  DiffCommand.self,
  BestCommand.self,
  TailCommand.self,
  CleanCommand.self,
  SampleCommand.self,
  EvaluateCommand.self,
  VerifyCommand.self,
  PlotCommand.self,
  ReportCommand.self,
  ExportCommand.self,
  DescribeCommand.self,
  BenchCommand.self,
  CompletionCommand.self,
]
