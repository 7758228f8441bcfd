import Report
import Search
import TestSupport
import Testing

@Suite struct SeriesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func series(_ text: String) throws -> Series {
    try Series(reading: folder.write("metrics.csv", text))
  }

  @Test func `columns hold what was measured, and a torn last line is left out`() throws {
    let series = try series(
      "step,epoch,a.loss,test.x\n1,0.5,2.5,\n2,1.0,nan,-inf\n3,1.5,1e-07,\n4,2.0,7")
    #expect(series.steps == [1, 2, 3])
    #expect(series.columns == ["epoch", "a.loss", "test.x"])
    #expect(series["test.x"] == [nil, -.infinity, nil])
    #expect(series["a.loss"]?[1]?.isNaN == true)
    #expect(series.points(of: "epoch").map(\.value) == [0.5, 1, 1.5])
    #expect(series.last(of: "test.x") == .init(step: 2, value: -.infinity))
    #expect(series.last(of: "a.loss") == .init(step: 3, value: 1e-7))
    #expect(series["nothing"] == nil && series.last(of: "nothing") == nil)
  }

  @Test func `a table that is not there, or has no whole line, is empty`() throws {
    #expect(try Series(reading: folder("missing.csv")).columns.isEmpty)
    #expect(try series("").steps.isEmpty)
    #expect(try series("step,ep").columns.isEmpty)
    #expect(try series("step,epoch\n").columns == ["epoch"])
  }

  @Test(arguments: [
    ("a,b\n1,2\n", "names `step`"), ("step,a\n1\n", "does not fit"), ("step,a\nx,2\n", "not fit"),
    ("step,a\n1,two\n", "the cell `two`, which is no number"),
  ])
  func `what no run writes is refused`(_ text: String, _ fact: String) throws {
    let error = #expect(throws: (any Error).self) { try series(text) }
    #expect("\(error!)".contains(fact))
  }

  @Test func `the best value is the earlier one of equals, and never NaN where there is another`()
    throws
  {
    let series = try series("step,a\n1,nan\n2,3\n3,1\n4,1\n5,nan\n")
    #expect(series.best(of: "a", .minimize) == .init(step: 3, value: 1))
    #expect(series.best(of: "a", .maximize) == .init(step: 2, value: 3))
    let lost = try self.series("step,a\n1,nan\n2,nan\n").best(of: "a", .minimize)
    #expect(lost?.step == 1 && lost?.value.isNaN == true)
  }

  @Test func `last values are found from the end, however far back they lie`() throws {
    var text = "step,epoch,rare,never,loss\n1,0.1,42,,5\n"
    for step in 2...5000 { text += "\(step),0.1,,,\(Double(step) / 3)\n" }
    let path = try folder.write("metrics.csv", text + "5001,0.")
    let last = try LastValues(reading: path) { _ in ["rare", "never", "loss", "other"] }
    #expect(last.step == 5000 && last.columns == ["epoch", "rare", "never", "loss"])
    #expect(last.values["rare"] == .init(step: 1, value: 42))
    #expect(last.values["loss"] == .init(step: 5000, value: 5000.0 / 3))
    #expect(last.values.count == 2)
    let none = try LastValues(reading: path) { _ in [] }
    #expect(none.step == 5000 && none.values.isEmpty)
  }
}
