/// The best of some groups of runs.
public struct BestGroup: Sendable {
  /// The groups.
  public let comparison: RunComparison
  /// The best; nil where none has a value.
  public let best: RunComparison.Group?
  /// The groups whose means are equal to the best's, that one first.
  public let tied: [RunComparison.Group]
  /// How many groups it was chosen from.
  public let candidates: Int
  /// The groups that could not be chosen: those with runs that are not finished, as long as there are
  /// others, and those without a value that is a number.
  public let leftOut: [RunComparison.Group]

  /// Chooses by the comparison's first metric and goal.
  public init(_ comparison: RunComparison) {
    self.comparison = comparison
    let valued = comparison.groups.filter { $0.estimates.first?.mean?.isNaN == false }
    let whole = valued.filter { $0.left.isEmpty }
    let chosen = whole.isEmpty ? valued : whole
    best = chosen.first
    let mean = chosen.first?.estimates.first?.mean
    tied = chosen.filter { $0.estimates.first?.mean == mean }
    candidates = chosen.count
    let paths = Set(chosen.map(\.runs[0].path))
    leftOut = comparison.groups.filter { !paths.contains($0.runs[0].path) }
  }
}
