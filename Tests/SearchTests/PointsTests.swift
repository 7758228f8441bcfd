import TestSupport
import Testing
import Text
import YAML

@testable import Search

/// Points from CSV files.
@Suite struct PointsTests {
  /// The sweep over a CSV file with this text, or what is wrong with it.
  private func points(_ text: String) throws -> (section: SweepSection?, report: String) {
    let folder = try TemporaryFolder()
    let path = try folder.write("points.csv", text)
    let (section, problems) = sweep("points: '\(path)'")
    return (section, Renderer(.full).render(problems.diagnostics))
  }

  @Test func aRowIsAPointAndAnEmptyCellLeavesTheExperimentsValue() throws {
    let text = """
      data.batch, rate, betas\r
      32, 1e-3, "[0, 0.9]"\r
      \r
      64,,"[0.5, 0.9]"\r
      32, "1e-3", "[0, 0.9]"
      """
    let section = try #require(try points(text).section)
    #expect(
      try texts(section) == [
        "data.batch=32 rate=1e-3 betas=[0,0.9]", "data.batch=64 betas=[0.5,0.9]",
        "data.batch=32 rate=1e-3 betas=[0,0.9]",
      ])
    #expect(section.method == nil && !section.isAdaptive)
    #expect(try section.point(0, History()) == section.point(2, History()))
  }

  @Test func theSectionsLongFormHoldsThePointsThemselves() throws {
    let first = try #require(try points("a,\"b\"\n1,\"x, \"\"y\"\"\"\n,2\n").section)
    let yaml = first.resolved.yaml
    #expect(!yaml.contains(".csv"))
    let second = try #require(sweep(yaml).section)
    #expect(try texts(second) == texts(first))
    #expect(second.resolved.yaml == yaml)
    #expect(try texts(first) == ["a=1 b=x, \"y\"", "b=2"])
  }

  @Test(arguments: [
    ("a,b\n1,2\n3\n", "error[wrong-count]: line 3 has 1 value, but the head has 2", ":3:1"),
    ("a,b\n1,\"2\n", "error[bad-csv]: a quote is opened in line 2, but not closed", ":2:3"),
    ("a\n\"1\"2\n", "error[bad-csv]: a comma or the end of the line must follow", ":2:1"),
    ("a,A\n1,2\n", "error[duplicate-name]: `A` and `a` differ only in case", ":1:3"),
    ("a\n", "error[no-points]: `points` lists no point", ""),
    ("", "error[no-points]", ""),
    ("a\n[1\n", "error[yaml-syntax]", ":2"),
  ])
  func whatIsWrongIsShownInItsLine(_ text: String, _ fact: String, _ place: String) throws {
    let (section, report) = try points(text)
    #expect(section == nil)
    #expect(report.contains(fact), "\(report)")
    #expect(report.contains("points.csv\(place)"), "\(report)")
  }

  @Test func aTableThatIsTooLargeIsRefused() throws {
    let text = "a,b\n" + String(repeating: "1,2\n", count: 25_001)
    #expect(try points(text).report.contains("error[too-large]: `points` has more than 50000"))
  }
}
