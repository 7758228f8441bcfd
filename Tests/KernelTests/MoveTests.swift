import CKernels
import Testing

/// The steps of a contiguous tensor.
private func contiguous(_ dims: [Int]) -> [Int] {
  var strides = [Int](repeating: 1, count: dims.count)
  for d in dims.indices.dropLast().reversed() { strides[d] = strides[d + 1] * dims[d + 1] }
  return strides
}

/// A strided copy of `x`, read from `start` on, into `size` places that hold -1 before.
private func copy(
  _ x: [Float], from start: Int = 0, _ dims: [Int], in strides: [Int], out outStrides: [Int],
  size: Int
) -> [Float] {
  var out = [Float](repeating: -1, count: size)
  x.withUnsafeBufferPointer { x in
    guard let base = x.baseAddress else { return }
    assay_copy_strided(
      &out, base + start, Int32(dims.count), dims.map(Int64.init), outStrides.map(Int64.init),
      strides.map(Int64.init))
  }
  return out
}

/// The same, one element after another.
private func naiveCopy(
  _ x: [Float], from start: Int = 0, _ dims: [Int], in strides: [Int], out outStrides: [Int],
  size: Int
) -> [Float] {
  var out = [Float](repeating: -1, count: size)
  for flat in 0..<dims.reduce(1, *) {
    var (rest, from, to) = (flat, start, 0)
    for d in dims.indices.reversed() {
      from += rest % dims[d] * strides[d]
      to += rest % dims[d] * outStrides[d]
      rest /= dims[d]
    }
    out[to] = x[from]
  }
  return out
}

private typealias Case = (
  name: String, start: Int, dims: [Int], strides: [Int], out: [Int], size: Int
)

private func permutations(_ items: [Int]) -> [[Int]] {
  if items.isEmpty { return [[]] }
  return items.indices.flatMap { i in
    var rest = items
    let first = rest.remove(at: i)
    return permutations(rest).map { [first] + $0 }
  }
}

extension Kernels {
  @Suite struct Move {
    @Test(arguments: [[3, 5, 1, 7], [2, 33, 70], [4, 36, 64, 4], [200, 260]])
    func permutationsPutEachNumberInItsPlace(dims: [Int]) {
      let total = dims.reduce(1, *)
      let x = numbers(total, seed: 1)
      let strides = contiguous(dims)
      for order in permutations(Array(dims.indices)) {
        let (newDims, newStrides) = (order.map { dims[$0] }, order.map { strides[$0] })
        let outStrides = contiguous(newDims)
        let expected = naiveCopy(x, newDims, in: newStrides, out: outStrides, size: total)
        expectSameBits(expected, paths: [0], threads: [1, 3], "\(dims) permuted by \(order)") {
          copy(x, newDims, in: newStrides, out: outStrides, size: total)
        }
      }
    }

    @Test func longContiguousRunsAreCopiedWhole() {
      for count in [1, 16_384, 40_003] {
        let x = numbers(count, seed: 2)
        expectSameBits(x, paths: [0], "run of \(count)") {
          copy(x, [count], in: [1], out: [1], size: count)
        }
      }
    }

    @Test func slicesPadsExpansionsAndFlipsAreCopiesToo() {
      let x = numbers(20 * 30, seed: 3)
      let cases: [Case] = [
        ("slice", 65, [10, 20], [30, 1], [20, 1], 200),
        ("steps", 1, [7, 10], [60, 3], [10, 1], 70),
        ("pad", 0, [20, 30], [30, 1], [50, 1], 1000),
        ("expand", 5, [40, 6, 30], [0, 30, 0], [180, 30, 1], 7200),
        ("flip", 29, [20, 30], [30, -1], [30, 1], 600),
        ("spread", 0, [20, 30], [30, 1], [1, 60], 1800),
        (
          "six axes", 0, [2, 3, 2, 5, 2, 5], [300, 100, 50, 10, 5, 1], [1, 2, 6, 12, 60, 120], 600
        ),
      ]
      for c in cases {
        let expected = naiveCopy(
          x, from: c.start, c.dims, in: c.strides, out: c.out, size: c.size)
        expectSameBits(expected, paths: [0], c.name) {
          copy(x, from: c.start, c.dims, in: c.strides, out: c.out, size: c.size)
        }
      }
      expectBits(
        copy(x, [0, 30], in: [30, 1], out: [30, 1], size: 3), [-1, -1, -1], "nothing to copy")
    }

    @Test func rowsAreGatheredByIndex() {
      for width in [1, 3, 200] {
        let table = numbers(100 * width, seed: 4)
        let bytes = table.map { UInt8(abs($0) * 255) }
        let index = (0..<300).map { Int32($0 * 37 % 100) }
        let picked = index.flatMap { Int($0) * width..<(Int($0) + 1) * width }
        expectSameBits(picked.map { table[$0] }, paths: [0], "rows of \(width)") {
          var out = [Float](repeating: 0, count: 300 * width)
          assay_gather_rows(&out, table, index, 300, Int64(width))
          return out
        }
        expectSameBits(picked.map { Float(bytes[$0]) / 255 }, "bytes of \(width)") {
          var out = [Float](repeating: 0, count: 300 * width)
          assay_gather_bytes(&out, bytes, index, 300, Int64(width), 255)
          return out
        }
      }
    }

    @Test func aLabelBecomesARowWithASingleOne() {
      var out = [Float](repeating: 7, count: 12)
      assay_one_hot(&out, [2, 0, 3, -1], 4, 3)
      #expect(out == [0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    }
  }
}
