import CKernels
import Testing

private typealias Reduction = (
  UnsafeMutablePointer<Float>?, UnsafePointer<Float>?, Int64, Int64, Int64
) -> Void

/// A reduction of [outer][length][inner] over its middle axis.
private func reduce(_ kernel: Reduction, _ x: [Float], _ shape: [Int]) -> [Float] {
  var out = [Float](repeating: 7, count: shape[0] * shape[2])
  kernel(&out, x, Int64(shape[0]), Int64(shape[1]), Int64(shape[2]))
  return out
}

/// The place of the largest of [outer][length][inner] over its middle axis, as numbers.
private func argMax(_ x: [Float], _ shape: [Int]) -> [Float] {
  var out = [Int32](repeating: 7, count: shape[0] * shape[2])
  assay_reduce_argmax(&out, x, Int64(shape[0]), Int64(shape[1]), Int64(shape[2]))
  return out.map(Float.init)
}

/// The elements of each output's sum, in order.
private func fibres(_ x: [Float], _ shape: [Int]) -> [[Float]] {
  let (length, inner) = (shape[1], shape[2])
  return (0..<shape[0]).flatMap { o in
    (0..<inner).map { i in (0..<length).map { x[(o * length + $0) * inner + i] } }
  }
}

private func chunks<T>(_ x: [T], of size: Int) -> [ArraySlice<T>] {
  stride(from: 0, to: x.count, by: size).map { x[$0..<min($0 + size, x.count)] }
}

/// The contract's sum of a row: 16 lanes in chunks of 4096, joined as a tree.
private func rowSum(_ terms: [Double]) -> Double {
  chunks(terms, of: 4096).reduce(0) { total, chunk in
    var lanes = [Double](repeating: 0, count: 16)
    for (i, term) in chunk.enumerated() { lanes[i % 16] += term }
    for width in [8, 4, 2, 1] {
      for j in 0..<width { lanes[j] += lanes[j + width] }
    }
    return total + lanes[0]
  }
}

/// The contract's sum of a column: ascending in chunks of 1024.
private func columnSum(_ terms: [Double]) -> Double {
  chunks(terms, of: 1024).reduce(0) { $0 + $1.reduce(0, +) }
}

private let shapes = [
  [1, 0, 1], [3, 1, 1], [5, 10, 1], [2, 16, 1], [7, 33, 1], [1, 4096, 1], [3, 5000, 1],
  [1, 100_001, 1], [300, 100, 1], [1, 1, 3], [2, 5, 2], [1, 5000, 3], [4, 49, 17], [1, 1030, 33],
  [2, 9, 64], [1, 4000, 65], [1, 30, 1000], [64, 7, 129],
]

extension Kernels {
  @Suite struct Reduce {
    @Test(arguments: shapes)
    func sumsFollowTheWrittenOrder(shape: [Int]) {
      // Magnitudes far apart, so that another order would give other bits.
      let x = numbers(shape.reduce(1, *), seed: 1).map { $0 * $0 * $0 * 1e6 + 1e-3 }
      let order = shape[2] == 1 ? rowSum : columnSum
      let expected = fibres(x, shape).map { Float(order($0.map(Double.init))) }
      expectSameBits(expected, paths: availablePaths, "sum over \(shape)") {
        reduce(assay_reduce_sum, x, shape)
      }
    }

    @Test(arguments: shapes)
    func maximaAndTheirIndicesAreThoseOfAScan(shape: [Int]) {
      let x = numbers(shape.reduce(1, *), seed: 2).map { ($0 * 50).rounded() }
      let rows = fibres(x, shape)
      let maxima = rows.map { $0.max() ?? -.infinity }
      let indices = rows.map { row in Float(row.firstIndex(of: row.max() ?? 0) ?? 0) }
      expectSameBits(maxima.map { $0 + 0 }, threads: [1, 3], "max over \(shape)") {
        reduce(assay_reduce_max, x, shape)
      }
      expectSameBits(indices, threads: [1, 3], "argmax over \(shape)") {
        argMax(x, shape)
      }
    }

    @Test(arguments: [[1, 40, 1], [1, 40, 20]])
    func aNaNIsSeenWhereverItStands(shape: [Int]) {
      for position in 0..<shape[1] {
        var x = [Float](repeating: .infinity, count: shape[1] * shape[2])
        x[position * shape[2]] = .nan
        #expect(reduce(assay_reduce_max, x, shape)[0].isNaN)
        #expect(reduce(assay_reduce_sum, x, shape)[0].isNaN)
        #expect(argMax(x, shape)[0] == Float(position))
        #expect(!assay_sum_of_squares(x, Int64(x.count)).isFinite)
      }
    }

    @Test(arguments: [0, 1, 100, 4097, 40_000, 200_003])
    func flatSumsFollowTheWrittenOrder(count: Int) {
      let a = numbers(count, seed: 3).map { $0 * $0 * $0 * 1e6 }
      let b = numbers(count, seed: 4)
      let sum = rowSum(a.map(Double.init))
      let dot = rowSum(zip(a, b).map { Double($0) * Double($1) })
      let squares = rowSum(a.map { Double($0) * Double($0) })
      for path in availablePaths {
        for threads in threadCounts {
          withKernels(path: path, threads: threads) {
            #expect(assay_sum(a, Int64(count)) == sum)
            #expect(assay_dot(a, b, Int64(count)) == dot)
            #expect(assay_sum_of_squares(a, Int64(count)) == squares)
          }
        }
      }
    }
  }
}
