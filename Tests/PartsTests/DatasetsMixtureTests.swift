import Foundation
import Tensor
import Testing

@testable import Parts

@Suite struct DatasetsMixtureTests {
  @Test func theRingHasPacGANsParameters() throws {
    let data = try load("ring")
    let mixture = try #require(data.info.mixture)
    #expect(mixture.centers.count == 8)
    #expect(mixture.deviation == 0.01)
    for (mode, center) in mixture.centers.enumerated() {
      let angle = 2 * Double.pi * Double(mode) / 8
      #expect(abs(center.x - cos(angle)) < 1e-15 && abs(center.y - sin(angle)) < 1e-15)
    }
    #expect(data.training.count == 100_000)
    #expect(data.test?.count == 10_000)
    try expectMoments(data.training, mixture)
  }

  @Test func theGridHasPacGANsParameters() throws {
    let data = try load("grid")
    let mixture = try #require(data.info.mixture)
    #expect(mixture.centers.count == 25)
    #expect(mixture.deviation == 0.05)
    #expect(mixture.centers.first == SIMD2(-4, -4))
    #expect(mixture.centers[1] == SIMD2(-2, -4))
    #expect(mixture.centers.last == SIMD2(4, 4))
    try expectMoments(data.training, mixture)
  }

  @Test func theSwissRollIsASpiral() throws {
    let data = try load("{swiss_roll: 0}")
    let points = floats(data.training.values, 2 * data.training.count)
    #expect(data.info.mixture == nil)
    for index in 0..<1000 {
      let (x, y) = (Double(points[2 * index]), Double(points[2 * index + 1]))
      let t = 5 * (x * x + y * y).squareRoot()
      #expect((4.7123...14.1372).contains(t))
      let (cosine, sine) = (cos(t), sin(t))
      #expect(abs(x - t * cosine / 5) < 1e-4)
      #expect(abs(y - t * sine / 5) < 1e-4)
    }
    let radii = (0..<100_000).map { index -> Double in
      let (x, y) = (Double(points[2 * index]), Double(points[2 * index + 1]))
      return 5 * (x * x + y * y).squareRoot()
    }
    let mean = radii.reduce(0, +) / 100_000
    #expect(abs(mean - 3 * .pi) < 0.05)
  }

  @Test func pointsFollowFromTheSeed() throws {
    let first = try load("ring", seed: 1)
    let points = floats(first.training.values, 200)
    #expect(points == floats(try load("ring", seed: 1).training.values, 200))
    #expect(points != floats(try load("ring", seed: 2).training.values, 200))
    let test = try #require(first.test)
    #expect(points != floats(test.values, 200))
    // A longer set begins with a shorter one.
    let longer = try load("{ring: {points: 150000}}")
    #expect(points == floats(longer.training.values, 200))
  }

  private func load(_ text: String, seed: UInt64 = 1) throws -> LoadedDataset {
    try readData("{dataset: \(text)}").load(seed: seed)
  }

  /// Modes are as likely, and the points of each have its middle and width.
  private func expectMoments(_ examples: Examples, _ mixture: Mixture) throws {
    let points = floats(examples.values, 2 * examples.count)
    var counts = [Double](repeating: 0, count: mixture.centers.count)
    var sums = [SIMD2<Double>](repeating: .zero, count: counts.count)
    var squares = [SIMD2<Double>](repeating: .zero, count: counts.count)
    for (index, label) in examples.labels.enumerated() {
      let point = SIMD2(Double(points[2 * index]), Double(points[2 * index + 1]))
      let noise = (point - mixture.centers[Int(label)]) / mixture.deviation
      counts[Int(label)] += 1
      sums[Int(label)] += noise
      squares[Int(label)] += noise * noise
    }
    let expected = Double(examples.count) / Double(counts.count)
    for mode in counts.indices {
      // Five standard deviations of each estimate.
      #expect(abs(counts[mode] - expected) < 5 * expected.squareRoot())
      let limit = 5 / expected.squareRoot()
      let mean = sums[mode] / counts[mode]
      let variance = squares[mode] / counts[mode]
      #expect(abs(mean.x) < limit && abs(mean.y) < limit)
      #expect(abs(variance.x - 1) < 2 * limit && abs(variance.y - 1) < 2 * limit)
    }
  }
}
