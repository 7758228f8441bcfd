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

  private let constants: [String: Double]
  private let scheduled: [Parameter]

  /// The schedules of an experiment.
  public init(_ parameters: [Parameter]) {
    scheduled = parameters.filter { $0.value == nil }
    constants = Dictionary(
      parameters.compactMap { parameter in parameter.value.map { (parameter.name, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// The numbers by name at one moment: constants, counters and scheduled parameters.
  public func numbers(at clock: Clock) throws(Diagnostic) -> [String: Double] {
    var numbers = constants
    numbers["step"] = Double(clock.step)
    numbers["epoch"] = clock.epoch
    numbers["progress"] = clock.progress
    // Each stands after those that it names.
    for parameter in scheduled {
      numbers[parameter.name] = try parameter.formula.number(NumberScope(numbers))
    }
    return numbers
  }
}

extension Experiment {
  /// The schedules of the experiment.
  public var schedules: Schedules { Schedules(parameters) }

  /// The learning rate of a player at the start: throws what is wrong with its formula.
  @discardableResult
  func rate(of player: Player) throws(Diagnostic) -> Double {
    let clock = Clock(steps: stepCount, batchesPerEpoch: data.batchesPerEpoch)
    return try player.rate(by: schedules.numbers(at: clock))
  }
}

extension Player {
  /// The learning rate where the formula's names stand for `numbers`; throws where it is below 0.
  public func rate(by numbers: [String: Double]) throws(Diagnostic) -> Double {
    let value = try rate.number(NumberScope(numbers))
    guard value >= 0 else {
      throw rate.source.diagnostic(
        "out-of-range", "a learning rate may reach 0, but this falls to \(value)",
        note: numbers["step"].map { "when `step` is \(Literal.text(of: $0))" })
    }
    return value
  }
}
