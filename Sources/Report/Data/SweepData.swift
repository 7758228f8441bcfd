import Glibc
import Run
import Search
import Text

/// A sweep as seen from outside: its directory is read, never changed.
public struct SweepData: Sendable {
  /// A trial: one point with one seed.
  public struct Trial: Sendable {
    /// Its number, from 0.
    public let number: Int
    /// The number of its point, from 0.
    public let point: Int
    /// The values of the axes, in the order of the sweep's section.
    public let values: [(path: String, text: String)]
    /// The seed.
    public let seed: String
    /// Its run; nil where it has not been started.
    public let run: RunData?
  }

  /// The directory's path, `runs/<experiment>/sweeps/<identity>`.
  public let path: String
  /// The identity's first digits.
  public var id: String { name(of: path) }
  /// The experiment's name.
  public var experiment: String { name(of: folder(of: folder(of: path))) }
  /// The metric that it searches by, and what is better; nil where it has none.
  public let metric: (name: String, goal: Goal)?
  /// The paths of its axes, in the order of its section.
  public let axes: [String]
  /// The trials that were started, by rising number.
  public let trials: [Trial]

  /// The runs that were started, each once.
  public var runs: [RunData] {
    var seen: Set<String> = []
    return trials.compactMap(\.run).filter { seen.insert($0.path).inserted }
  }

  /// Reads a sweep's directory.
  public init(reading path: String) throws {
    self.path = path
    metric = nil
    axes = []
    trials = []
  }

  /// The runs that sweeps need, by their paths, and why, to follow "as": the best of each, and all
  /// of one that is not finished.
  public static func reasonsToKeep(in runs: String) throws -> [String: String] {
    [:]
  }

  /// The directories of all sweeps below a folder of runs, sorted by path.
  public static func directories(in runs: String) throws -> [String] {
    guard access(runs, F_OK) == 0 else { return [] }
    return try names(in: runs).flatMap { experiment -> [String] in
      let sweeps = "\(runs)/\(experiment)/sweeps"
      guard access(sweeps, F_OK) == 0 else { return [] }
      return try names(in: sweeps).map { "\(sweeps)/\($0)" }
        .filter { access("\($0)/sweep.json", F_OK) == 0 }
    }
  }
}
