import Foundation
import Run
import Testing
import Text

@testable import Report

@Suite struct PageTests {
  private static let rows = "step,epoch,test.score\n10,0.5,1\n20,1,\(Double.pi)\n30,1.5,nan\n"

  private static var query: RunComparison.Query {
    var query = RunComparison.Query()
    (query.metrics, query.goal) = (["test.score"], .maximize)
    return query
  }

  private func page(_ fixtures: RunFixtures, metrics: String = rows) throws -> Page {
    let runs = try ["1e-2", "1e-3"].enumerated().map { index, rate in
      try fixtures.run(
        "a\(index)", settings: "seed: 1\ntrain:\n  rate: \(rate)\n",
        metrics: metrics.replacing("\(Double.pi)", with: "\(index)"))
    }
    return try Page(runs, title: "study", Self.query)
  }

  /// The JSON that stands in a page.
  private func data(_ html: String) throws -> JSON {
    let start = try #require(html.range(of: "id=\"data\">")).upperBound
    let end = try #require(html.range(of: "</script>", range: start..<html.endIndex)).lowerBound
    return try JSON(parsing: Array(html[start..<end].utf8))
  }

  @Test func `base 64 is that of RFC 4648`() {
    let texts = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foobar": "Zm9vYmFy"]
    for (plain, text) in texts { #expect(Base64.text(Array(plain.utf8)) == text) }
    #expect(Base64.text([1.0, .nan]).hasPrefix("AACAP"))
    #expect(Base64.text(steps: [1, 1 << 40]) == "AQAAAP////8=")
  }

  @Test func `the page holds every run with its values, and its curves bit by bit`() throws {
    let fixtures = try RunFixtures()
    let html = try page(fixtures).html()
    let data = try data(html)
    #expect(data["runs"]?.array?.count == 2 && data["metric"]?.string == "test.score")
    #expect(data["settings"]?.array?.first?["name"]?.string == "train.rate")
    #expect(data["runs"]?.array?[1]["last"]?.array?.first?.string == "nan")
    #expect(data["runs"]?.array?[1]["best"]?.number == 1)
    let curve = data["series"]?.array?[0].array?[0].array
    #expect(curve?[0].string == Base64.text(steps: [10, 20, 30]))
    #expect(curve?[1].string == Base64.text([1, 0, .nan]))
    #expect(data["experiments"]?.array?.first?["marks"]?["2"] == [[.integer(0), .bool(false)]])
  }

  @Test func `the best is a finished run with a finite value`() throws {
    let fixtures = try RunFixtures()
    let rows = "step,epoch,test.score\n10,0.5,\(Double.pi)\n"
    let best = try data(page(fixtures, metrics: rows).html())["best"]
    #expect(best == .integer(1))
    let wild = try fixtures.run(
      "a2", settings: "seed: 1\ntrain:\n  rate: 1\n", metrics: "step,epoch,test.score\n10,1,inf\n")
    let early = try fixtures.run(
      "a3", status: .interrupted, settings: "seed: 1\ntrain:\n  rate: 2\n",
      metrics: "step,epoch,test.score\n10,1,99\n")
    let runs =
      try [wild, early]
      + ["a0", "a1"].map {
        try RunData(RunDirectory(path: "\(fixtures.runs)/ring/\($0)"))
      }
    let page = try Page(runs, title: "", Self.query)
    #expect(try page.data()["best"] == .integer(3))
    #expect(try page.data()["order"] == .array([3, 2, 1, 0].map { .integer($0) }))
  }

  @Test func `nothing in a run can leave its text`() throws {
    let fixtures = try RunFixtures()
    let hostile = "</script><script>alert(1)</script><!--&amp;\u{2028}"
    try fixtures.run(
      "a0", settings: "seed: 1\nname: '\(hostile)'\n",
      metrics: "step,\(hostile)\n1,2\n")
    let runs = try RunFinder(fixtures.runs).all().runs
    let html = try Page(runs, title: hostile).html()
    let scripts = html.components(separatedBy: "<script").count
    #expect(scripts == 3, "the data and the page's own script, and no other")
    #expect(!html.contains("alert(1)</script>"))
    #expect(html.contains("<title>&lt;/script&gt;"))
    #expect(try data(html)["columns"] == [.string(hostile)], "what is shown is what was there")
    #expect(html.contains("default-src 'none'; script-src 'sha256-"))
    #expect(!html.contains("unsafe-inline") && !html.contains("http://"))
  }

  @Test func `many points are thinned to a budget`() throws {
    let fixtures = try RunFixtures()
    let rows = (1...20_000).map { "\($0),\($0)" }.joined(separator: "\n")
    let run = try fixtures.run("a0", metrics: "step,test.score\n\(rows)\n")
    let data = try Page([run], title: "").data()
    let text = data["series"]?.array?[0].array?[0].array?[0].string ?? ""
    let limit = PageSeries.most * 4 / 3 * 4 + 8
    #expect((1...limit).contains(text.utf8.count))
  }

  @Test func `a metric that no run measures is refused, and a page without runs is none`() throws {
    let fixtures = try RunFixtures()
    let run = try fixtures.run("a0", metrics: Self.rows)
    var query = Self.query
    query.metrics = ["test.scores"]
    #expect(throws: (any Error).self) { try Page([run], title: "", query) }
    let data = try Page([], title: "").data()
    #expect(data["runs"] == [] && data["best"] == .null && data["metric"] == .null)
  }
}
