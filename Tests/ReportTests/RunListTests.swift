import Report
import Run
import Testing
import Text

@Suite struct RunListTests {
  @Test(arguments: [
    ("status=failed", "status", "=", "failed"), ("rate > 1e-4", "rate", ">", "1e-4"),
    ("a.b<=-200", "a.b", "<=", "-200"), ("x==1", "x", "=", "1"), ("x!=y=z", "x", "!=", "y=z"),
    ("created>=2026-01-01", "created", ">=", "2026-01-01"), ("x<1", "x", "<", "1"),
  ])
  func `a condition is a name, a comparison and a value`(
    _ text: String, _ key: String, _ comparison: String, _ value: String
  ) {
    let condition = RunCondition(text)
    #expect(condition?.key.name == key && condition?.comparison.rawValue == comparison)
    #expect(condition?.text == value)
  }

  @Test(arguments: ["ring", "=1", "a=", "a<", "", "!", "a!b"])
  func `anything else is no condition`(_ text: String) {
    #expect(RunCondition(text) == nil)
  }

  @Test func `numbers compare as numbers, NaN equals NaN alone, and nothing is unequal to all`()
    throws
  {
    func holds(_ text: String, _ value: RunKey.Value?) throws -> Bool {
      try #require(RunCondition(text)).holds(for: value)
    }
    #expect(try holds("x=1e-3", .number(0.001)) && holds("x>9", .number(10)))
    #expect(try holds("x=nan", .number(.nan)) && !holds("x<1", .number(.nan)))
    #expect(try !holds("x>=1", .number(.nan)) && holds("x!=1", .number(.nan)))
    #expect(try holds("x!=1", nil) && !holds("x=1", nil) && !holds("x<1", nil))
    #expect(try holds("t<2026-11-02", .text("2026-11-01T00:00:00Z")))
    #expect(try !holds("t=failed", .text("fail")) && holds("t!=failed", .text("fail")))
  }

  /// Four runs, the second without metric and the third with NaN.
  private func runs(_ place: RunFixtures) throws -> [RunData] {
    func text(_ rate: String) -> String {
      "seed: 1\nplayers: {a: {rate: \(rate)}, b: {rate: \(rate)}}\n"
    }
    func table(_ cell: String) -> String { "step,epoch,a.loss,test.x\n10,1,2,\(cell)\n12,1,3,\n" }
    return [
      try place.run("a", settings: text("1e-3"), metrics: table("2")),
      try place.run("b", status: .failed, settings: text("1e-2"), metrics: table("")),
      try place.run("c", settings: text("1e-4"), metrics: table("nan")),
      try place.run("d", settings: text("0.1"), metrics: table("-3")),
    ]
  }

  private func ids(_ runs: [RunData], _ change: (inout RunList.Query) -> Void) throws -> [String] {
    var query = RunList.Query()
    change(&query)
    return try RunList(runs, query).rows.map(\.run.id)
  }

  @Test func `runs are sorted by any number, those without one last in both directions`() throws {
    let place = try RunFixtures()
    let runs = try runs(place)
    #expect(try ids(runs) { $0.sort = RunKey("test.x") } == ["d", "a", "b", "c"])
    #expect(
      try ids(runs) {
        $0.sort = RunKey("x")
        $0.isReversed = true
        $0.limit = 3
      } == ["a", "d", "b"])
    #expect(try ids(runs) { $0.sort = RunKey("rate") } == ["c", "a", "b", "d"])
    #expect(try ids(runs) { $0.limit = 1 } == ["d"], "the latest, and of one time the last path")
  }

  @Test func `runs are filtered by record, metric and setting`() throws {
    let place = try RunFixtures()
    let runs = try runs(place)
    func filtered(_ texts: String...) throws -> [String] {
      try ids(runs) { $0.conditions = texts.compactMap { RunCondition($0) } }
    }
    #expect(try filtered("status=failed") == ["b"])
    #expect(try filtered("rate>1e-3", "status=finished") == ["d"])
    #expect(try filtered("players.a.rate<=0.001") == ["a", "c"])
    #expect(try filtered("test.x=nan") == ["c"] && filtered("step=12").count == 4)
  }

  @Test func `a name that means nothing, or two things, is refused`() throws {
    let place = try RunFixtures()
    let runs =
      try runs(place) + [
        place.run("e", settings: "players: {a: {rate: 1}, b: {rate: 2}}\n")
      ]
    for (name, code) in [("ratte", "unknown-name"), ("rate", "ambiguous-key")] {
      let rejection = #expect(throws: Rejection.self) { try ids(runs) { $0.sort = RunKey(name) } }
      #expect(rejection?.diagnostics.map(\.code) == [code])
    }
    let rejection = #expect(throws: Rejection.self) { try ids(runs) { $0.sort = RunKey("ratte") } }
    #expect(rejection?.diagnostics[0].helps.first?.contains("`rate`") == true)
  }

  @Test func `the metric of a list is on the test set, else on the validation set, else a loss`()
    throws
  {
    let place = try RunFixtures()
    func metric(_ metrics: String) throws -> String? {
      let row = try RunRow(place.run("m", metrics: metrics))
      return row.metric.map { "\($0.name) \($0.value)" }
    }
    let head = "step,epoch,a.loss,validation.y,test.x\n"
    #expect(try metric(head + "1,1,2,3,4\n2,1,1,,\n") == "test.x 4.0")
    #expect(try metric(head + "1,1,2,3,\n") == "validation.y 3.0")
    #expect(try metric(head + "1,1,2,,\n3,1,7,") == "a.loss 2.0")
    #expect(try metric(head) == nil)
  }
}
