import Formula
import Testing
import Text

@testable import Parts

/// A schedule over a run of twenty steps, as PyTorch has it (`Goldens/make_updates.py`).
struct ScheduleGolden: Decodable, CustomTestStringConvertible, Sendable {
  let schedule: String
  let values: [Double]

  var testDescription: String { schedule }

  static let all: [ScheduleGolden] = goldens("schedules")
}

@Suite struct ScheduleTests {
  @Test func everyScheduleHasACase() {
    let written = Set(ScheduleGolden.all.map { String($0.schedule.prefix { $0 != ":" }) })
    #expect(written == Set(Catalog.schedules.types.map { $0.kind }))
  }

  @Test(arguments: ScheduleGolden.all)
  func theFormulaGivesPyTorchsValues(_ golden: ScheduleGolden) throws {
    let schedule = try part(golden.schedule, of: Catalog.schedules)
    let formula = try Formula(schedule.formula, builtIn: "a schedule", path: "rate")
    let steps = golden.values.count
    for (step, expected) in golden.values.enumerated() {
      let scope = NumberScope([
        "step": Double(step), "progress": Double(step) / Double(steps),
      ])
      let value = try formula.number(scope)
      #expect(abs(value - expected) <= 1e-12, "step \(step)")
    }
  }

  @Test func anOptimizersRateCanBeANamedScheduleOrAFormula() throws {
    let named = try part("sgd: {rate: {warmup: {to: 0.1, steps: 8}}}", of: Catalog.optimizers)
    #expect(named.rate.text == "0.1 * min(1, (step + 1) / 8)")
    let written = try part("sgd: {rate: '2e-4 * min(1, step / 1000)'}", of: Catalog.optimizers)
    #expect(written.rate.text == "2e-4 * min(1, step / 1000)")
  }
}
