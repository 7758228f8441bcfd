import Text
import YAML

/// The kinds of oddness that an experiment is told of though it runs, by their codes: what `allow`
/// in a file can silence.
enum Oddness: String, CaseIterable {
  /// The best checkpoint, a run's end or a sweep's best is chosen by the test set.
  case chosenByTest = "chosen-by-test"
  /// What is read as logits lies in a few numbers about 0.
  case boundedLogits = "bounded-logits"
  /// Targets of a Bernoulli likelihood lie outside of 0...1.
  case outsideUnit = "outside-unit"
  /// A network is called on data of one range and on made values of another.
  case rangeMismatch = "range-mismatch"
  /// A network that is to come near the data cannot give all of its values.
  case outOfReach = "out-of-reach"
  /// Images look as if their channels stood last.
  case channelsLast = "channels-last"
  /// Images have values like 255.
  case unscaledImages = "unscaled-images"
  /// Whole numbers of the data are too large to be held exactly.
  case roundedNumbers = "rounded-numbers"
  /// A learning rate is 0 in all steps.
  case zeroRate = "zero-rate"
  /// A parameter has the name of a function or a network.
  case nameClash = "name-clash"

  /// Whether only the values of the data may show it.
  var isOfValues: Bool {
    switch self {
    case .outsideUnit, .rangeMismatch, .outOfReach, .unscaledImages, .roundedNumbers: true
    case .chosenByTest, .boundedLogits, .channelsLast, .zeroRate, .nameClash: false
    }
  }
}

/// The warnings that a file wants to hear no more of.
public struct Allowed: Sendable {
  private let codes: [String]
  private let place: Place

  /// Reads the key `allow`. It is no part of what a run is.
  init(_ fields: inout Fields) {
    codes = fields.strings(
      "allow", "codes of warnings that are not shown, such as `chosen-by-test`", default: [])
    place = fields.place
    if codes.isEmpty { fields.forget("allow") }
    let known = Oddness.allCases.map(\.rawValue)
    for code in codes where !known.contains(code) {
      fields.record(
        Diagnostic(
          "unknown-choice", "there is no warning `\(code)`", at: place.span(of: "allow"),
          label: "unknown code", note: "those that can be silenced are \(Suggest.list(known))",
          help: Suggest.help(for: code, among: known)))
    }
  }

  /// The problems that are shown, with a warning for each code that silenced none.
  ///
  /// - Parameter isComplete: whether all has been looked at, the values of the data included.
  func shown(_ problems: [Diagnostic], isComplete: Bool) -> [Diagnostic] {
    let silenced = Set(problems.filter(isSilent).map(\.code))
    let unused = codes.filter { code in
      let needsValues = Oddness(rawValue: code)?.isOfValues == true
      return !silenced.contains(code) && (isComplete || !needsValues)
    }
    return problems.filter { !isSilent($0) }
      + unused.map { code in
        Diagnostic(
          "unused-allow", "there is no warning `\(code)` to silence",
          at: place.span(of: "allow"), help: "leave it out", severity: .warning)
      }
  }

  /// The warnings that are shown of those that the values of the data gave.
  func shown(_ warnings: [Diagnostic]) -> [Diagnostic] { warnings.filter { !isSilent($0) } }

  private func isSilent(_ problem: Diagnostic) -> Bool {
    problem.severity == .warning && codes.contains(problem.code)
  }
}
