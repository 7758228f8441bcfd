import Foundation
import Parts
import Testing

@testable import Search

/// The decisions of Optuna 5.0.0 and of Ray Tune 2.60 on sixteen runs, one after the other, of 27
/// rows: c_i = ((7 i + 3) mod 16) / 16, v_i(t) = c_i + (1 - c_i) exp(-t / 5), less is better.
@Suite struct PrunerTests {
  /// At which row each run is ended; `-` for one that finishes.
  private func decisions(_ pruner: any Pruner, goal: Goal = .minimize) -> String {
    var history = History()
    let ends = (0..<16).map { number -> String in
      history.start(number, point: number, Point(coordinates: []), seed: 1)
      let c = Double((7 * number + 3) % 16) / 16
      let sign: Double = goal == .minimize ? 1 : -1
      var reported: [Row] = []
      for t in 1...27 {
        let row = Row(steps: t, epochs: t)
        let value = sign * (c + (1 - c) * exp(-Double(t) / 5))
        guard pruner.judges(row, of: number, after: reported) else { continue }
        let ends = pruner.prunes(number, at: row, value, goal, history)
        history.report(number, at: row, value)
        reported.append(row)
        if ends {
          history.end(number, .pruned, value: value)
          return "\(t)"
        }
      }
      history.end(number, .finished, value: sign * (c + (1 - c) * exp(-27 / 5.0)))
      return "-"
    }
    return ends.joined(separator: " ")
  }

  private func pruner(_ yaml: String) throws -> any Pruner {
    let text = "{parameters: {a: [1, 2]}, metric: train.loss, stop_early: \(yaml)}"
    let (section, problems) = sweep(text)
    #expect(problems.diagnostics.map(\.fact) == [])
    return try #require(section?.pruner)
  }

  private static let rows = [
    ("median", "- - - - - - 1 - 1 - 1 - 1 1 1 1"),
    ("percentile", "- - - - - 1 1 1 1 - 1 - 1 1 1 1"),
    ("{median: {warmup: 5, every: 5}}", "- - - - - - 5 - 5 - 5 - 5 5 5 5"),
    ("{successive_halving: {min: 1, factor: 3}}", "- 1 - 1 1 1 1 1 1 3 1 - 1 1 1 1"),
    ("successive_halving", "- - - 1 1 1 1 1 1 4 1 - 1 1 1 1"),
    (
      "{successive_halving: {min: 1, factor: 2, bootstrap: 2}}",
      "1 1 2 1 1 2 1 2 1 4 1 4 1 1 2 1"
    ),
    ("{asha: {min: 1, factor: 3}}", "- 1 - 1 1 1 1 3 1 9 1 - 1 1 1 1"),
    ("asha", "- 1 - 1 1 1 1 4 1 16 1 - 1 1 1 1"),
  ]

  @Test(arguments: rows) func aPrunerDecidesAsItsModelDoes(_ yaml: String, _ row: String) throws {
    #expect(decisions(try pruner(yaml)) == row)
  }

  @Test(arguments: rows) func moreIsBetterTurnsEverythingRound(_ yaml: String, _ row: String)
    throws
  {
    #expect(decisions(try pruner(yaml), goal: .maximize) == row)
  }

  @Test func hyperbandDecidesAsItsModelDoesInAStudyOfTheName() {
    let pruner = Hyperband(
      first: Duration(1, .steps), longest: Duration(27, .steps), factor: 3, bootstrap: 0,
      name: "s")
    #expect(decisions(pruner) == "- - - 27 27 9 3 - - - 1 - 9 1 27 1")
  }

  @Test func aRunIsJudgedAmongThoseOfItsSeed() throws {
    let pruner = try pruner("{successive_halving: {min: 1, factor: 2}}")
    var history = History(seedCount: 2)
    let point = Point(coordinates: [])
    let row = Row(steps: 1, epochs: 1)
    for (number, value) in [(0, 1.0), (2, 2.0)] {
      history.start(number, point: number, point, seed: 1)
      history.report(number, at: row, value)
    }
    history.start(3, point: 1, point, seed: 2)
    history.start(4, point: 1, point, seed: 1)
    #expect(!pruner.prunes(3, at: row, 9, .minimize, history))
    #expect(pruner.prunes(4, at: row, 9, .minimize, history))
  }

  @Test func notANumberIsPrunedAtARung() throws {
    var history = History()
    history.start(0, point: 0, Point(coordinates: []), seed: 1)
    let row = Row(steps: 1, epochs: 1)
    #expect(
      try pruner("{successive_halving: {min: 1}}").prunes(0, at: row, .nan, .minimize, history))
  }

  @Test func onlyRowsThatReachARungAreReported() throws {
    let rows = (1...40).map { Row(steps: 10 * $0, epochs: $0) }
    func reported(_ yaml: String) throws -> [Int] {
      let pruner = try pruner(yaml)
      var reported: [Row] = []
      for row in rows where pruner.judges(row, of: 0, after: reported) { reported.append(row) }
      return reported.map(\.epochs)
    }
    #expect(try reported("{asha: {factor: 3}}") == [1, 3, 9, 27])
    #expect(try reported("{successive_halving: {min: 2 epochs, factor: 4}}") == [2, 8, 32])
    #expect(try reported("{successive_halving: {min: 15, factor: 2}}") == [2, 3, 6, 12, 24])
    #expect(try reported("{median: {}}").count == 40)
  }
}
