import Experiment
import Run
import Text

/// A paper's claims beside what the runs of one experiment have measured, which differ in the seed
/// alone.
public struct Reproduction: Sendable {
  /// The paper; nil where the file does not say.
  public let paper: Paper?
  /// The claims, in the order of the file.
  public let checks: [ClaimCheck]
  /// The runs that count: those that are finished.
  public let counted: [RunData]

  /// Claims beside the finished ones among some runs.
  public init(paper: Paper?, _ claims: [Claim], _ runs: [RunData]) throws {
    self.paper = paper
    counted = runs.filter { $0.status == .finished }
    let names = claims.map(\.metric)
    let values = try counted.map { try $0.lastValues { _ in names }.values }
    checks = claims.map { claim in
      ClaimCheck(claim, values.compactMap { $0[claim.metric]?.value })
    }
  }

  /// The claims that the last made of the finished runs holds; nil where it holds none, or where no
  /// run is finished.
  public init?(_ runs: [RunData]) throws {
    let finished = runs.filter { $0.status == .finished }
    guard let last = finished.max(by: { $0.record.created < $1.record.created }) else { return nil }
    let (paper, claims) = try last.claims()
    guard !claims.isEmpty else { return nil }
    try self.init(paper: paper, claims, runs)
  }

  /// Whether all claims are agreed with.
  public var agrees: Bool { checks.allSatisfy { $0.verdict == .agrees } }

  /// Paper and claims for programs.
  public var json: [String: JSON] {
    let paper: JSON? = paper.map {
      [
        "title": .string($0.title), "year": $0.year.map { .integer(Int64($0)) } ?? .null,
        "where": $0.where.map(JSON.string) ?? .null,
      ]
    }
    return ["paper": paper ?? .null, "claims": .array(checks.map(\.json))]
  }
}

extension RunData {
  /// The paper and its claims that the run's long form holds.
  public func claims() throws -> (paper: Paper?, claims: [Claim]) {
    try Settings.tree(readingYAML: directory.resolvedFile).map(Experiment.claims) ?? (nil, [])
  }
}
