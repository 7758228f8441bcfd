import Foundation
import Testing
import Text
import YAML

@testable import Search

/// A function to minimise, and where it is searched.
struct Problem: Sendable {
  let name: String
  let parameters: String
  let value: @Sendable ([String: String]) -> Double

  static let branin = Problem(
    name: "branin", parameters: "{x: {min: -5.0, max: 10.0}, y: {min: 0.0, max: 15.0}}"
  ) { point in
    let x = number(point, "x")
    let y = number(point, "y")
    let curve = y - 5.1 / (4 * .pi * .pi) * x * x + 5 / .pi * x - 6
    return curve * curve + 10 * (1 - 1 / (8 * .pi)) * cos(x) + 10
  }

  static let mixed = Problem(
    name: "mixed",
    parameters: """
      {rate: {min: 1e-5, max: 1e-1, scale: log}, kind: [adam, sgd, lion], n: {min: 1, max: 8}}
      """
  ) { point in
    let rate = log10(number(point, "rate")) + 3
    let kind = ["adam": 0, "sgd": 0.5, "lion": 0.2][point["kind"] ?? ""] ?? .nan
    let n = number(point, "n") - 4
    return rate * rate + kind + 0.1 * n * n
  }

  private static func number(_ point: [String: String], _ path: String) -> Double {
    point[path].flatMap(Double.init) ?? .nan
  }

  /// A sweep over it.
  func section(_ method: String, runs: Int, seed: UInt64) throws -> SweepSection {
    let text = "{method: \(method), runs: \(runs), metric: loss, parameters: \(parameters)}"
    return try #require(sweep(text, seed: seed).section)
  }

  /// The value at a point.
  func callAsFunction(_ section: SweepSection, _ point: Point) -> Double {
    value(
      Dictionary(
        uniqueKeysWithValues: section.space.settings(of: point).map {
          ($0.path, $0.value.scalar?.text ?? "")
        }))
  }

  /// The best values after some numbers of points, one after the other.
  func best(_ method: String, _ counts: [Int], seed: UInt64) throws -> [Double] {
    let runs = counts.max() ?? 0
    let section = try section(method, runs: runs, seed: seed)
    var history = History()
    var values: [Double] = []
    for number in 0..<runs {
      let point = try section.point(number, history)
      values.append(self(section, point))
      history.start(number, point: number, point, seed: 1)
      history.end(number, .finished, value: values[number])
    }
    return counts.map { values.prefix($0).min() ?? .nan }
  }
}

/// Quartiles of Optuna 5.0.0's samplers over the seeds 0 to 39: best value after 50 and 100 points.
@Suite struct SamplerTests {
  typealias Reference = (
    method: String, problem: Problem, at50: ClosedRange<Double>, at100: ClosedRange<Double>
  )
  static let rows: [Reference] = [
    ("random", .branin, 0.775...2.021, 0.538...1.264),
    ("sobol", .branin, 0.779...1.566, 0.565...1.122),
    ("tpe", .branin, 0.473...0.716, 0.406...0.443),
    ("random", .mixed, 0.082...0.206, 0.019...0.116),
    ("sobol", .mixed, 0.063...0.149, 0.029...0.112),
    ("tpe", .mixed, 0.0002...0.0049, 2.3e-6...2.5e-5),
  ]

