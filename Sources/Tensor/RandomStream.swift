import CKernels

/// A stream of random words: Philox4x32-10, where every word is a function of the seed, the stream,
/// the update and its index alone. Nothing is kept between draws, so nothing is lost on a restart.
///
/// The key is the seed; the counter of block b of update u is (b, u, stream's low half, stream's
/// high half). A block is four words.
public struct RandomStream: Hashable, Sendable {
  /// The experiment's seed.
  public let seed: UInt64
  /// The number of the stream.
  public let stream: UInt64

  /// Four words: one block.
  public typealias Block = (UInt32, UInt32, UInt32, UInt32)

  /// The stream of the number `stream`.
  public init(seed: UInt64, stream: UInt64) {
    self.seed = seed
    self.stream = stream
  }

  /// The stream called `path`.
  public init(seed: UInt64, path: String) { self.init(seed: seed, stream: Stream.hash(path)) }

  /// Block `index` of an update.
  public func block(_ index: UInt32, update: UInt32) -> Block {
    var counter: Block = (
      index, update, UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)
    )
    var words: Block = (0, 0, 0, 0)
    withUnsafeBytes(of: &counter) { counter in
      withUnsafeMutableBytes(of: &words) { words in
        assay_philox(
          words.assumingMemoryBound(to: UInt32.self).baseAddress,
          counter.assumingMemoryBound(to: UInt32.self).baseAddress, seed)
      }
    }
    return words
  }

  /// Integer number `index` of an update, evenly from 0 ..< bound: the high word of the product of
  /// `bound` and 64 random bits, which are words 2·index (low) and 2·index + 1 (high).
  ///
  /// It rejects nothing, so each integer has its fixed place; no probability is off by more than
  /// bound · 2⁻⁶⁴.
  public func integer(below bound: UInt64, at index: Int, update: UInt32) -> UInt64 {
    let block = block(UInt32(truncatingIfNeeded: index >> 1), update: update)
    let (low, high) = index & 1 == 0 ? (block.0, block.1) : (block.2, block.3)
    return RandomStream.integer(below: bound, low, high)
  }

  /// The integers 0 ..< `count` of an update in their order, drawn many at once: `take` gets an index
  /// and the integer below the bound that `bound` gives for it.
  @inline(__always)
  public func integers(
    _ count: Int, update: UInt32, below bound: (Int) -> UInt64, _ take: (Int, UInt64) -> Void
  ) {
    // 16 blocks, whose words of the same number lie beside each other: 32 integers.
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
      for first in stride(from: 0, to: count, by: 32) {
        let group = UInt32(truncatingIfNeeded: first >> 5)
        assay_random_group(words.baseAddress, group, seed, stream, update)
        for index in first..<min(first + 32, count) {
          let place = (index & 1) << 5 | (index >> 1) & 15
          let (low, high) = (words[place], words[place + 16])
          take(index, RandomStream.integer(below: bound(index), low, high))
        }
      }
    }
  }

  private static func integer(below bound: UInt64, _ low: UInt32, _ high: UInt32) -> UInt64 {
    (UInt64(high) << 32 | UInt64(low)).multipliedFullWidth(by: bound).high
  }

  /// Fills `order` with a permutation of 0 ..< count: that of `update`, as of an epoch.
  ///
  /// Fisher–Yates from the last place down: place i is exchanged with integer number count - 1 - i
  /// of the update, below i + 1.
  public func permute(_ order: UnsafeMutableBufferPointer<Int32>, update: UInt32) {
    for place in order.indices { order[place] = Int32(truncatingIfNeeded: place) }
    let last = order.count - 1
    integers(last, update: update, below: { UInt64(last - $0 + 1) }) { index, drawn in
      order.swapAt(last - index, Int(drawn))
    }
  }
}
