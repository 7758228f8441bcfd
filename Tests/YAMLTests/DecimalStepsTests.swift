import Testing

@testable import YAML

/// Numbers at equal distances, counted in decimal.
@Suite struct DecimalStepsTests {
  private func numbers(_ first: Double, _ last: Double, _ step: Double) -> [Double] {
    let steps = DecimalSteps(from: first, to: last, by: step)
    return (0...steps.count).map { steps[$0] }
  }

  @Test func tenthsAreTheNumbersThatAListHas() {
    #expect(numbers(0.1, 0.7, 0.1) == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
    #expect(numbers(0.7, 0.1, -0.1) == [0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])
    #expect(numbers(1e-5, 5e-5, 1e-5) == [1e-5, 2e-5, 3e-5, 4e-5, 5e-5])
    #expect(numbers(-0.3, 0.3, 0.15) == [-0.3, -0.15, 0, 0.15, 0.3])
    #expect(numbers(0, 1000, 250) == [0, 250, 500, 750, 1000])
  }

  @Test func noNumberIsBeyondTheLast() {
    #expect(numbers(0, 1, 0.3) == [0, 0.3, 0.6, 0.9])
    #expect(numbers(0.1, 0.69, 0.1).last == 0.6)
    #expect(numbers(5, 5, 0.1) == [5])
  }

  @Test func everyNumberOfALongRangeIsTheNearestToItsText() {
    let steps = DecimalSteps(from: 0.001, to: 10, by: 0.001)
    #expect(steps.count == 9999)
    for index in 0...steps.count {
      #expect(steps[index] == Double("\(index + 1)e-3"))
    }
  }

  @Test func numbersOfVeryDifferentSizesAreAddedAsDoubles() {
    #expect(numbers(1e-300, 2, 1) == [1e-300, 1, 2])
    #expect(DecimalSteps(from: 0, to: 1e300, by: 1e299)[10] == 1e300)
    #expect(DecimalSteps(from: 0, to: .infinity, by: 1).count == 0)
  }
}
