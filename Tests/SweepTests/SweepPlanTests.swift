import Testing

@testable import Sweep

@Suite struct SweepPlanTests {
  @Test(arguments: [1, 7, 200])
  func `a small sweep is checked at all its points`(count: Int) {
    #expect(SweepPlan.spread(over: count) == Array(0..<count))
  }

  @Test(arguments: [210, 1000, 1024, 5040, 720_720, 1_000_000, 1_000_000_000])
  func `a large sweep is checked at every value of its short axes`(count: Int) {
    let places = SweepPlan.spread(over: count)
    #expect(Set(places).count == 200)
    #expect(places.allSatisfy { (0..<count).contains($0) })
    for values in 2...20 where count % values == 0 {
      // An axis that changes with each point, and one that changes as slowly as it can.
      #expect(Set(places.map { $0 % values }).count == values)
      #expect(Set(places.map { $0 * values / count }).count == values)
    }
  }

  @Test func `as many workers as fit into memory are started, and at least one`() {
    #expect(PlanMemory(worker: 3 << 30, available: 10 << 30).workers == 3)
    #expect(PlanMemory(worker: 3 << 30, available: 1 << 30).workers == 1)
    #expect(PlanMemory(worker: 3 << 30, available: .max).workers > 1 << 30)
    #expect(
      PlanMemory(worker: 3 << 30, available: 10 << 30).text
        == "each worker needs about 3.0 GiB of memory, and 10.0 GiB are available")
  }
}