  private static func median(_ values: [Double]) -> Double {
    percentile(50, of: values) ?? .nan
  }

  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["ASSAY_SAMPLERS"] != nil),
    arguments: rows.indices)
  func theMedianOverFortySeedsLiesInsideTheQuartiles(_ index: Int) throws {
    let row = Self.rows[index]
    let best = try (0..<40).map { try row.problem.best(row.method, [50, 100], seed: $0) }
    let medians = [Self.median(best.map { $0[0] }), Self.median(best.map { $0[1] })]
    print("\(row.method) \(row.problem.name): \(medians[0]) @50, \(medians[1]) @100")
    #expect(row.at50.contains(medians[0]))
    #expect(row.at100.contains(medians[1]))
  }

  @Test func tpeFindsBetterPointsThanChance() throws {
    let seeds: Range<UInt64> = 0..<5
    let tpe = try seeds.map { try Problem.mixed.best("tpe", [40], seed: $0)[0] }
    let random = try seeds.map { try Problem.mixed.best("random", [40], seed: $0)[0] }
    #expect(Self.median(tpe) < 0.25 * Self.median(random))
  }

  @Test func tpeDependsOnTheSeedAndTheHistoryAlone() throws {
    let section = try Problem.mixed.section("tpe", runs: 30, seed: 7)
    var history = History()
    for number in 0..<20 {
      let point = try section.point(number, history)
      history.start(number, point: number, point, seed: 1)
      if number < 15 {
        history.end(number, .finished, value: Problem.mixed(section, point))
      }
    }
    let point = try section.point(20, history)
    #expect(try section.point(20, history) == point)
    #expect(try section.point(21, history) != point)
    let other = try Problem.mixed.section("tpe", runs: 30, seed: 8)
    #expect(try other.point(20, history) != point)
    history.end(19, .finished, value: -1)
    #expect(try section.point(20, history) != point, "another history, another point")
  }

  @Test func tpeGivesTheSameBitsOnEveryMachine() throws {
    let section = try Problem.mixed.section("tpe", runs: 30, seed: 7)
    var history = History()
    for number in 0..<29 {
      let point = try section.point(number, history)
      history.start(number, point: number, point, seed: 1)
      history.end(number, .finished, value: Double((number * 7 + 3) % 16))
    }
    let last = section.space.text(of: try section.point(29, history))
    #expect(last == "rate=9.488304124658366e-05 kind=sgd n=5")
  }

  @Test func aPointThatWasStartedStaysWhatItWas() throws {
    let section = try Problem.branin.section("random", runs: 3, seed: 1)
    var history = History()
    let second = try section.point(1, history)
    history.start(0, point: 0, second, seed: 1)
    #expect(try section.point(0, history) == second)
  }

  @Test func tpeObeysConstraintsAndConditions() throws {
    let text = """
      method: tpe
      runs: 60
      metric: loss
      parameters:
        a: {min: 0.0, max: 1.0}
        b: {min: 0.0, max: 1.0}
        kind: [x, y]
        c: {min: 1, max: 9, if: kind == 'y'}
      constraints: a + b < 0.5
      """
    let section = try #require(sweep(text).section)
    var history = History()
    for number in 0..<60 {
      let point = try section.point(number, history)
      let numbers = point.coordinates.prefix(2).compactMap {
        if case .number(let value) = $0 { value } else { nil }
      }
      #expect(numbers.count == 2 && numbers[0] + numbers[1] < 0.5)
      #expect((point.coordinates[3] == nil) == (point.coordinates[2] == .choice(0)))
      history.start(number, point: number, point, seed: 1)
      history.end(number, .finished, value: -numbers[0] - numbers[1])
    }
  }

  @Test func pointsThatFailedTellNothingAndThoseThatDivergedAreTheWorst() {
    var history = History()
    let states: [History.Trial.State] = [.finished, .failed, .diverged, .pruned, .running]
    for (number, state) in states.enumerated() {
      history.start(number, point: number, Point(coordinates: [.choice(number)]), seed: 1)
      history.report(number, at: Row(steps: 5, epochs: 1), 1)
      if state != .running { history.end(number, state, value: state == .finished ? 2 : 1) }
    }
    let known = Known(history, .minimize)
    let kinds: [Int] = known.ended.map { result in result.rank.kind }
    #expect(known.ended.map(\.number) == [0, 2, 3])
    #expect(known.running.count == 1)
    #expect(kinds == [0, 2, 1])
    #expect(known.split.below == [Point(coordinates: [.choice(0)])])
    #expect(known.split.above.count == 3, "a running point counts as one of the rest")
  }

  @Test func aPointIsKnownWhenAllItsSeedsHaveEnded() {
    var history = History(seedCount: 2)
    let point = Point(coordinates: [.choice(0)])
    history.start(0, point: 0, point, seed: 1)
    history.end(0, .finished, value: 1)
    #expect(Known(history, .minimize).ended.isEmpty)
    history.start(1, point: 0, point, seed: 2)
    #expect(Known(history, .minimize).ended.isEmpty)
    history.end(1, .finished, value: 4)
    #expect(Known(history, .maximize).ended.first?.rank.cost == -2.5)
  }

  // MARK: Sobol

  @Test func theSequenceIsThatOfJoeAndKuo() {
    // Of scipy.stats.qmc.Sobol(64, scramble=False, bits=32), times 2^32.
    let dimensions = [0, 1, 2, 9, 31, 63]
    let points: [UInt32: [UInt32]] = [
      1: [
        2_147_483_648, 2_147_483_648, 2_147_483_648, 2_147_483_648, 2_147_483_648, 2_147_483_648,
      ],
      2: [
        1_073_741_824, 3_221_225_472, 3_221_225_472, 1_073_741_824, 3_221_225_472, 1_073_741_824,
      ],
      5: [2_684_354_560, 536_870_912, 3_758_096_384, 1_610_612_736, 1_610_612_736, 3_758_096_384],
      100: [637_534_208, 3_321_888_768, 2_986_344_448, 4_261_412_864, 771_751_936, 2_449_473_536],
      1023: [
        4_290_772_992, 1_094_713_344, 3_141_533_696, 2_805_989_376, 3_066_036_224, 2_545_942_528,
      ],
    ]
    let sequence = SobolSequence(seed: 1, paths: (0..<64).map { "axis\($0)" })
    for (number, expected) in points {
      #expect(dimensions.map { sequence.plain(number, dimension: $0) } == expected)
    }
  }

  @Test func scramblingKeepsOnePointInEachStripe() {
    let sequence = SobolSequence(seed: 3, paths: (0..<64).map { "axis\($0)" })
    let points = (0..<256).map { sequence.point($0) }
    for dimension in 0..<64 {
      #expect(Set(points.map { Int($0[dimension] * 256) }).count == 256)
    }
    // And of the first two dimensions, one in each of 16 x 16 squares.
    #expect(Set(points.map { Int($0[0] * 16) * 16 + Int($0[1] * 16) }).count == 256)
    #expect(sequence.point(0)[0] != SobolSequence(seed: 4, paths: ["axis0"]).point(0)[0])
  }

  @Test func sobolObeysConstraints() throws {
    let text = """
      {method: sobol, runs: 40, constraints: x < y,
       parameters: {x: {min: 0.0, max: 1.0}, y: {min: 0.0, max: 1.0}}}
      """
    let section = try #require(sweep(text).section)
    #expect(Set(try texts(section)).count == 40)
  }

  // MARK: The normal distribution

  @Test func massesAreThoseOfTheNormalDistribution() {
    // Of mpmath with 30 digits: log(Φ(b) - Φ(a)).
    let masses = [
      (-1, 1, -0.38171514630212607), (-40, -39, -765.08315656437754), (0, 0.5, -1.6530635142555676),
      (3, 4, -6.6314677865382251), (-0.001, 0.001, -7.13354679829352),
      (-5, -2.5, -5.081694440505414), (1.9, 2.1, -4.5233930522381785),
    ]
    for (a, b, expected) in masses {
      #expect(abs(Normal.logMass(a, b) / expected - 1) < 1e-11)
    }
    #expect(abs(Normal.logMass(-8, 30)) < 1e-14)
    for u in [0.0, 0.1, 0.5, 0.999] {
      let x = Normal.quantile(u, -1.5, 7)
      #expect(abs(exp(Normal.logMass(-1.5, x) - Normal.logMass(-1.5, 7)) - u) < 1e-9)
    }
  }
}
