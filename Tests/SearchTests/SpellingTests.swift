import Foundation
import Parts
import Testing
import Text
import YAML

@testable import Search

/// Sweeps on the command line, in Hydra's spellings.
@Suite struct SpellingTests {
  /// What overrides make of an experiment without a sweep.
  static func read(_ overrides: [String]) -> (root: Node, sweep: SweepSection?, Problems) {
    let problems = Problems()
    let file = SourceText(name: "experiment.yaml", text: "data: {batch: 8}")
    let root = Override.apply(
      overrides, to: Parser.document(file, problems) ?? .mapping([], at: file.whole),
      sweeping: true, problems)
    guard let node = root["sweep"] else { return (root, nil, problems) }
    let context = SweepContext(seed: 1, steps: Duration(20, .epochs), folder: ".")
    let (section, _) = Reading(problems).mapping(node, of: "`sweep`", at: node.span) {
      SweepSection.read(&$0, context)
    }
    return (root, problems.hasErrors ? nil : section, problems)
  }

  private func points(_ overrides: String...) throws -> [String] {
    let (_, section, problems) = Self.read(overrides)
    #expect(problems.diagnostics.map(\.fact) == [])
    return try texts(try #require(section))
  }

  @Test func commasSeparateValues() throws {
    #expect(try points("data.batch=32,64") == ["data.batch=32", "data.batch=64"])
    #expect(try points("data.batch=choice(32, 64)") == ["data.batch=32", "data.batch=64"])
    #expect(try points("a=[0,0.9],[0.5,0.9]") == ["a=[0,0.9]", "a=[0.5,0.9]"])
    #expect(try points("a='x,y',z") == ["a=x,y", "a=z"])
    #expect(try points("a=choice(x)") == ["a=x"])
  }

  @Test func aRangeLeavesItsEndOut() throws {
    #expect(try points("a=range(3)") == ["a=0", "a=1", "a=2"])
    #expect(try points("a=range(8,32,8)") == ["a=8", "a=16", "a=24"])
    #expect(try points("a=range(0,10,3.3)") == ["a=0", "a=3.3", "a=6.6", "a=9.9"])
    #expect(try points("a=range(3,0,-1)") == ["a=3", "a=2", "a=1"])
  }

  @Test func decimalsAreTheSameHoweverTheyAreSpelled() throws {
    let listed = try points("a=0.1,0.2,0.3,0.4,0.5,0.6,0.7")
    #expect(try points("a=range(0.1,0.75,0.1)") == listed)
    #expect(try points("a=range(0.1,0.8,0.1)") == listed)
    #expect(try points("sweep.parameters.a={range: [0.1, 0.7, 0.1]}") == listed)
    #expect(
      try points("sweep.parameters.a={min: 0.1, max: 0.7, step: 0.1}", "sweep.method=grid")
        == listed)
  }

  @Test(arguments: [
    ("a=interval(1,8)", Interval(lower: 1, upper: 8, scale: .linear, step: nil)),
    ("a=int(interval(1,8))", Interval(lower: 1, upper: 8, scale: .linear, step: 1)),
    ("a=tag(log,interval(1e-5,1e-2))", Interval(lower: 1e-5, upper: 1e-2, scale: .log, step: nil)),
    ("a=tag(log,int(interval(1,64)))", Interval(lower: 1, upper: 64, scale: .log, step: 1)),
    ("a=int(tag(log, interval(1, 64)))", Interval(lower: 1, upper: 64, scale: .log, step: 1)),
  ])
  func intervalsAreStretchesOfNumbers(_ override: String, _ expected: Interval) throws {
    let (_, section, problems) = Self.read(["sweep.runs=10", override])
    #expect(problems.diagnostics.map(\.fact) == [])
    guard case .interval(let interval)? = section?.space.axes.first?.domain else {
      Issue.record("no interval")
      return
    }
    #expect(interval == expected)
    #expect(section?.method == "random" && section?.pointCount == 10)
  }

  @Test(arguments: [
    "data.batch=64", "a=[1,2]", "a={x: 1, y: 2}", "a=min(1, 2)", "a='1,2'", "~data.batch",
    "a=\"choice(1,2)\"",
  ])
  func oneValueIsNoSweep(_ override: String) {
    #expect(Self.read([override]).root["sweep"] == nil)
  }

