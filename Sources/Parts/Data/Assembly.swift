import CKernels
import Tensor

/// Brings examples of a dataset through a chain of transforms into a batch.
final class Assembly {
  /// The transforms.
  let chain: TransformChain
  private let seed: UInt64
  /// For each transform that draws: memory for the numbers of a batch.
  private let draws: [Buffer?]
  /// Values that a transform in the middle may give for an example.
  private let size: Int

  /// The work on batches of at most `batch` examples.
  init(_ chain: TransformChain, batch: Int, seed: UInt64) throws {
    self.chain = chain
    self.seed = seed
    draws = try chain.links.map { link in
      try link.transform.draws.map { try Buffer(batch * $0.count) }
    }
    size = chain.largestCount
  }

  /// Writes examples, transformed, one after the other to `x`, and their labels to `labels`.
  ///
  /// - Parameters:
  ///   - rows: which of the examples.
  ///   - firstExample: the number of the first of `examples` among all of the dataset.
  ///   - update: the number of the batch, of which the transforms' random numbers are functions.
  func assemble(
    _ examples: Examples, _ rows: UnsafeBufferPointer<Int32>, firstExample: Int, update: UInt32,
    x: UnsafeMutablePointer<Float>, labels: UnsafeMutablePointer<Int32>?
  ) {
    if let labels, !examples.labels.isEmpty {
      for row in rows.indices { labels[row] = examples.labels[Int(rows[row])] }
    }
    if chain.links.isEmpty { return gather(examples.values, rows, to: x) }
    drawForBatch(rows.count, update: update)
    // Small examples share an item, so that handing them out costs less than the work.
    let share = max(1, 8192 / size)
    let work = Work(
      assembly: self, values: examples.values, rows: rows, firstExample: firstExample,
      target: x, share: share)
    withUnsafePointer(to: work) { work in
      assay_parallel(
        Int64((rows.count + share - 1) / share),
        { context, item in
          context?.assumingMemoryBound(to: Work.self).pointee.run(Int(item))
        }, UnsafeMutableRawPointer(mutating: work))
    }
  }

  /// Examples as they are.
  private func gather(
    _ values: Numbers, _ rows: UnsafeBufferPointer<Int32>, to x: UnsafeMutablePointer<Float>
  ) {
    let (count, width) = (Int64(rows.count), Int64(chain.input.shape.count))
    switch values {
    case .bytes(let buffer, let divisor):
      assay_gather_bytes(
        x, Numbers.bytes(of: buffer), rows.baseAddress, count, width, Float(divisor))
    case .floats(let buffer):
      assay_gather_rows(x, buffer.floats, rows.baseAddress, count, width)
    }
  }

  /// What the threads share while they assemble a batch: plain values instead of a closure, which
  /// would be allocated at every batch.
  private struct Work {
    let assembly: Assembly
    let values: Numbers
    let rows: UnsafeBufferPointer<Int32>
    let firstExample: Int
    let target: UnsafeMutablePointer<Float>
    /// The examples of an item.
    let share: Int

    func run(_ item: Int) {
      let count = assembly.chain.output.shape.count
      for row in item * share..<min((item + 1) * share, rows.count) {
        let index = Int(rows[row])
        assembly.drawForExample(row, UInt32(truncatingIfNeeded: firstExample + index))
        assembly.transform(values, index, row: row, to: target + row * count)
      }
    }
  }

  /// Draws the numbers that belong to the batch, over all its examples at once.
  private func drawForBatch(_ rows: Int, update: UInt32) {
    for (link, buffer) in zip(chain.links, draws) {
      guard let buffer, let wanted = link.transform.draws, wanted.owner == .batch else { continue }
      fill(buffer.floats, rows * wanted.count, wanted, link.stream, update)
    }
  }

  /// Draws the numbers that belong to an example: the update is the example's own number.
  private func drawForExample(_ row: Int, _ example: UInt32) {
    for (link, buffer) in zip(chain.links, draws) {
      guard let buffer, let wanted = link.transform.draws, wanted.owner == .example else {
        continue
      }
      fill(buffer.floats + row * wanted.count, wanted.count, wanted, link.stream, example)
    }
  }

  private func fill(
    _ target: UnsafeMutablePointer<Float>, _ count: Int, _ draws: TransformDraws, _ stream: UInt64,
    _ update: UInt32
  ) {
    switch draws.distribution {
    case .uniform: assay_random_uniform(target, 0, Int64(count), seed, stream, update)
    case .normal: assay_random_normal(target, 0, Int64(count), seed, stream, update)
    }
  }

  /// Brings one example through all transforms; in between it lies in the thread's scratch memory.
  /// Bytes become numbers as PyTorch's `ToTensor` makes them.
  private func transform(
    _ values: Numbers, _ index: Int, row: Int, to target: UnsafeMutablePointer<Float>
  ) {
    let bytes = Int64(2 * size * MemoryLayout<Float>.stride)
    let scratch = assay_scratch(bytes).assumingMemoryBound(to: Float.self)
    var here = UnsafePointer(scratch)
    let links = chain.links
    switch values {
    case .bytes(let buffer, let divisor):
      var row = Int32(index)
      assay_gather_bytes(
        scratch, Numbers.bytes(of: buffer), &row, 1, Int64(chain.input.shape.count), Float(divisor))
    case .floats(let buffer):
      here = UnsafePointer(buffer.floats + index * chain.input.shape.count)
    }
    for (place, link) in links.enumerated() {
      let isLast = place == links.count - 1
      let there = isLast ? target : here == UnsafePointer(scratch) ? scratch + size : scratch
      let count = link.transform.draws?.count ?? 0
      link.transform.work(here, there, (draws[place]?.floats ?? scratch) + row * count)
      here = UnsafePointer(there)
    }
  }
}
