import Report
import Run
import Search
import TestSupport
import Testing
import Text
import YAML

@Suite struct RunComparisonTests {
  /// A run with a rate, a seed and a last value of `test.x`.
  @discardableResult private func run(
    _ place: RunFixtures, _ id: String, rate: Double, seed: Int, _ value: String,
    _ status: RunRecord.Status = .finished
  ) throws -> RunData {
    try place.run(
      id, status: status,
      settings: """
        seed: \(seed)
        rate: \(rate)
        checkpoints: {best: {metric: test.x, goal: maximize}}

        """, metrics: "step,epoch,a.loss,test.x\n1,1,5,0\n2,2,5,\(value)\n")
  }

  @Test func `groups are means over seeds, the best first, with all that ended otherwise`() throws {
    let place = try RunFixtures()
    let runs = [
      try run(place, "a1", rate: 1, seed: 1, "2"), try run(place, "a2", rate: 1, seed: 2, "4"),
      try run(place, "b1", rate: 2, seed: 1, "6"),
      try run(place, "b2", rate: 2, seed: 2, "900", .diverged),
      try run(place, "c1", rate: 3, seed: 1, "nan"),
      try run(place, "d1", rate: 4, seed: 1, "1", .failed),
    ]
    let comparison = try RunComparison(runs)
    #expect(comparison.metrics == ["test.x"] && comparison.goal == .maximize)
    #expect(comparison.differing.map(\.name) == ["rate"])
    #expect(
      comparison.sheet.texts == [
        ["b1 +1", "2", "1 (1 diverged)", "6.000"], ["a1 +1", "1", "2", "3.0 ± 1.0"],
        ["c1", "3", "1", "nan"], ["d1", "4", "0 (1 failed)", ""],
      ])
    let best = BestGroup(comparison)
    #expect(best.best?.runs.map(\.id) == ["a1", "a2"], "a mean over fewer seeds is no match")
    #expect(best.leftOut.map(\.name) == ["b1 +1", "c1", "d1"] && best.candidates == 1)
    var query = RunComparison.Query()
    query.countsUnfinished = true
    query.goal = .minimize
    let all = try RunComparison(runs, query)
    #expect(all.groups.map(\.runs[0].id) == ["d1", "a1", "b1", "c1"])
    let group = all.json["groups"]?.array?[1]
    #expect(group?["metrics"]?["test.x"]?["standard_error"]?.number == 1)
    #expect(group?["runs"]?.array?[1]["seed"] == "2")
  }

  @Test func `metrics are found by their ends, and unknown ones are refused`() throws {
    let place = try RunFixtures()
    let runs = [try run(place, "a1", rate: 1, seed: 1, "2")]
    func metrics(_ names: String...) throws -> [String] {
      var query = RunComparison.Query()
      query.metrics = names
      return try RunComparison(runs, query).metrics
    }
    #expect(try metrics("loss", "x") == ["a.loss", "test.x"])
    let rejection = #expect(throws: Rejection.self) { try metrics("test.y") }
    #expect(rejection?.diagnostics.map(\.code) == ["no-such-metric"])
  }
}

@Suite struct DifferenceTests {
  private func changes(_ old: String, _ new: String) throws -> [String] {
    func tree(_ text: String) throws -> Node {
      try #require(Parser.document(SourceText(name: "x", text: text), Problems()))
    }
    return try TreeDifference(tree(old), tree(new)).changes.map {
      "\($0.path): \($0.old ?? "none") -> \($0.new ?? "none")"
    }
  }