  @Test func aSweepOfTheFileIsChangedPathByPath() throws {
    let points = try points("sweep.parameters.a=[1, 2]", "b=x,y", "a=5,6", "sweep.seeds=2")
    #expect(points == ["a=5 b=x", "a=5 b=y", "a=6 b=x", "a=6 b=y"])
  }

  @Test func messagesPointIntoTheOverride() {
    let problems = Self.read(["a=range(1,2,3,4)", "b=1,,2"]).2
    let report = Renderer(.full).render(problems.diagnostics)
    #expect(report.contains("[bad-override]: `range` takes up to three numbers"))
    #expect(report.contains("override 1:1:3"))
    #expect(report.contains("[bad-override]: a value is missing"))
    #expect(report.contains("override 2:1:5"), "\(report)")
  }

  // MARK: Texts that are nearly sweeps

  private static let sections = [
    "{parameters: {a: [1, 2], b: {min: 0.1, max: 1, scale: log, if: a > 1}}, runs: 5}",
    "{method: {tpe: {startup: 3}}, runs: 9, metric: {name: x, goal: maximize}, "
      + "parameters: {a.b: {min: 1, max: 9, step: 2}}, constraints: [a.b ^ 2 < 50 or not a.b == 1]}",
    "{method: sobol, runs: 4, seeds: 3, parameters: {a: {range: [1, 9, 2]}, b: {min: 1, max: 5}}}",
    "{parameters: {a: [x, y], c: ['1', 2]}, zip: [[a, c]], stop_early: {asha: {min: 1 epoch}}, "
      + "metric: m, slurm: {time: 60, exclusive: true}}",
    "{points: {columns: [a, b], rows: [[1, x], [2, ~]]}, metric: m, "
      + "stop_early: {hyperband: {max: 9 epochs}}}",
  ]
  private static let overrides = [
    "a=1,2,3", "a=choice(1,[2,3],'x')", "a=range(0,10,3.3)", "a=tag(log,int(interval(1,64)))",
    "sweep.runs=10", "sweep.method=tpe", "a.b={x: 1},{y: 2}",
  ]

  /// A text with a few bytes removed, doubled, exchanged, or taken from another one.
  private static func mutated(_ texts: [String], _ state: inout UInt64) -> String {
    func roll(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(max(1, count)))
    }
    var bytes = Array(texts[roll(texts.count)].utf8)
    let other = Array(texts[roll(texts.count)].utf8)
    for _ in 0..<1 + roll(4) {
      let place = roll(bytes.count)
      let length = 1 + roll(6)
      let stretch = place..<min(bytes.count, place + length)
      switch roll(4) {
      case 0: bytes.removeSubrange(stretch)
      case 1: bytes.insert(contentsOf: bytes[stretch], at: place)
      case 2: bytes.insert(contentsOf: other.dropFirst(roll(other.count)).prefix(length), at: place)
      default:
        let marks = Array("0-9.e,:[]{}()'\"<>=&+*^ ~\n".utf8)
        if !bytes.isEmpty { bytes[stretch.lowerBound] = marks[roll(marks.count)] }
      }
      if bytes.isEmpty { bytes = other }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func textsThatAreNearlySweepsAreReadOrRefused() {
    let count = ProcessInfo.processInfo.environment["ASSAY_FUZZ"].flatMap(Int.init) ?? 300
    let clock = ContinuousClock()
    var slowest = (time: Swift.Duration.zero, seed: 0)
    var read = 0
    for seed in 0..<count {
      var state = UInt64(seed)
      let start = clock.now
      defer { if clock.now - start > slowest.time { slowest = (clock.now - start, seed) } }
      let (section, problems) =
        seed % 2 == 0
        ? sweep(Self.mutated(Self.sections, &state))
        : { ($0.1, $0.2) }(
          Self.read([Self.mutated(Self.overrides, &state), "sweep.method=random", "sweep.runs=4"]))
      _ = Renderer(.full).render(problems.diagnostics)
      guard let section else { continue }
      read += 1
      for number in 0..<min(5, section.pointCount) {
        guard let point = try? section.point(number, History()) else { continue }
        #expect(section.space.point(section.space.json(of: point)) == point, "seed \(seed)")
      }
    }
    #expect(read > count / 20)
    if count > 300 {
      print("\(count) texts, of which \(read) were sweeps; the slowest took \(slowest)")
    }
  }
}
