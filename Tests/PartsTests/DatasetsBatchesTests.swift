import CKernels
import Foundation
import Tensor
import Testing

@testable import Parts

@Suite struct DatasetsBatchesTests {
  @Test func anEpochShowsEveryExampleOnceButThoseBeyondTheLastWholeBatch() throws {
    let batches = try batches(count: 103, batch: 10)
    #expect(batches.batchesPerEpoch == 10)
    for epoch in 0..<3 {
      let seen = (0..<10).flatMap { firsts(batches.batch(10 * epoch + $0).x) }
      #expect(seen.count == 100)
      #expect(Set(seen).count == 100)
      #expect(seen != seen.sorted())
    }
    #expect(firsts(batches.batch(0).x) != firsts(batches.batch(10).x))
  }

  @Test func anyBatchCanBeHadAtAnyTime() throws {
    let inOrder = try batches(count: 50, batch: 7)
    let all = (0..<30).map { inOrder.batch($0).x }
    let other = try batches(count: 50, batch: 7)
    for number in [29, 3, 14, 0, 28, 7] { #expect(other.batch(number).x == all[number]) }
    #expect(try batches(count: 50, batch: 7, seed: 2).batch(0).x != all[0])
  }

  @Test func labelsGoWithTheirExamples() throws {
    let batch = try batches(count: 50, batch: 7).batch(4)
    #expect(batch.labels == firsts(batch.x).map { Int32($0) % 3 })
  }

  @Test func setsAreDisjointAndTogetherWhole() throws {
    let batches = try batches(count: 100, test: 12, batch: 8, validation: 25)
    let train = firsts(batches.all(.train).x)
    let validation = firsts(batches.all(.validation).x)
    #expect(train.count == 75)
    #expect(validation.count == 25)
    #expect(Set(train + validation) == Set((0..<100).map { Float($0) }))
    #expect(validation == validation.sorted())
    #expect(validation != (0..<25).map { Float($0) })
    #expect(firsts(batches.all(.test).x) == (100..<112).map { Float($0) })
    #expect(batches.all(.test).labels == (100..<112).map { Int32($0 % 3) })
    let seen = (0..<batches.batchesPerEpoch).flatMap { firsts(batches.batch($0).x) }
    #expect(Set(seen).isDisjoint(with: validation))
  }

  @Test func aShareOfTheTrainingSetIsRoundedDown() {
    #expect(SplitSettings(validation: 0.25).validationCount(of: 10) == 2)
    #expect(SplitSettings(validation: 0).validationCount(of: 10) == 0)
    #expect(SplitSettings(validation: 3).validationCount(of: 10) == 3)
  }

  @Test func aBatchNeedsEnoughExamples() throws {
    #expect(throws: Batches.TooFewExamples(count: 5, batch: 6)) {
      try batches(count: 10, batch: 6, validation: 5)
    }
  }

  @Test func dynamicNoiseChangesFromEpochToEpochAndStandsStillInEvaluation() throws {
    let batches = try batches(count: 4, batch: 4, transforms: ["noise: {std: 1, evaluation: true}"])
    let noise = (0..<2).map { number in
      let batch = batches.batch(number)
      return zip(batch.x, order(batch)).map { $0 - $1 }
    }
    #expect(Set(noise[0] + noise[1]).count == 16)
    #expect(batches.all(.train).x == batches.all(.train).x)
    #expect(batches.all(.train).x != batches.batch(0).x)
  }

  @Test func anExampleIsBinarizedOnceWhateverBatchItIsIn() throws {
    let data = try grayData(40)
    func ones(_ batch: Int, _ number: Int) throws -> [[Float]] {
      let batches = try Batches(
        data, batch: batch, split: SplitSettings(validation: 0),
        transforms: [transform("binarize: once")], seed: 1)
      return rows(number < 0 ? batches.all(.train).x : batches.batch(number).x, 9)
    }
    let all = Set(try ones(40, 0))
    #expect(all.count > 30)
    #expect(Set(try ones(40, 1)) == all)
    #expect(all.isSuperset(of: try ones(7, 3)))
    // Evaluation sees the same zeros and ones.
    #expect(Set(try ones(7, -1)) == all)
  }

  @Test func anExampleIsBinarizedAnewAtEveryDraw() throws {
    let batches = try Batches(
      grayData(40), batch: 40, split: SplitSettings(validation: 0),
      transforms: [transform("binarize: every_draw")], seed: 1)
    let first = Set(rows(batches.batch(0).x, 9))
    #expect(Set(rows(batches.batch(1).x, 9)) != first)
    #expect(batches.all(.train).x == batches.all(.train).x)
  }

  @Test func threadsChangeNoBit() throws {
    let transforms = ["resize: 40", "crop: 32", "flip", "{scale: [-1, 1]}", "noise: 0.1"]
    let read = readData(
      "{dataset: fashion-mnist, batch: 33, transforms: [\(transforms.joined(separator: ", "))]}")
    let batches = try read.batches(seed: 5)
    var results: [[Float]] = []
    for threads: Int32 in [1, 2, 3, 8] {
      assay_threads_set(threads)
      results.append(batches.batch(2000).x)
    }
    assay_threads_set(1)
    #expect(results.dropFirst().allSatisfy { $0 == results[0] })
  }

  private func batches(
    count: Int, test: Int = 0, batch: Int, validation: Double = 0, transforms: [String] = [],
    seed: UInt64 = 1
  ) throws -> Batches {
    try Batches(
      countingData(count, test: test), batch: batch, split: SplitSettings(validation: validation),
      transforms: transforms.map(transform), seed: seed)
  }

  /// The first value of each example: its number in `countingData`.
  private func firsts(_ x: [Float]) -> [Float] {
    stride(from: 0, to: x.count, by: 2).map { x[$0] }
  }

  /// The examples of a batch without their noise, told by their labels: 0, 1, 2 and 0 of 0...3.
  private func order(_ batch: (x: [Float], labels: [Int32])) -> [Float] {
    batch.labels.flatMap { [Float($0), -Float($0)] }
  }

  private func rows(_ x: [Float], _ width: Int) -> [[Float]] {
    stride(from: 0, to: x.count, by: width).map { Array(x[$0..<$0 + width]) }
  }

  /// Images of 3 x 3 bytes, all 128.
  private func grayData(_ count: Int) throws -> LoadedDataset {
    let buffer = try Buffer((9 * count + 3) / 4)
    Numbers.bytes(of: buffer).update(repeating: 128, count: 9 * count)
    let form = ExampleForm(ExampleShape([1, 3, 3]), range: 0...1)
    return LoadedDataset(
      info: DatasetInfo(form: form, count: count, bytesPerValue: 1),
      training: Examples(count: count, values: .bytes(buffer, divisor: 255)), test: nil)
  }
}
