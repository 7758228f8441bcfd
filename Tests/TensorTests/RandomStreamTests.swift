import Tensor
import Testing

@Suite struct RandomStreamTests {
  @Test func aStreamsWordsAreThoseOfThePublishedGenerator() {
    // The published vector for a counter and a key made of the digits of pi.
    let stream = RandomStream(seed: 0x299F_31D0_A409_3822, stream: 0x0370_7344_1319_8A2E)
    #expect(
      stream.block(0x243F_6A88, update: 0x85A3_08D3)
        == (0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
  }

  @Test func aStreamsNameDecidesItsNumbers() {
    #expect(Stream.hash("") == 0xF52A_15E9_A9B5_E89B)
    #expect(Stream.hash("data.order") == Stream.hash("data.order"))
    let hashes = Set((0..<10_000).map { Stream.hash("networks.g.layers[\($0)]") })
    #expect(hashes.count == 10_000)
    let order = RandomStream(seed: 1, path: "data.order").block(0, update: 0)
    #expect(RandomStream(seed: 1, path: "data.split").block(0, update: 0) != order)
    #expect(RandomStream(seed: 2, path: "data.order").block(0, update: 0) != order)
    #expect(RandomStream(seed: 1, path: "data.order").block(0, update: 1) != order)
    #expect(RandomStream(seed: 1, path: "data.order").block(1, update: 0) != order)
  }

  @Test func integersAreEvenAndBelowTheirBound() {
    let stream = RandomStream(seed: 3, path: "test")
    var counts = [Int](repeating: 0, count: 7)
    for index in 0..<70_000 {
      counts[Int(stream.integer(below: 7, at: index, update: 5))] += 1
    }
    // 4.5 standard deviations of a binomial count.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 417 })
    #expect(stream.integer(below: 1, at: 0, update: 0) == 0)
  }

  @Test func anEpochsOrderIsAPermutationThatFollowsFromSeedAndEpochAlone() {
    let stream = RandomStream(seed: 1, path: "data.order")
    #expect(permutation(1000, stream, epoch: 0).sorted() == (0..<1000).map(Int32.init))
    #expect(permutation(1000, stream, epoch: 0) == permutation(1000, stream, epoch: 0))
    #expect(permutation(1000, stream, epoch: 0) != permutation(1000, stream, epoch: 1))
    #expect(permutation(0, stream, epoch: 0) == [])
    #expect(permutation(1, stream, epoch: 0) == [0])
  }

  @Test func everyOrderOfAFewIsAsLikely() {
    let stream = RandomStream(seed: 9, path: "data.order")
    var counts: [[Int32]: Int] = [:]
    for epoch in 0..<12_000 {
      counts[permutation(4, stream, epoch: UInt32(epoch)), default: 0] += 1
    }
    #expect(counts.count == 24)
    // Five standard deviations.
    #expect(counts.values.allSatisfy { abs($0 - 500) < 110 })
  }

  @Test(arguments: [0, 1, 31, 32, 33, 1000])
  func manyIntegersAreThoseThatAreDrawnOneByOne(count: Int) {
    let stream = RandomStream(seed: 0x1234_5678_9abc_def0, path: "some.path")
    var drawn: [UInt64] = []
    stream.integers(count, update: 7, below: { UInt64($0) + 3 }) { index, integer in
      #expect(index == drawn.count)
      drawn.append(integer)
    }
    #expect(
      drawn == (0..<count).map { stream.integer(below: UInt64($0) + 3, at: $0, update: 7) })
  }

  private func permutation(_ count: Int, _ stream: RandomStream, epoch: UInt32) -> [Int32] {
    [Int32](unsafeUninitializedCapacity: count) { order, filled in
      stream.permute(
        UnsafeMutableBufferPointer(rebasing: order[..<count]), update: epoch)
      filled = count
    }
  }
}
