/// Collects the problems of one experiment, so that all of them are reported at once.
///
/// It is a class because every reader of a part of the file adds to the same collection; it stays
/// within one thread.
public final class Problems {
  /// How many problems are kept; a file with more is hardly read to the end by anyone.
  public static let limit = 100

  private var kept: [Diagnostic] = []
  /// How many errors were added, kept or not.
  public private(set) var errorCount = 0

  /// An empty collection.
  public init() {}

  /// Adds a problem; a second copy of one is left out.
  public func add(_ problem: Diagnostic) {
    if kept.count < Problems.limit {
      guard !kept.contains(problem) else { return }
      kept.append(problem)
    }
    if problem.severity == .error { errorCount += 1 }
  }

  /// Adds some problems.
  public func add(_ problems: some Sequence<Diagnostic>) {
    for problem in problems { add(problem) }
  }

  /// Puts other warnings in the place of those that were added: some of them, or further ones.
  public func replaceWarnings(_ change: ([Diagnostic]) -> [Diagnostic]) {
    let warnings = kept.filter { $0.severity == .warning }
    kept = kept.filter { $0.severity == .error } + change(warnings)
  }

  /// Whether anything stops the experiment.
  public var hasErrors: Bool { errorCount > 0 }

  /// The problems in the order of their lines; sources in the order of their first problem, and
  /// problems without a place before all others.
  public var diagnostics: [Diagnostic] {
    var sources: [SourceText] = []
    for case let span? in kept.map(\.span) where !sources.contains(span.source) {
      sources.append(span.source)
    }
    let keys = kept.enumerated().map { number, problem -> (Int, Int, Int) in
      guard let span = problem.span else { return (-1, 0, number) }
      return (sources.firstIndex(of: span.source) ?? 0, span.lower, number)
    }
    return keys.sorted { $0 < $1 }.map { kept[$0.2] }
  }
}

/// Thrown where something the user gave cannot be used: everything that is wrong with it.
public struct Rejection: Error, Sendable {
  /// The problems, in the order in which they are shown.
  public let diagnostics: [Diagnostic]

  /// A rejection for these reasons.
  public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}
