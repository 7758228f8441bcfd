import Tensor
import Testing

@testable import Report

@Suite struct ImportanceTests {
  /// Trials drawn at random on axes of eight values each.
  private func trials(_ count: Int, axes: Int) -> [[Int]] {
    let stream = RandomStream(seed: 7, path: "test")
    return (0..<axes).map { axis in
      (0..<count).map { Int(stream.integer(below: 8, at: $0, update: UInt32(axis))) }
    }
  }

  private func importance(_ trials: [[Int]], _ result: (Int) -> Double) -> Importance? {
    Importance(
      axes: trials.map { $0.map { "\($0)" } }, results: trials[0].indices.map(result))
  }

  @Test func `an axis that decides alone has nearly all, one that decides nothing nearly none`()
    throws
  {
    let axes = trials(200, axes: 3)
    let found = try #require(importance(axes) { Double(axes[1][$0]) })
    #expect(found.shares[1].mean > 0.9 && found.shares[1].correlation > 0.99)
    #expect(found.shares[0].mean < 0.05 && found.shares[2].mean < 0.05)
    let falling = try #require(importance(axes) { -Double(axes[1][$0]) })
    #expect(falling.shares[1].correlation < -0.99)
  }

  @Test func `axes that add up share the variance as their slopes squared`() throws {
    let axes = trials(400, axes: 2)
    let found = try #require(importance(axes) { Double(2 * axes[0][$0] + axes[1][$0]) })
    #expect(abs(found.shares[0].mean - 0.8) < 0.1 && abs(found.shares[1].mean - 0.2) < 0.1)
    #expect(found.interactions < 0.12)
  }

  @Test func `what two axes decide only together is an interaction`() throws {
    let axes = trials(400, axes: 2)
    let found = try #require(
      importance(axes) { (axes[0][$0] < 4) == (axes[1][$0] < 4) ? 1 : 0 })
    #expect(found.interactions > 0.8)
  }

  @Test func `neither a monotone change of the metric nor one wild value matters`() throws {
    let axes = trials(100, axes: 2)
    let plain = try #require(importance(axes) { Double(axes[0][$0]) })
    let bent = try #require(importance(axes) { Double(axes[0][$0] * axes[0][$0]) * 1e9 })
    #expect(plain.shares == bent.shares)
  }

  @Test func `few trials and equal results say nothing`() {
    let axes = trials(100, axes: 2)
    #expect(importance(axes) { _ in 1 } == nil)
    #expect(Importance(axes: [["1", "2"]], results: [1, 2]) == nil)
    #expect(Importance(axes: [], results: (0..<20).map(Double.init)) == nil)
  }

  @Test func `equal values share their place`() {
    #expect(Ranks.of([3, 1, 3, 5]) == [0.5, 0, 0.5, 1])
    #expect(Ranks.correlation([1, 2, 3], [5, 5, 5]) == 0)
  }
}
