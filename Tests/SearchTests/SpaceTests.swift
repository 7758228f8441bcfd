import Parts
import Testing
import Text
import YAML

@testable import Search

/// The section `sweep` with this text, for an experiment of 20 epochs.
func sweep(_ yaml: String, seed: UInt64 = 1) -> (section: SweepSection?, problems: Problems) {
  let problems = Problems()
  let source = SourceText(name: "experiment.yaml", text: yaml)
  guard let node = Parser.document(source, problems) else { return (nil, problems) }
  let context = SweepContext(seed: seed, steps: Duration(20, .epochs), folder: ".")
  let (section, _) = Reading(problems).mapping(node, of: "`sweep`", at: node.span) {
    SweepSection.read(&$0, context)
  }
  return (problems.hasErrors ? nil : section, problems)
}

/// The points of a sweep that needs no results, as overrides would have them.
func texts(_ section: SweepSection) throws -> [String] {
  try (0..<section.pointCount).map { section.space.text(of: try section.point($0, History())) }
}

@Suite struct SpaceTests {
  @Test func aGridChangesItsLastParameterFastest() throws {
    let section = try #require(sweep("parameters: {data.batch: [32, 64], a.b: [x, y, z]}").section)
    #expect(section.pointCount == 6)
    #expect(
      try texts(section) == [
        "data.batch=32 a.b=x", "data.batch=32 a.b=y", "data.batch=32 a.b=z",
        "data.batch=64 a.b=x", "data.batch=64 a.b=y", "data.batch=64 a.b=z",
      ])
  }

  @Test func allSeedsOfAPointComeBeforeTheNextPoint() throws {
    let section = try #require(sweep("{seeds: 3, parameters: {a: [1, 2]}}").section)
    #expect(section.trialCount == 6)
    #expect((0..<6).map { section.trial($0).point } == [0, 0, 0, 1, 1, 1])
    #expect((0..<6).map { section.trial($0).seed } == [1, 2, 3, 1, 2, 3])
  }

  @Test func listsThatAreZippedGoTogether() throws {
    let section = try #require(
      sweep("{parameters: {a: [1, 2], b: [x, y], c: [5, 6]}, zip: [[a, c]]}").section)
    #expect(try texts(section) == ["a=1 b=x c=5", "a=1 b=y c=5", "a=2 b=x c=6", "a=2 b=y c=6"])
  }

  @Test func aParameterWhoseConditionDoesNotHoldKeepsTheExperimentsValue() throws {
    let section = try #require(
      sweep("parameters: {a: [1, 2], b: {values: [5, 6, 7], if: a > 1}}").section)
    #expect(try texts(section) == ["a=1", "a=2 b=5", "a=2 b=6", "a=2 b=7"])
  }

  @Test func constraintsLeavePointsOut() throws {
    let section = try #require(
      sweep("{parameters: {a: [1, 2, 3], b: {range: [1, 3, 1]}}, constraints: a < b}").section)
    #expect(try texts(section) == ["a=1 b=2", "a=1 b=3", "a=2 b=3"])
  }

  @Test func aRandomPointDependsOnItsNumberAloneAndNoOtherParameterMovesIt() throws {
    let rate = "rate: {min: 1e-5, max: 1e-2, scale: log}"
    let one = try #require(sweep("{runs: 50, parameters: {\(rate)}}").section)
    let two = try #require(sweep("{runs: 60, parameters: {n: {min: 1, max: 8}, \(rate)}}").section)
    let rates = try texts(one)
    #expect(try texts(two).prefix(50).map { String($0.split(separator: " ")[1]) } == rates)
    #expect(Set(rates).count == 50)
    let counts = try texts(two).map { $0.split(separator: " ")[0] }
    #expect(Set(counts) == Set((1...8).map { "n=\($0)" }))
  }

  @Test func aPointGoesIntoARecordAndBack() throws {
    let section = try #require(
      sweep(
        """
        runs: 20
        parameters:
          a: {min: 0.5, max: 1}
          b: {values: [[0, 0.9], [0.5, 0.9]], if: a > 0.75}
          c: {min: 1, max: 9}
        """
      ).section)
    for number in 0..<20 {
      let point = try section.point(number, History())
      #expect(section.space.point(section.space.json(of: point)) == point)
    }
  }
}
