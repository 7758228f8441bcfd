import Tensor
import Testing
import Text

@testable import Parts
@testable import YAML

@Suite struct MetricsTests {
  let mixture = Mixture(centers: [SIMD2(0, 0), SIMD2(1, 0), SIMD2(0, 1)], deviation: 0.1)

  @Test func aSampleIsOfHighQualityWithinThreeDeviationsOfItsMode() throws {
    // In the first mode: its middle and a point 0.29 away; in the second: one exactly 0.25 away.
    let points: [Float] = [
      0, 0, 0.29, 0, 1.25, 0, 0.31, 0, 0.5, 0.5, .nan, 0, .infinity, 0, 0, 0.69,
    ]
    #expect(points.withUnsafeBufferPointer(mixture.highQuality) == [2, 1, 0])
    #expect(try measure("modes", points) == 2)
    #expect(try measure("high_quality", points) == 37.5)
  }

  @Test func realPointsReachAllModes() throws {
    let data = try readData("{dataset: grid}").load()
    let points = floats(data.training.values, 5000)
    let grid = try #require(data.info.mixture)
    #expect(try measure("modes", points, grid) == 25)
    // Of a normal distribution in the plane, 1 - exp(-9/2) lie within three deviations.
    #expect(abs(try measure("high_quality", points, grid) - 98.889) < 1)
  }

  @Test func noSamplesReachNothing() throws {
    #expect(try measure("modes", []) == 0)
    #expect(try measure("high_quality", []) == 0)
  }

  @Test func metricsTake2500SamplesUnlessToldOtherwise() throws {
    #expect(try metric("modes").samples == 2500)
    #expect(try metric("{modes: 100}").samples == 100)
    #expect(try metric("{high_quality: {of: g(normal(2))}}").of?.text == "g(normal(2))")
  }

  private func measure(_ text: String, _ points: [Float], _ other: Mixture? = nil) throws -> Double
  {
    let metric = try metric(text)
    return points.withUnsafeBufferPointer { metric.measure($0, against: other ?? mixture) }
  }

  private func metric(_ text: String) throws -> any MetricPart {
    let problems = Problems()
    let node = try #require(
      Parser.document(SourceText(name: "test.yaml", text: "metric: \(text)"), problems)?["metric"])
    return try #require(Catalog.metrics.read(node, Reading(problems))).part
  }
}
