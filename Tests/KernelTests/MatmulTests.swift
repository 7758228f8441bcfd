import CKernels
import Testing

/// The contract of matmul.h in its own words: one chain for each chunk of 512, chunks added up. A
/// step without numbers is left out.
func chunkedChain(_ count: Int, _ product: (Int) -> (Float, Float)?) -> Float {
  var result: Float = 0
  for first in stride(from: 0, to: count, by: 512) {
    var sum: Float = 0
    for step in first..<min(first + 512, count) {
      guard let (a, b) = product(step) else { continue }
      sum = sum.addingProduct(a, b)
    }
    result += sum
  }
  return result
}

extension Kernels {
  @Suite struct Matmul {
    /// One product: its shape and how its operands lie in memory.
    struct Case: CustomStringConvertible {
      var m: Int, n: Int, k: Int
      var transposeA = false, transposeB = false
      var a: [Float] { numbers(m * k, seed: 1) }
      var b: [Float] { numbers(k * n, seed: 2) }

      var description: String {
        "\(m)x\(n)x\(k) \(transposeA ? "T" : "N")\(transposeB ? "T" : "N")"
      }

      /// The product by the naive twin.
      var expected: [Float] {
        let (a, b) = (a, b)
        var c = [Float](repeating: .nan, count: m * n)
        for i in 0..<m {
          for j in 0..<n {
            c[i * n + j] = chunkedChain(k) { p in
              (a[transposeA ? p * m + i : i * k + p], b[transposeB ? j * k + p : p * n + j])
            }
          }
        }
        return c
      }

      /// The product by the kernel.
      func run(_ a: [Float], _ b: [Float]) -> [Float] {
        var c = [Float](repeating: .nan, count: m * n)
        assay_matmul(&c, a, b, Int64(m), Int64(n), Int64(k), transposeA, transposeB)
        return c
      }

      /// All four ways in which the operands can lie.
      var layouts: [Case] {
        [(false, false), (false, true), (true, false), (true, true)].map {
          Case(m: m, n: n, k: k, transposeA: $0.0, transposeB: $0.1)
        }
      }
    }

    func expectContract(
      _ shapes: [(Int, Int, Int)], paths: [Int32] = fastPaths, threads: [Int32] = threadCounts
    ) {
      for (m, n, k) in shapes {
        for product in Case(m: m, n: n, k: k).layouts {
          let (a, b) = (product.a, product.b)
          expectSameBits(product.expected, paths: paths, threads: threads, "\(product)") {
            product.run(a, b)
          }
        }
      }
    }

    @Test func oddShapesGiveTheContractsBits() {
      expectContract([
        (1, 1, 1), (1, 7, 3), (7, 1, 17), (16, 16, 16), (17, 33, 16), (33, 17, 7), (15, 65, 129),
        (61, 47, 100), (300, 31, 5), (5, 300, 31),
      ])
    }

    @Test func chunksOf512AreAddedAscending() {
      expectContract([
        (3, 5, 511), (3, 5, 512), (7, 33, 513), (16, 16, 1025), (1, 1, 2000), (33, 2, 1537),
      ])
    }

    @Test func thinShapesGiveTheContractsBits() {
      expectContract([
        (257, 1, 64), (1, 257, 64), (128, 10, 128), (10, 128, 130), (64, 2, 600), (2, 64, 600),
        (100, 100, 1), (100, 100, 2), (100, 100, 4),
      ])
    }

    @Test func shapesLargeEnoughForSeveralBlocksAndPanelsGiveTheContractsBits() {
      expectContract([(530, 70, 40), (40, 600, 70), (270, 130, 520)], threads: [1, 2, 8])
    }

    @Test func longSumsOverFewElementsAreSplitByChunksWithTheSameBits() {
      for product in Case(m: 9, n: 20, k: 20_000).layouts {
        let (a, b) = (product.a, product.b)
        expectSameBits(product.expected, "\(product)") { product.run(a, b) }
      }
    }

    @Test func theGenericPathIsTheReference() {
      let generic = [Int32(ASSAY_PATH_GENERIC.rawValue)]
      expectContract([(1, 1, 1), (7, 9, 17), (13, 18, 514)], paths: generic, threads: [1, 3])
    }

    @Test func aSumOfNothingIsZero() {
      #expect(Case(m: 2, n: 3, k: 0).run([], []) == [0, 0, 0, 0, 0, 0])
      #expect(Case(m: 0, n: 3, k: 2).run([], numbers(6, seed: 1)) == [])
    }

    @Test func notANumberReachesExactlyTheElementsThatItEnters() {
      let product = Case(m: 20, n: 40, k: 600)
      var a = product.a
      a[3 * 600 + 550] = .nan
      for path in availablePaths {
        let c = withKernels(path: path) { product.run(a, product.b) }
        let rows = Set(c.indices.filter { c[$0].isNaN }.map { $0 / 40 })
        #expect(rows == [3])
        #expect(c.filter(\.isNaN).count == 40)
      }
    }

    @Test func zeroTimesInfinityIsNotSkipped() {
      let product = Case(m: 2, n: 2, k: 2)
      let c = product.run([0, 1, 1, 1], [.infinity, 1, 1, 1])
      #expect(c[0].isNaN)
      #expect(Array(c[1...]) == [1, .infinity, 2])
    }

    @Test func subnormalNumbersAreKept() {
      let product = Case(m: 1, n: 1, k: 1)
      for path in availablePaths {
        let c = withKernels(path: path) { product.run([0x1p-100], [0x1p-49]) }
        #expect(c == [0x1p-149])
      }
    }

    @Test func noSumEndsAsMinusZero() {
      let c = Case(m: 1, n: 1, k: 1).run([-1e-30], [1e-30])
      #expect(c == [0] && c.allSatisfy { $0.sign == .plus })
    }
  }
}
