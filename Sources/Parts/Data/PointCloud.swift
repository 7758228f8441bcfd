import CKernels
import Tensor
import YAML

/// How many points of a distribution in the plane make a dataset.
struct PointCounts: Hashable, Sendable {
  /// Points to train and validate with.
  let points: Int
  /// Points of the test set.
  let testPoints: Int

  /// Reads the settings.
  init(_ fields: inout Fields) {
    points = fields.int(
      "points", "points to train and validate with", in: 1...100_000_000, default: 100_000)
    testPoints = fields.int(
      "test_points", "points to test with", in: 0...100_000_000, default: 10_000)
  }

  /// What is known of the dataset before it is made.
  var info: DatasetInfo {
    DatasetInfo(
      form: ExampleForm(ExampleShape([2]), range: nil), count: points, testCount: testPoints,
      bytesPerValue: 4)
  }

  /// Makes both sets with `make`, which is given the number of points and the update to draw from:
  /// 0 for the training set, 1 for the test set.
  func load(
    _ info: DatasetInfo, _ make: (Int, UInt32) throws(DataError) -> Examples
  ) throws(DataError) -> LoadedDataset {
    LoadedDataset(
      info: info, training: try make(points, 0),
      test: testPoints > 0 ? try make(testPoints, 1) : nil)
  }
}

/// Points in the plane around places of their own, with normal noise from the stream
/// `data.dataset.noise`: numbers 2i and 2i + 1 move point i.
func makePoints(
  _ count: Int, update: UInt32, seed: UInt64, deviation: Double, labels: [Int32] = [],
  _ place: (Int) -> SIMD2<Double>
) throws(DataError) -> Examples {
  let buffer: Buffer
  do { buffer = try Buffer(2 * count) } catch {
    throw DataError("points", "do not fit in memory: they need \(error.bytes) bytes")
  }
  let stream = Stream.hash("data.dataset.noise")
  assay_random_normal(buffer.floats, 0, Int64(2 * count), seed, stream, update)
  for point in 0..<count {
    let middle = place(point)
    for axis in 0..<2 {
      let noise = Double(buffer.floats[2 * point + axis])
      buffer.floats[2 * point + axis] = Float(middle[axis] + deviation * noise)
    }
  }
  return Examples(count: count, values: .floats(buffer), labels: labels)
}

extension Mixture {
  /// Points of the mixture, all modes as likely; a point's label is its mode, drawn from the stream
  /// `data.dataset.mode`.
  func points(_ count: Int, update: UInt32, seed: UInt64) throws(DataError) -> Examples {
    let stream = RandomStream(seed: seed, path: "data.dataset.mode")
    var modes = [Int32](repeating: 0, count: count)
    let bound = UInt64(centers.count)
    modes.withUnsafeMutableBufferPointer { modes in
      stream.integers(count, update: update, below: { _ in bound }) { modes[$0] = Int32($1) }
    }
    return try makePoints(
      count, update: update, seed: seed, deviation: deviation, labels: modes
    ) { centers[Int(modes[$0])] }
  }
}
