import CKernels
import Foundation
import Testing

private typealias Fill<Number> = (
  UnsafeMutablePointer<Number>?, Int64, Int64, UInt64, UInt64, UInt32
) -> Void

/// `count` numbers of one draw, from index `first` on.
private func draw<Number: Numeric>(
  _ fill: Fill<Number>, first: Int = 0, _ count: Int, seed: UInt64 = 0x1234_5678_9abc_def0,
  stream: UInt64 = 0xfedc_ba98_7654_3210, update: UInt32 = 7
) -> [Number] {
  var out = [Number](repeating: 0, count: count)
  fill(&out, Int64(first), Int64(count), seed, stream, update)
  return out
}

/// The four words of a block.
private func philox(_ counter: [UInt32], key: UInt64) -> [UInt32] {
  var words = [UInt32](repeating: 0, count: 4)
  assay_philox(&words, counter, key)
  return words
}

/// Mean, variance, skewness and kurtosis.
private func moments(_ x: [Float]) -> [Double] {
  let n = Double(x.count)
  let mean = x.reduce(0.0) { $0 + Double($1) } / n
  var (second, third, fourth) = (0.0, 0.0, 0.0)
  for value in x {
    let d = Double(value) - mean
    second += d * d
    third += d * d * d
    fourth += d * d * d * d
  }
  let variance = second / n
  return [mean, variance, third / n / pow(variance, 1.5), fourth / n / (variance * variance)]
}

/// The correlation of x[i] with x[i + lag].
private func correlation(_ x: [Float], lag: Int) -> Double {
  let mean = x.reduce(0.0) { $0 + Double($1) } / Double(x.count)
  var (product, square) = (0.0, 0.0)
  for i in 0..<(x.count - lag) {
    product += (Double(x[i]) - mean) * (Double(x[i + lag]) - mean)
    square += (Double(x[i]) - mean) * (Double(x[i]) - mean)
  }
  return product / square
}

private let sizes = [0, 1, 63, 64, 65, 1000, 20_000, 100_001]

