import Experiment
import Run
import Testing
import Text

@testable import Report

/// What claims and measurements say of each other, in numbers that were computed by hand.
@Suite struct ClaimCheckTests {
  private func check(
    _ value: Double, error: Double? = nil, deviation: Double? = nil, seeds: Int = 1,
    unit: String? = nil, scale: Double = 1, _ values: [Double]
  ) -> ClaimCheck {
    ClaimCheck(
      Claim(
        metric: "test.a", value: value, error: error, deviation: deviation, seeds: seeds,
        unit: unit, scale: scale), values)
  }

  @Test func `the difference is in standard errors of both`() {
    // m = 20, s² = (1 + 0 + 1) / 2 / 3 = 1 / 3, e² = 0.64: 2.7 / √(0.97333) = 2.7367.
    let found = check(17.3, error: 0.8, seeds: 10, [19, 20, 21])
    #expect(abs((found.difference ?? 0) - 2.736_7) < 1e-4)
    #expect(found.verdict == .differs)
    #expect(
      found.row == ["test.a", "17.3 ± 0.8", "10", "20.00 ± 0.58", "3", "+2.7 s.e.", "differs"])
    // e = 2.4 / √9 = 0.8: the same.
    let other = check(17.3, deviation: 2.4, seeds: 9, [19, 20, 21])
    #expect(abs((other.difference ?? 0) - 2.736_7) < 1e-4)
    #expect(other.row[1] == "17.3 ± 0.80")
  }

  @Test func `up to two standard errors agree, and a claim without error counts as exact`() {
    // s = √(2 / 2) = 1.
    #expect(check(3, [0, 2]).verdict == .agrees)
    #expect(check(3, [0, 2]).difference == -2)
    #expect(check(3.01, [0, 2]).verdict == .differs)
    // √(1² + 1²) = 1.414: 2.82 is less than two of them.
    #expect(check(3.82, error: 1, seeds: 4, [0, 2]).verdict == .agrees)
    #expect(check(3.83, error: 1, seeds: 4, [0, 2]).verdict == .differs)
  }

  @Test func `one run decides nothing`() {
    let found = check(3, error: 1, seeds: 4, [3])
    #expect(found.verdict == .undecided && found.difference == nil)
    #expect(found.row == ["test.a", "3 ± 1", "4", "3.000", "1", "", "undecided"])
    #expect(check(3, []).verdict == .undecided && check(3, []).row[3] == "")
  }

  @Test func `runs without any spread agree with their own value alone`() {
    #expect(check(8, [8, 8, 8]).verdict == .agrees && check(8, [8, 8, 8]).difference == 0)
    #expect(check(8, [7, 7]).difference == -.infinity && check(8, [7, 7]).verdict == .differs)
    #expect(check(8, [7, .nan]).verdict == .differs)
  }

  @Test func `what was measured is shown in the unit of the claim`() {
    let found = check(94.8, error: 0.7, seeds: 10, unit: "%", scale: 100, [0.93, 0.95])
    // m = 94, s = 1: -0.8 / √1.49.
    #expect(abs((found.difference ?? 0) + 0.655_4) < 1e-4)
    #expect(found.row[1] == "94.8 ± 0.7 %" && found.row[3] == "94.0 ± 1.0 %")
    #expect(found.verdict == .agrees)
    #expect(found.line == "test.a 94.8 ± 0.7 % (n = 10), this run 94.0 ± 1.0 %")
  }
}

@Suite struct ReproductionTests {
  private static func settings(seed: Int, rate: String = "1e-3", claimed: String = "2") -> String {
    """
    seed: \(seed)
    train: {rate: \(rate)}
    paper: {title: A <paper>, year: 2018}
    claims: [{metric: test.score, value: \(claimed), seeds: 3}]

    """
  }

  private func run(
    _ fixtures: RunFixtures, _ id: String, seed: Int, rate: String = "1e-3", score: String,
    status: RunRecord.Status = .finished
  ) throws -> RunData {
    try fixtures.run(
      id, status: status, settings: Self.settings(seed: seed, rate: rate),
      metrics: "step,epoch,test.score\n10,1,9\n20,2,\(score)\n")
  }

  @Test func `finished runs count, with their last values`() throws {
    let fixtures = try RunFixtures()
    let runs = [
      try run(fixtures, "a0", seed: 1, score: "1"), try run(fixtures, "a1", seed: 2, score: "2"),
      try run(fixtures, "a2", seed: 3, score: "50", status: .interrupted),
    ]
    let found = try #require(try Reproduction(runs))
    #expect(found.checks.map(\.measured.values) == [[1, 2]])
    #expect(found.agrees && found.paper?.title == "A <paper>")
    #expect(found.json["claims"]?.array?.first?["difference"]?.number == -1)
    #expect(try Reproduction([runs[2]]) == nil, "nothing is measured")
    #expect(
      try Reproduction([fixtures.run("b0", metrics: "step,test.score\n1,1\n")]) == nil,
      "nothing is claimed")
  }

  @Test func `the page shows claims beside what the best group measured`() throws {
    let fixtures = try RunFixtures()
    let runs = try [("1e-3", "1"), ("1e-2", "2"), ("1e-2", "4")].enumerated().map {
      try run(fixtures, "a\($0)", seed: $0, rate: $1.0, score: $1.1)
    }
    var query = RunComparison.Query()
    (query.metrics, query.goal) = (["test.score"], .maximize)
    let claims = try Page(runs, title: "", query).data()["claims"]?.array
    #expect(claims?.count == 1)
    #expect(claims?.first?["run"]?.string == "a1" && claims?.first?["groups"]?.integer == 2)
    #expect(
      claims?.first?["rows"] == [["test.score", "2", "3", "3.0 ± 1.0", "2", "+1.0 s.e.", "agrees"]])
    #expect(try Page([fixtures.run("b0")], title: "").data()["claims"] == [])
  }
}
