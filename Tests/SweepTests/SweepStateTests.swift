import Testing

@testable import Sweep

@Suite struct SweepStateTests {
  private var state = SweepState(count: 3)

  private func add(_ state: inout SweepState, _ events: Event..., by writer: String = "a") -> Bool {
    state.add(Record.Entry(number: 0, writer: writer, events: events))
  }

  private func started(_ trial: Int) -> Event {
    .started(trial: trial, seed: 1, run: "r", point: [:])
  }

  private func end(_ outcome: Outcome, _ value: Double?) -> Event.End {
    Event.End(outcome: outcome, step: 1, value: value, digest: "", message: nil)
  }

  @Test func `trials are taken in order, and the best finished one is known`() {
    var state = state
    #expect(state.nextFresh == 0)
    #expect(add(&state, started(0)) && add(&state, started(1), by: "b"))
    #expect(state.nextFresh == 2 && state.running.count == 2)
    #expect(add(&state, .ended(trial: 1, end(.finished, 2)), by: "b"))
    #expect(add(&state, .ended(trial: 0, end(.finished, .nan))))
    #expect(state.best?.points == [1] && state.best?.mean == 2 && state.done == 2)
    #expect(add(&state, started(2)) && add(&state, .ended(trial: 2, end(.pruned, 1))))
    #expect(state.best?.points == [1] && state.done == 3 && state.nextFresh == nil)
  }

  /// The best point of trials with two seeds each that ended in this order.
  private func best(_ ends: (Int, Outcome, Double?)...) -> BestPoint? {
    BestPoint(of: ends.map { ($0, "run \($0)", $1, $2) }, seeds: 2, goal: .maximize)
  }

  @Test func `the best point has the best mean over its seeds, not the luckiest of them`() {
    let found = best(
      (0, .finished, 10), (2, .finished, 6), (1, .finished, 0), (3, .finished, 6))
    #expect(found == BestPoint(runs: ["run 2", "run 3"], mean: 6, ties: 1, points: [1]))
  }

  @Test func `a point that lacks a seed is the best only where all do`() {
    #expect(best((0, .finished, 9), (2, .finished, 1), (3, .finished, 1))?.points == [1])
    #expect(best((0, .finished, 9), (2, .finished, 1))?.runs == ["run 0"])
    let pruned = best((0, .finished, 9), (1, .pruned, 9), (2, .finished, 1), (3, .diverged, nil))
    #expect(pruned?.points == [0] && pruned?.mean == 9)
    #expect(best((0, .finished, .nan), (1, .finished, 9)) == nil)
    #expect(best((0, .pruned, 3)) == nil)
  }

  @Test func `equal means are ties, told from the first point on in any order of the ends`() {
    let first = best(
      (0, .finished, 1), (1, .finished, 3), (4, .finished, 2), (5, .finished, 2), (2, .pruned, 9))
    let second = best(
      (5, .finished, 2), (4, .finished, 2), (1, .finished, 3), (0, .finished, 1), (2, .pruned, 9))
    #expect(first == second)
    #expect(first == BestPoint(runs: ["run 0", "run 1"], mean: 2, ties: 2, points: [0, 2]))
  }

  @Test func `a failed seed that is tried again counts with its point`() {
    var search = BestPointSearch(seeds: 2, goal: .minimize)
    search.end(0, run: "a", .failed, nil)
    search.end(1, run: "b", .finished, 2)
    search.end(2, run: "c", .finished, 1)
    #expect(search.best?.points == [1])
    search.retry(0)
    search.end(0, run: "a", .finished, 4)
    #expect(search.best == BestPoint(runs: ["a", "b"], mean: 3, ties: 1, points: [0]))
  }

  @Test func `what contradicts the entries before is refused`() {
    var state = state
    #expect(add(&state, started(0)))
    for event in [
      started(0), started(3), .ended(trial: 1, end(.finished, 1)), .retried(trial: 0),
      .taken(trial: 2, step: 0),
    ] {
      var copy = state
      #expect(!add(&copy, event), "\(event)")
    }
    #expect(!add(&state, .ended(trial: 0, end(.finished, 1)), by: "b"), "another one's trial")
  }

  @Test func `deaths count until there is a newer checkpoint or a controller begins again`() {
    var state = state
    _ = add(&state, started(0))
    _ = add(&state, .taken(trial: 0, step: 0), by: "b")
    #expect(state.running[0]?.deaths == 1)
    _ = add(&state, .taken(trial: 0, step: 0), by: "c")
    #expect(state.running[0]?.deaths == 2)
    _ = add(&state, .taken(trial: 0, step: 5), by: "d")
    #expect(state.running[0]?.deaths == 1)
    _ = add(&state, .left(trial: 0), by: "d")
    _ = add(&state, .taken(trial: 0, step: 5), by: "e")
    #expect(state.running[0]?.deaths == 1, "a worker that was asked to leave did not die")
    _ = add(&state, .resumed)
    #expect(state.running[0]?.deaths == 0)
  }

  @Test func `a failed trial can be tried again`() {
    var state = state
    _ = add(&state, started(0), .ended(trial: 0, end(.failed, nil)))
    #expect(state.nextFresh == 1 && state.failed == 1)
    #expect(add(&state, .retried(trial: 0)))
    #expect(state.nextFresh == 0 && state.failed == 0)
    #expect(add(&state, started(0)) && state.nextFresh == 1)
  }

  @Test func `of a trial that is over, only where it stands is kept`() {
    let count = 20_000
    var state = SweepState(count: count)
    for trial in 0..<count {
      let judgement = Event.Judgement(step: 1, epochs: 0, value: 1, digest: "", verdict: .goOn)
      let outcome = Outcome.allCases[trial % 4]
      #expect(
        add(
          &state, started(trial), .reached(trial: trial, judgement), .taken(trial: trial, step: 1)))
      #expect(add(&state, .ended(trial: trial, end(outcome, 1))))
    }
    #expect(state.done == count && state.nextFresh == nil)
    // Whatever the state holds, seen from outside: a byte and a run's number a trial, and a handful
    // more.
    var bytes = 0
    var others = 0
    for child in Mirror(reflecting: state).children {
      if let standings = child.value as? [UInt8] {
        bytes += standings.count
      } else if let runs = child.value as? [UInt64] {
        bytes += 8 * runs.count
      } else if child.label != "history" {
        let mirror = Mirror(reflecting: child.value)
        others += mirror.displayStyle == nil ? 1 : mirror.children.count
      }
    }
    #expect(bytes == 9 * count && others < 100, "\(bytes), \(others)")
    #expect(state.history.trials.isEmpty && state.history.points.isEmpty)
  }
}
