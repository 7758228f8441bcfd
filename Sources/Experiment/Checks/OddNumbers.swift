import Formula
import Parts
import Text
import YAML

extension Checks {
  /// A learning rate that is 0 in all steps trains nothing: warned of, since a warm-up may begin
  /// with 0 and a frozen player may be meant.
  ///
  /// It is looked at in `looks` steps from the first to the last one.
  func checkZeroRates(_ experiment: Experiment) {
    var schedules = experiment.schedules
    var clock = Clock(
      steps: experiment.stepCount, batchesPerEpoch: draft.data.batchesPerEpoch)
    var isZero = [Bool](repeating: true, count: draft.players.count)
    let looks = min(64, clock.steps)
    for look in 0..<looks where isZero.contains(true) {
      clock.step = looks == 1 ? 0 : look * (clock.steps - 1) / (looks - 1)
      clock.batches = clock.step * experiment.batchesPerStep
      // What is wrong with a schedule later in a run stops the run there, and says so.
      guard (try? schedules.advance(to: clock)) != nil else { return }
      for index in isZero.indices where isZero[index] {
        isZero[index] = (try? schedules.rate(ofPlayer: index)) == 0
      }
    }
    for (player, isZero) in zip(draft.players, isZero) where isZero {
      problems.add(
        Diagnostic(
          "zero-rate", "the learning rate of `\(player.name)` is 0 in all steps",
          at: player.rate.source.span, label: "trains nothing",
          help: "write a rate above 0, or leave out of `trains` what is not to change",
          severity: .warning))
    }
  }

  /// A parameter may have the name of a network or of a function, since a name that is called means
  /// one thing and a name alone another; whoever reads the formulas is told.
  func checkClashes(_ resolved: Node) {
    let called = Set(formulas.flatMap(\.expression.calledNames))
    for entry in resolved["parameters"]?.entries ?? [] {
      let network = networks[entry.key]
      guard network != nil || Function.named(entry.key) != nil, called.contains(entry.key) else {
        continue
      }
      let noun = network == nil ? "function" : "network"
      problems.add(
        Diagnostic(
          "name-clash", "`\(entry.key)` is a parameter and a \(noun) that formulas call",
          at: entry.keySpan, label: "a number",
          related: network.map { [.init($0.place.span, "a network")] } ?? [],
          note: "`\(entry.key)` alone means the number, `\(entry.key)(...)` the \(noun)",
          help: "give the parameter another name", severity: .warning))
    }
  }

  /// The formulas that the file itself has: those of a named loss are no one's to read.
  private var formulas: [Formula] {
    let players = draft.players.flatMap { [$0.minimize, $0.rate] + $0.lets.map(\.formula) }
    let measured = draft.metrics.sets.flatMap(\.formulas).map(\.formula)
    let drawn = draft.samples?.show.map(\.formula) ?? []
    return (players + measured + drawn + draft.parameters.map(\.formula)).filter {
      $0.source.span.source.kind != .builtIn
    }
  }
}

extension Expression {
  /// The names that are called in it, as `mean` in `mean(norm(x))`; a name may stand twice.
  fileprivate var calledNames: [String] {
    let inner = children.flatMap(\.calledNames)
    guard case .call(let callee, let arguments) = kind else { return inner }
    let averaged = callee.name == "average" ? arguments.compactMap(\.name) : []
    return inner + averaged + [callee.name].compactMap { $0 }
  }
}
