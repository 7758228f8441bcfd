import Formula
import Text
import YAML

/// Where a run stands: what schedules and the counters of formulas are computed from.
public struct Clock: Sendable, Hashable {
  /// The finished steps: 0 during the first.
  public var step: Int
  /// The steps of the whole run.
  public let steps: Int
  /// The batches taken before this update.
  public var batches: Int
  /// The batches of an epoch.
  public let batchesPerEpoch: Int

  /// The clock of a run at its start.
  public init(steps: Int, batchesPerEpoch: Int) {
    step = 0
    batches = 0
    self.steps = steps
    self.batchesPerEpoch = max(1, batchesPerEpoch)
  }

  /// Batches taken over batches of an epoch.
  public var epoch: Double { Double(batches) / Double(batchesPerEpoch) }

  /// The share of the run that is finished.
  public var progress: Double { Double(step) / Double(max(1, steps)) }
}

/// The numbers that change from step to step: counters, scheduled parameters, learning rates.
public struct Schedules: Sendable {
  /// The names that every formula knows.
  static let counters = ["step", "epoch", "progress"]

  /// Counters, constants, scheduled parameters: each of these after those that it names.
  private let names: [String]
  /// What the names stand for at the moment.
  private var values: [Double]
  private let scheduled: [Evaluation]
  private let rates: [(player: Player, evaluation: Evaluation)]

  /// A formula that is evaluated at every step.
  private struct Evaluation {
    let formula: Formula
    let program: NumberProgram?

    init(_ formula: Formula, _ names: [String]) {
      self.formula = formula
      program = NumberProgram(formula, names: names)
    }
  }

  /// The schedules of an experiment's parameters and players.
  init(_ parameters: [Parameter], _ players: [Player]) {
    let constants = parameters.filter { $0.value != nil }
    let changing = parameters.filter { $0.value == nil }
    let names = Schedules.counters + constants.map(\.name) + changing.map(\.name)
    self.names = names
    values =
      Schedules.counters.map { _ in 0 } + constants.compactMap(\.value) + changing.map { _ in .nan }
    scheduled = changing.map { Evaluation($0.formula, names) }
    rates = players.map { ($0, Evaluation($0.rate, names)) }
  }

  /// Brings all numbers to the moment of `clock`. Allocates nothing.
  public mutating func advance(to clock: Clock) throws(Diagnostic) {
    values[0] = Double(clock.step)
    values[1] = clock.epoch
    values[2] = clock.progress
    let first = names.count - scheduled.count
    for index in scheduled.indices { values[first + index] = try number(scheduled[index]) }
  }

  /// What a name stands for; nil for one that is none of these numbers'.
  public func number(_ name: String) -> Double? { names.firstIndex(of: name).map { values[$0] } }

  /// The learning rate of player number `index`; throws where it is below 0. Allocates nothing.
  public func rate(ofPlayer index: Int) throws(Diagnostic) -> Double {
    let (player, evaluation) = rates[index]
    let rate = try number(evaluation)
    guard rate >= 0 else {
      throw player.rate.source.diagnostic(
        "out-of-range", "a learning rate may reach 0, but this falls to \(rate)",
        note: "when `step` is \(Literal.text(of: values[0]))")
    }
    return rate
  }

  private func number(_ evaluation: Evaluation) throws(Diagnostic) -> Double {
    if let number = evaluation.program?.number(values) { return number }
    // It is none: this says why.
    let numbers = Dictionary(zip(names, values)) { first, _ in first }
    do throws(Diagnostic) {
      return try evaluation.formula.number(NumberScope(numbers))
    } catch {
      var problem = error
      guard problem.code == "formula-number" else { throw problem }
      problem.notes.append("when `step` is \(Literal.text(of: values[0]))")
      throw problem
    }
  }
}

extension Experiment {
  /// The schedules of the experiment.
  public var schedules: Schedules { Schedules(parameters, players) }
}
