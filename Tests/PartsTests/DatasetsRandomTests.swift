import Tensor
import Testing

@testable import Parts

@Suite struct DatasetsRandomTests {
  @Test func uniformNumbersFillTheirRange() throws {
    let data = try readData("{dataset: {random: {shape: [1, 8, 8], count: 500, range: [-3, 1]}}}")
      .load()
    #expect(data.info.form == ExampleForm(ExampleShape([1, 8, 8]), range: -3...1))
    #expect(data.info.memory == 500 * 64 * 4)
    let values = floats(data.training.values, 500 * 64)
    #expect(values.allSatisfy { (-3...1).contains($0) })
    #expect(values.contains { $0 < -2.99 } && values.contains { $0 > 0.99 })
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    #expect(abs(mean + 1) < 0.03)
    #expect(data.training.labels == [])
    #expect(data.test == nil)
  }

  @Test func normalNumbersHaveNoRange() throws {
    let data = try readData("{dataset: {random: {shape: [2], distribution: normal}}}").load()
    #expect(data.info.count == 10_000)
    #expect(data.info.form.range == nil)
    let values = floats(data.training.values, 20_000).map(Double.init)
    let mean = values.reduce(0, +) / 20_000
    let square = values.reduce(0) { $0 + $1 * $1 } / 20_000
    #expect(abs(mean) < 0.03 && abs(square - 1) < 0.05)
  }

  @Test func numbersFollowFromTheSeedAndNotFromTheirCount() throws {
    func values(_ count: Int, seed: UInt64) throws -> [Float] {
      let data = try readData("{dataset: {random: {shape: [3], count: \(count)}}}").load(seed: seed)
      return floats(data.training.values, 30)
    }
    #expect(try values(10, seed: 1) == values(99, seed: 1))
    #expect(try values(10, seed: 1) != values(10, seed: 2))
  }

  @Test func moreNumbersThanAStreamGivesAreRefused() throws {
    let large = "{dataset: {random: {shape: [100000000, 100000000, 100000000, 9], count: 99}}}"
    let dataset = try #require(readData(large).dataset).part
    let message = failure { () throws(DataError) in
      _ = try dataset.inspect(in: DataContext(folder: ".", seed: 1))
    }
    #expect(
      message == "random cannot draw 99 examples of [100000000, 100000000, 100000000, 9]: "
        + "2^34 numbers are the most")
  }

  @Test func aRangeOfNormalNumbersIsRefused() {
    let text = "{dataset: {random: {shape: [2], distribution: normal, range: [0, 1]}}}"
    #expect(
      readData(text).lines == [
        "1:62 unreachable-setting: `range` has no meaning for normal numbers; leave it out"
      ])
  }
}
