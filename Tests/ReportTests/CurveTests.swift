import Report
import Testing

@Suite struct CurveTests {
  @Test func `smoothing is TensorBoard's, without the pull towards 0`() {
    #expect(Smoothing.exponential([4, 4, 4], weight: 0.9).allSatisfy { abs($0 - 4) < 1e-12 })
    let values = Smoothing.exponential([1, 0, .nan, 0], weight: 0.5)
    #expect(values[0] == 1 && abs(values[1] - 1 / 3.0) < 1e-12 && values[2].isNaN)
    #expect(abs(values[3] - 1 / 7.0) < 1e-12)
    #expect(Smoothing.exponential([3, 1], weight: 0) == [3, 1])
  }

  @Test func `thinning keeps ends, extremes and what is not finite, and little else`() {
    var values = (0..<10_000).map { Double($0 % 7) }
    (values[4321], values[8000], values[77]) = (99, -99, .nan)
    let kept = Thinning.indices(of: values, count: 200)
    #expect(kept.count <= 250 && kept == kept.sorted() && Set(kept).count == kept.count)
    #expect(Set([0, 4321, 8000, 77, 9999]).isSubset(of: kept))
    #expect(Thinning.indices(of: [1, 2, 3], count: 200) == [0, 1, 2])
    #expect(Thinning.indices(of: [], count: 200) == [])
  }

  @Test func `the mean over seeds has the error of its mean, and one seed has none`() {
    func run(_ values: [Double]) -> [MeanCurve.Sample] {
      values.enumerated().map { MeanCurve.Sample(step: $0, x: Double($0) * 10, y: $1) }
    }
    let points = MeanCurve.points([run([1, 5, .nan]), run([3, 5, 1]), run([8])])
    #expect(points.map(\.x) == [0, 10, 20])
    #expect(abs(points[0].y - 4) < 1e-12)
    #expect(abs((points[0].error ?? 0) - (26.0 / 2 / 3).squareRoot()) < 1e-12)
    #expect(points[1].y == 5 && points[1].error == 0)
    #expect(points[2].y.isNaN && points[2].error == nil)
    #expect(MeanCurve.points([run([1])]) == [Figure.Point(0, 1, error: nil)])
  }
}

@Suite struct PlotTests {
  private static func settings(_ seed: Int, _ rate: String) -> String {
    "seed: \(seed)\ntrain: {optimizer: {adam: {rate: \(rate)}}}\n"
  }

  /// Three runs, which are read from the fixtures' folder as long as it lives.
  private func runs(_ fixtures: RunFixtures) throws -> [RunData] {
    let rows = { (value: Int) in "step,epoch,test.score\n10,0.5,\(value)\n20,1,\(value + 1)\n" }
    return [
      try fixtures.run("a1", settings: Self.settings(1, "1e-2"), metrics: rows(1)),
      try fixtures.run("a2", settings: Self.settings(2, "1e-2"), metrics: rows(3)),
      try fixtures.run("b1", settings: Self.settings(1, "1e-3"), metrics: rows(7)),
    ]
  }

  @Test func `seeds are one curve, settings are several, by rising value`() throws {
    let fixtures = try RunFixtures()
    let figure = try Plot(y: ["test.score"]).figure(runs(fixtures))
    #expect(figure.curves.map(\.label) == ["rate 1e-3", "rate 1e-2"])
    #expect(figure.curves[1].points.map(\.y) == [2, 3] && figure.curves[1].points[0].error == 1)
    #expect(figure.curves[0].points.map(\.x) == [10, 20])
  }

  @Test func `over an epoch, and over a setting`() throws {
    let fixtures = try RunFixtures()
    let runs = try runs(fixtures)
    var plot = Plot(y: ["test.score"])
    plot.x = "epoch"
    #expect(try plot.figure(runs).curves[0].points.map(\.x) == [0.5, 1])
    plot.x = "rate"
    let figure = try plot.figure(runs)
    #expect(figure.mark == .dots)
    #expect(Set(figure.curves[0].points.map(\.x)) == [1e-3, 1e-2])
    plot.groupBy = ["seed"]
    plot.x = "step"
    #expect(try plot.figure(runs).curves.map(\.label) == ["seed 1", "seed 2"])
  }

  @Test func `a column or a setting that is not there is refused`() throws {
    let fixtures = try RunFixtures()
    let runs = try runs(fixtures)
    #expect(throws: (any Error).self) { try Plot(y: ["test.scores"]).figure(runs) }
    var plot = Plot(y: ["test.score"])
    plot.groupBy = ["batch"]
    #expect(throws: (any Error).self) { try plot.figure(runs) }
    plot.groupBy = nil
    plot.x = "steps"
    #expect(throws: (any Error).self) { try plot.figure(runs) }
  }
}