  @Test func `a layer more is one layer more`() throws {
    let old = "layers: [{dense: {units: 8}}, {relu: {}}, {dense: {units: 2}}]\n"
    let new =
      "layers: [{flatten: {}}, {dense: {units: 16}}, {relu: {}}, {relu: {}}, {dense: {units: 2}}]\n"
    #expect(
      try changes(old, new) == [
        "layers.0: none -> flatten", "layers.1.dense.units: 8 -> 16", "layers.3: none -> relu",
      ])
    #expect(
      try changes(new, old) == [
        "layers.0: flatten -> none", "layers.0.dense.units: 16 -> 8", "layers.2: relu -> none",
      ])
    #expect(
      try changes("a: [{relu: {}}]\n", "a: [{tanh: {}}]\n") == [
        "a.0: relu -> none", "a.0: none -> tanh",
      ])
  }

  @Test func `settings are compared by meaning, wherever they stand`() throws {
    #expect(
      try changes("a: 1\nb: [1, 2]\nexperiment: x\n", "b: [1, 2]\na: 1\nexperiment: y\n") == [])
    #expect(
      try changes("a: {adam: {rate: 1}}\nb: [1]\nc: 2\n", "a: {sgd: {rate: 1}}\nb: [1, 2]\nd: 2\n")
        == [
          "a.adam.rate: 1 -> none", "a.sgd.rate: none -> 1", "b: [1] -> [1, 2]", "c: 2 -> none",
          "d: none -> 2",
        ])
  }

  @Test func `metrics part at the first number that both have and that differs`() throws {
    let place = try RunFixtures()
    func run(_ id: String, _ metrics: String) throws -> RunData {
      try place.run(id, metrics: "step,epoch,a,b\n" + metrics)
    }
    let whole = try run("a", "1,1,1.5,\n2,1,nan,2\n3,1,2,4\n4,1,2,4\n")
    let other = try run("b", "2,1,nan,2\n3,1,2.5,5\n4,1,7,8\n")
    let sparse = try run("c", "1,1,1.5,9\n4,1,2,")
    let parting = try RunDifference(whole, other)
    #expect(parting.parting?.step == 3 && parting.parting?.columns == ["a", "b"])
    #expect(parting.parting?.old == [2, 4] && parting.parting?.new == [2.5, 5])
    #expect(parting.commonRows == 3 && !parting.isSame)
    let same = try RunDifference(whole, sparse)
    #expect(same.isSame && same.commonRows == 1)
    #expect(same.json["parting"] == .null && same.json["same"] == .bool(true))
    let newer = try place.run("d", numerics: 2)
    #expect(try RunDifference(place.run("e"), newer).program.map(\.path) == ["numerics"])
    #expect(try !RunDifference(place.run("e"), newer).isSame)
  }
}

@Suite struct TerminalPlotTests {
  private func lines(_ values: [Double], _ change: (inout TerminalPlot.Style) -> Void = { _ in })
    -> [String]?
  {
    var style = TerminalPlot.Style()
    style.width = 20
    style.height = 4
    change(&style)
    let points = values.enumerated().map { Series.Point(step: $0 + 1, value: $1) }
    return TerminalPlot(points, style)?.lines
  }

  @Test func `a line rises from one corner to the other`() {
    #expect(
      lines([1, 2, 3]) == [
        " 3.00┤⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡠⠔⠊", "     │⠀⠀⠀⠀⠀⠀⠀⢀⡠⠔⠉⠀⠀⠀", "     │⠀⠀⠀⢀⡠⠔⠊⠁⠀⠀⠀⠀⠀⠀",
        " 1.00┤⡠⠔⠊⠁⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀", "     └──────────────", "      1            3",
      ])
  }

  @Test func `all lines fit the width, whatever the values are`() throws {
    let all: [[Double]] = [
      [1, 1], [-1e300, 1e300], [1e-300, 2e-300], [0, -0.0], [1, .nan, 2], [.infinity, 1, 2],
      [.leastNonzeroMagnitude, 1], [-.greatestFiniteMagnitude, .greatestFiniteMagnitude],
    ]
    for values in all {
      let drawn = try #require(lines(values))
      #expect(drawn.allSatisfy { $0.count <= 20 } && drawn.count == 6)
    }
  }

  @Test func `what cannot be drawn is counted, and too little is no plot`() {
    #expect(lines([1]) == nil && lines([.nan, .nan, 3]) == nil && lines([]) == nil)
    #expect(lines([-1, 0, 5]) { $0.isLogY = true } == nil)
    var style = TerminalPlot.Style()
    style.isLogY = true
    let points = [-1, 0.1, .nan, 10].enumerated().map { Series.Point(step: $0, value: $1) }
    #expect(TerminalPlot(points, style)?.hidden == 2)
  }
}
