import Glibc
import Run
import Search
import Sweep
import Text

/// What a word of the command line can mean among the runs of a folder.
public enum Found: Sendable {
  /// A run.
  case run(RunData)
  /// A sweep.
  case sweep(SweepData)
  /// All runs of an experiment.
  case experiment(String, [RunData])

  /// The runs that are meant, each once.
  public var runs: [RunData] {
    switch self {
    case .run(let run): [run]
    case .sweep(let sweep): sweep.runs
    case .experiment(_, let runs): runs
    }
  }

  /// The metrics of the sweeps that are meant, or belong to an experiment.
  func sweepMetrics() throws -> [StudyMetric] {
    switch self {
    case .run: return []
    case .sweep(let sweep): return [sweep.metric].compactMap { $0 }
    case .experiment(let name, let runs):
      guard let folder = runs.first.map({ Run.folder(of: Run.folder(of: $0.path)) }) else {
        return []
      }
      return try SweepDirectory.all(in: folder).filter { $0.experiment == name }
        .compactMap { SweepData.metric(of: try SweepSummary(reading: $0.summaryFile)) }
    }
  }
}

/// Finds runs, sweeps and experiments by what a user calls them: the path of a directory, the name of
/// an experiment, or the start of an id, or of `experiment/id`, that nothing else begins with.
public struct RunFinder {
  /// The folder of all runs.
  public let folder: String

  /// A finder in a folder of runs.
  public init(_ folder: String) { self.folder = folder }

  /// All runs, sorted by path, and a fact for each that cannot be read.
  public func all() throws -> (runs: [RunData], unreadable: [String]) {
    RunFinder.opened(try RunDirectory.all(in: folder))
  }

  /// What a word means. Throws a `Rejection` where that is nothing, or more than one thing.
  public func find(_ text: String) throws -> Found {
    let word = text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
    if let found = try atPath(word) { return found }
    let directories = try RunDirectory.all(in: folder)
    let own = directories.filter { $0.experiment == word }
    if !own.isEmpty { return try RunFinder.experiment(word, own) }
    let runs = RunFinder.named(word, directories) { ($0.id, "\($0.experiment)/\($0.id)") }
    let sweeps = RunFinder.named(word, try SweepDirectory.all(in: folder)) {
      ($0.id, "\($0.experiment)/\($0.id)")
    }
    switch (runs.count, sweeps.count) {
    case (1, 0): return .run(try RunData(runs[0]))
    case (0, 1): return .sweep(try SweepData(reading: sweeps[0].path))
    case (0, 0): throw Rejection([missing(word, directories)])
    default: throw Rejection([ambiguous(word, runs.map(\.path) + sweeps.map(\.path))])
    }
  }

  /// The one run that a word means. Throws a `Rejection` where it means a sweep, or an experiment with
  /// several runs.
  public func run(_ word: String) throws -> RunData {
    let found = try find(word)
    let (fact, help): (String, String)
    switch found {
    case .run(let run): return run
    case .sweep(let sweep):
      fact = "`\(word)` is a sweep of \(counted(sweep.runs.count, "run")), but one run is needed"
      help = "`assay show \(word)` shows them"
    case .experiment(_, let runs):
      fact = "`\(word)` has \(counted(runs.count, "run")), but one is needed"
      help = "`assay list \(word)` shows them"
    }
    let runs = found.runs
    if runs.count == 1 { return runs[0] }
    throw Rejection([
      Diagnostic(
        "ambiguous-run", fact, at: nil, note: Suggest.lines(runs.map(\.path)), help: help)
    ])
  }

  /// The runs that some words mean together, each once, in the order of the words.
  public func runs(_ words: [String]) throws -> [RunData] {
    var seen: Set<String> = []
    return try words.flatMap { try find($0).runs }.filter { seen.insert($0.path).inserted }
  }

  private func atPath(_ path: String) throws -> Found? {
    if let run = RunDirectory.at(path) { return .run(try RunData(run)) }
    if let sweep = SweepDirectory.at(path) { return .sweep(try SweepData(reading: sweep.path)) }
    guard path.contains("/"), access(path, F_OK) == 0 else { return nil }
    let own = try RunDirectory.all(in: Run.folder(of: path)).filter {
      Run.folder(of: $0.path) == path
    }
    return own.isEmpty ? nil : try RunFinder.experiment(name(of: path), own)
  }

  /// The runs of an experiment that can be read; throws what is wrong with the first if none can.
  private static func experiment(_ name: String, _ own: [RunDirectory]) throws -> Found {
    let runs = opened(own).runs
    return .experiment(name, runs.isEmpty ? [try RunData(own[0])] : runs)
  }

  private static func opened(_ directories: [RunDirectory]) -> (
    runs: [RunData], unreadable: [String]
  ) {
    var runs: [RunData] = []
    var unreadable: [String] = []
    for directory in directories {
      do { runs.append(try RunData(directory)) } catch { unreadable.append("\(error)") }
    }
    return (runs, unreadable)
  }

  /// Those that a word names whole; where there is none, those that begin with it.
  private static func named<Item>(
    _ word: String, _ items: [Item], names: (Item) -> (String, String)
  ) -> [Item] {
    let whole = items.filter { names($0).0 == word || names($0).1 == word }
    if !whole.isEmpty { return whole }
    return items.filter { names($0).0.hasPrefix(word) || names($0).1.hasPrefix(word) }
  }

  private func missing(_ word: String, _ directories: [RunDirectory]) -> Diagnostic {
    guard access(folder, F_OK) == 0 else {
      return Diagnostic(
        "no-such-run", "there is no run `\(word)`: there is no folder `\(folder)`", at: nil,
        help: "`--runs DIR` says where runs lie")
    }
    let names = Set(directories.map(\.experiment)).sorted(by: byBytes) + directories.map(\.id)
    return Diagnostic(
      "no-such-run", "there is no run `\(word)` in `\(folder)`", at: nil,
      note: "an experiment or a sweep has no such name either",
      help: Suggest.help(for: word, among: names) ?? "`assay list` shows the runs")
  }

  private func ambiguous(_ word: String, _ paths: [String]) -> Diagnostic {
    Diagnostic(
      "ambiguous-run", "`\(word)` can mean \(paths.count) runs or sweeps", at: nil,
      note: Suggest.lines(paths), help: "write more of the id")
  }
}