extension Kernels {
  @Suite struct Random {
    @Test func philoxGivesThePublishedVectors() {
      let ones = UInt32.max
      #expect(
        philox([0, 0, 0, 0], key: 0) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
      #expect(
        philox([ones, ones, ones, ones], key: .max)
          == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
      #expect(
        philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], key: 0x299f_31d0_a409_3822)
          == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
    }

    @Test func numbersComeFromTheBlocksThatTheLayoutNames() {
      let words = draw(assay_random_bits, 1000)
      for (index, word) in words.enumerated() {
        let (group, w, j) = (index / 64, index % 64 / 16, index % 16)
        let counter: [UInt32] = [UInt32(16 * group + j), 7, 0x7654_3210, 0xfedc_ba98]
        #expect(word == philox(counter, key: 0x1234_5678_9abc_def0)[w])
      }
      let uniform = draw(assay_random_uniform, 1000)
      #expect(uniform == words.map { Float($0 >> 8) * 0x1p-24 })
    }

    @Test func normalsAreBoxAndMullersFunctionOfTheWords() {
      let words = draw(assay_random_bits, 4096).map(Double.init)
      let normals = draw(assay_random_normal, 4096).map(Double.init)
      for index in 0..<4096 where index / 16 % 2 == 0 {
        let radius = sqrt(-2 * log((words[index] + 0.5) * 0x1p-32))
        let angle = 2 * Double.pi * words[index + 16] * 0x1p-32
        #expect(abs(normals[index] - radius * cos(angle)) < 2e-6)
        #expect(abs(normals[index + 16] - radius * sin(angle)) < 2e-6)
      }
    }

    @Test(arguments: sizes)
    func aShorterDrawBeginsALongerOne(count: Int) {
      #expect(draw(assay_random_bits, 100_100).starts(with: draw(assay_random_bits, count)))
      #expect(draw(assay_random_normal, 100_100).starts(with: draw(assay_random_normal, count)))
    }

    @Test(arguments: [(0, 7), (3, 200), (64, 64), (65, 63), (70, 20_000), (99_999, 1)])
    func aDrawCanBeginAtAnyIndex(first: Int, count: Int) {
      let whole = draw(assay_random_bits, 100_100)
      #expect(draw(assay_random_bits, first: first, count) == Array(whole[first...].prefix(count)))
      let normals = draw(assay_random_normal, 100_100)
      let some = draw(assay_random_normal, first: first, count)
      #expect(some == Array(normals[first...].prefix(count)))
    }

    @Test func whatABlockHasNoRoomToNumberCountsAsAnUpdate() {
      let beyond = draw(assay_random_bits, first: 1 << 34 - 10, 20)
      #expect(beyond.prefix(10) == draw(assay_random_bits, first: 1 << 34 - 10, 10)[...])
      #expect(beyond.suffix(10) == draw(assay_random_bits, 10, update: 8)[...])
    }

    @Test(arguments: sizes)
    func drawsHaveTheSameBitsOnEveryPath(count: Int) {
      let kernels = [assay_random_uniform, assay_random_normal]
      for kernel in kernels {
        let expected = withKernels(path: availablePaths[0]) { draw(kernel, count) }
        expectSameBits(expected, "draw of \(count)") { draw(kernel, count) }
      }
    }

    @Test func seedStreamAndUpdateEachGiveOtherNumbers() {
      let draws = [
        draw(assay_random_bits, 64), draw(assay_random_bits, 64, seed: 1),
        draw(assay_random_bits, 64, seed: 1 << 32), draw(assay_random_bits, 64, stream: 1),
        draw(assay_random_bits, 64, stream: 1 << 32), draw(assay_random_bits, 64, update: 8),
      ]
      #expect(Set(draws).count == draws.count)
    }

    @Test func normalsHaveTheMomentsTailsAndIndependenceOfNormals() {
      let count = 2_000_000
      let x = draw(assay_random_normal, count, seed: 1, stream: 2, update: 0)
      let n = Double(count)
      // Five standard errors of each estimate.
      let found = moments(x)
      #expect(abs(found[0]) < 5 / sqrt(n))
      #expect(abs(found[1] - 1) < 5 * sqrt(2 / n))
      #expect(abs(found[2]) < 5 * sqrt(6 / n))
      #expect(abs(found[3] - 3) < 5 * sqrt(24 / n))
      for lag in [1, 16, 32, 48, 64] {
        #expect(abs(correlation(x, lag: lag)) < 5 / sqrt(n), "lag \(lag)")
      }
      for bound in [0.1, 1, 2, 3, 4] {
        let expected = erfc(bound / sqrt(2)) * n
        let beyond = Double(x.count { abs($0) > Float(bound) })
        #expect(abs(beyond - expected) < 5 * sqrt(expected), "beyond \(bound)")
      }
      // The two of a pair share their radius: squares of them must be uncorrelated too.
      #expect(abs(correlation(x.map { $0 * $0 }, lag: 16)) < 5 / sqrt(n))
    }

    @Test func uniformsFillTheirIntervalEvenly() {
      let count = 2_000_000
      let x = draw(assay_random_uniform, count, seed: 3, stream: 4, update: 1)
      #expect(x.allSatisfy { $0 >= 0 && $0 < 1 })
      var bins = [Double](repeating: 0, count: 1000)
      for value in x { bins[Int(value * 1000)] += 1 }
      let each = Double(count) / 1000
      let chiSquare = bins.reduce(0) { $0 + ($1 - each) * ($1 - each) / each }
      #expect(abs(chiSquare - 999) < 5 * sqrt(2 * 999))
      for lag in [1, 16, 64] { #expect(abs(correlation(x, lag: lag)) < 5 / sqrt(Double(count))) }
    }
  }
}
