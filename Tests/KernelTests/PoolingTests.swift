import CKernels
import Testing

/// The geometry of windows whose kernel, stride, padding and dilation are the same both ways.
private func pool(
  _ image: [Int], kernel: Int, stride: Int, padding: Int = 0, dilation: Int = 1
) -> assay_pool {
  let reach = dilation * (kernel - 1) + 1
  let out = image[1...2].map { ($0 + 2 * padding - reach) / stride + 1 }
  return assay_pool(
    batch: Int64(image[0]), height: Int64(image[1]), width: Int64(image[2]),
    channels: Int64(image[3]), out_height: Int64(out[0]), out_width: Int64(out[1]),
    kernel_height: Int64(kernel), kernel_width: Int64(kernel), stride_height: Int64(stride),
    stride_width: Int64(stride), pad_top: Int64(padding), pad_left: Int64(padding),
    dilation_height: Int64(dilation), dilation_width: Int64(dilation))
}

/// Window geometries: overlapping, disjoint, apart, padded, dilated, over few and many channels.
private let pools = [
  pool([1, 4, 4, 1], kernel: 2, stride: 2), pool([2, 7, 9, 3], kernel: 3, stride: 2, padding: 1),
  pool([2, 8, 8, 16], kernel: 3, stride: 1, padding: 1), pool([1, 9, 7, 33], kernel: 2, stride: 3),
  pool([2, 11, 10, 20], kernel: 3, stride: 1, padding: 2, dilation: 2),
  pool([5, 32, 32, 8], kernel: 2, stride: 2), pool([1, 3, 3, 2], kernel: 1, stride: 1, padding: 1),
  pool([2, 11, 10, 35], kernel: 2, stride: 2),
]

extension assay_pool {
  fileprivate var inCount: Int { Int(batch * height * width * channels) }
  fileprivate var outCount: Int { Int(batch * out_height * out_width * channels) }

  /// For every output in order, its taps' places in the input, kernel row and column ascending.
  fileprivate var taps: [[Int]] {
    var all: [[Int]] = []
    for n in 0..<batch {
      for oh in 0..<out_height {
        for ow in 0..<out_width {
          for c in 0..<channels { all.append(taps(n, oh, ow, c)) }
        }
      }
    }
    return all
  }

  private func taps(_ n: Int64, _ oh: Int64, _ ow: Int64, _ c: Int64) -> [Int] {
    var places: [Int] = []
    for kh in 0..<kernel_height {
      for kw in 0..<kernel_width {
        let h = oh * stride_height - pad_top + kh * dilation_height
        let w = ow * stride_width - pad_left + kw * dilation_width
        guard (0..<height).contains(h), (0..<width).contains(w) else { continue }
        places.append(Int(((n * height + h) * width + w) * channels + c))
      }
    }
    return places
  }

  /// Calls a kernel that writes `count` numbers.
  fileprivate func call(
    _ count: Int, _ kernel: (UnsafeMutablePointer<Float>, UnsafePointer<assay_pool>) -> Void
  ) -> [Float] {
    var out = [Float](repeating: 7, count: count)
    withUnsafePointer(to: self) { kernel(&out, $0) }
    return out
  }
}

/// The tap that the contract calls the maximum: the first that no other exceeds, or the first NaN.
private func winner(_ x: [Float], _ taps: [Int]) -> Int? {
  if let nan = taps.first(where: { x[$0].isNaN }) { return nan }
  let largest = taps.map { x[$0] }.max()
  return taps.first { x[$0] == largest }
}

/// Images with many equal numbers, so that ties are common.
private func images(_ count: Int, seed: UInt64) -> [Float] {
  numbers(count, seed: seed).map { ($0 * 3).rounded() }
}

private let resizes = [
  [2, 3, 4, 1, 6, 8], [1, 5, 7, 3, 5, 7], [2, 4, 4, 19, 7, 9], [3, 8, 6, 16, 4, 3],
  [4, 16, 16, 9, 32, 32], [1, 1, 1, 2, 3, 3],
].map { (s: [Int]) in
  assay_resize(
    batch: Int64(s[0]), height: Int64(s[1]), width: Int64(s[2]), channels: Int64(s[3]),
    out_height: Int64(s[4]), out_width: Int64(s[5]))
}

extension assay_resize {
  fileprivate var inCount: Int { Int(batch * height * width * channels) }
  fileprivate var outCount: Int { Int(batch * out_height * out_width * channels) }

  fileprivate typealias Neighbour = (place: Int64, weight: Float)

  /// The two inputs that an output along one direction lies between.
  private func linear(_ o: Int64, _ size: Int64, _ outSize: Int64) -> [Neighbour] {
    let place = max(0, (Double(o) + 0.5) * Double(size) / Double(outSize) - 0.5)
    let t = Float(place - place.rounded(.down))
    let first = Int64(place)
    return [(first, 1 - t), (min(first + 1, size - 1), t)]
  }

  private func nearest(_ o: Int64, _ size: Int64, _ outSize: Int64) -> [Neighbour] {
    [(o * size / outSize, 1)]
  }

  /// For every output in order, the inputs that it reads with their weights.
  fileprivate func reads(bilinear: Bool) -> [[Neighbour]] {
    let neighbours = bilinear ? linear : nearest
    var all: [[Neighbour]] = []
    for n in 0..<batch {
      for oh in 0..<out_height {
        let rows = neighbours(oh, height, out_height)
        for ow in 0..<out_width {
          let columns = neighbours(ow, width, out_width)
          for c in 0..<channels { all.append(corners(n, rows, columns, c)) }
        }
      }
    }
    return all
  }

  private func corners(
    _ n: Int64, _ rows: [Neighbour], _ columns: [Neighbour], _ c: Int64
  ) -> [Neighbour] {
    var reads: [Neighbour] = []
    for row in rows {
      for column in columns {
        let pixel = (n * height + row.place) * width + column.place
        reads.append((pixel * channels + c, row.weight * column.weight))
      }
    }
    return reads
  }
}

extension Kernels {
  @Suite struct Pooling {
    @Test(arguments: pools.indices)
    func maximaAndWhatFollowsThemAreThoseOfTheFirstWinner(index: Int) {
      let p = pools[index]
      var x = images(p.inCount, seed: 1)
      x[x.count / 2] = .nan
      let g = numbers(p.inCount, seed: 2)
      var dy = numbers(p.outCount, seed: 3)
      // Added to 0, it gives 0: a kernel that writes where others add must not keep the sign.
      dy[0] = -0.0
      let winners = p.taps.map { winner(x, $0) }
      var dx = [Float](repeating: 0, count: p.inCount)
      for (place, gradient) in zip(winners, dy) {
        if let place { dx[place] += gradient }
      }
      let maxima = winners.map { place in place.map { x[$0] } ?? -.infinity }
      expectSameBits(maxima, paths: availablePaths, threads: [1, 3], "maxima") {
        p.call(p.outCount) { assay_max_pool($0, x, $1) }
      }
      expectSameBits(dx, paths: availablePaths, threads: [1, 3], "gradient") {
        p.call(p.inCount) { assay_max_pool_gradient($0, x, dy, $1) }
      }
      let picked = winners.map { place in place.map { g[$0] } ?? 0 }
      expectSameBits(picked, paths: availablePaths, threads: [1, 3], "picked") {
        p.call(p.outCount) { assay_max_pool_pick($0, x, g, $1) }
      }
    }

    @Test(arguments: pools.indices, [false, true])
    func averagesAndTheirAdjointsFollowTheWrittenOrder(index: Int, countPadding: Bool) {
      let p = pools[index]
      let (x, dy) = (numbers(p.inCount, seed: 4), numbers(p.outCount, seed: 5))
      let taps = p.taps
      func count(_ taps: [Int]) -> Float {
        countPadding ? Float(p.kernel_height * p.kernel_width) : Float(taps.count)
      }
      let averages = taps.map { taps in
        taps.isEmpty ? 0 : taps.reduce(Float(0)) { $0 + x[$1] } / count(taps)
      }
      var dx = [Float](repeating: 0, count: p.inCount)
      for (taps, gradient) in zip(taps, dy) {
        for place in taps { dx[place] += gradient / count(taps) }
      }
      expectSameBits(averages, paths: availablePaths, threads: [1, 3], "averages") {
        p.call(p.outCount) { assay_average_pool($0, x, $1, countPadding) }
      }
      expectSameBits(dx, paths: availablePaths, threads: [1, 3], "gradient") {
        p.call(p.inCount) { assay_average_pool_gradient($0, dy, $1, countPadding) }
      }
    }

    @Test(arguments: resizes.indices, [false, true])
    func resizesAndTheirAdjointsFollowTheWrittenOrder(index: Int, bilinear: Bool) {
      var size = resizes[index]
      let (x, dy) = (numbers(size.inCount, seed: 6), numbers(size.outCount, seed: 7))
      let reads = size.reads(bilinear: bilinear)
      let y = reads.map { read in
        read.dropFirst().reduce(x[Int(read[0].place)] * read[0].weight) {
          $0.addingProduct(x[Int($1.place)], $1.weight)
        }
      }
      var dx = [Float](repeating: 0, count: size.inCount)
      for (read, gradient) in zip(reads, dy) {
        for (place, weight) in read { dx[Int(place)].addProduct(gradient, weight) }
      }
      expectSameBits(y, paths: availablePaths, threads: [1, 3], "resized") {
        var out = [Float](repeating: 7, count: size.outCount)
        (bilinear ? assay_resize_bilinear : assay_resize_nearest)(&out, x, &size)
        return out
      }
      expectSameBits(dx, paths: availablePaths, threads: [1, 3], "gradient") {
        var out = [Float](repeating: 7, count: size.inCount)
        (bilinear ? assay_resize_bilinear_gradient : assay_resize_nearest_gradient)(&out, dy, &size)
        return out
      }
    }

    @Test func bilinearBetweenFourPixelsIsTheirMean() {
      var size = assay_resize(
        batch: 1, height: 2, width: 2, channels: 1, out_height: 1, out_width: 1)
      var out: [Float] = [0]
      assay_resize_bilinear(&out, [1, 2, 3, 6], &size)
      #expect(out == [3])
    }
  }
}
