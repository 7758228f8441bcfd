import Experiment
import Foundation
import Run
import Text
import YAML

/// A claim beside what runs have measured of it.
public struct ClaimCheck: Sendable {
  /// What the two say of each other.
  public enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// They lie at most ``limit`` standard errors apart.
    case agrees
    /// They lie further apart, or what was measured is not finite.
    case differs
    /// Fewer than two runs have finished: how far their mean can be trusted is not known.
    case undecided
  }

  /// The most standard errors between a claim and a mean that agree. Of means that differ by chance
  /// alone about 1 in 20 lies further off, and more where they are over few runs.
  public static let limit = 2.0

  /// The claim.
  public let claim: Claim
  /// The last values of the metric, one a run, in the unit of the claim.
  public let measured: Estimate

  /// A claim beside the last values of its metric's column.
  public init(_ claim: Claim, _ values: [Double]) {
    self.claim = claim
    measured = Estimate(values.map { $0 * claim.scale })
  }

  /// How far the mean lies above the claim, in standard errors of the difference: (m − c) / √(s² +
  /// e²), with an error e of the claim that the paper does not give as 0. Nil for fewer than two
  /// values, NaN where m is.
  public var difference: Double? {
    guard let mean = measured.mean, let error = measured.standardError else { return nil }
    let distance = mean - claim.value
    let other = claim.standardError ?? 0
    // Without any spread, 0 / 0 would hide that both are the same.
    return distance == 0 ? 0 : distance / (error * error + other * other).squareRoot()
  }

  /// What follows from the difference.
  public var verdict: Verdict {
    guard let difference else { return .undecided }
    return abs(difference) <= ClaimCheck.limit ? .agrees : .differs
  }
}

// MARK: - What is shown

extension ClaimCheck {
  /// The heads of the columns of ``row``.
  public static let columns = [
    "metric", "claimed", "n", "measured", "n", "difference", "verdict",
  ]

  /// The claim and what was measured as texts of a table.
  public var row: [String] {
    let apart = difference.map { ClaimCheck.signed($0) + " s.e." } ?? ""
    return [
      claim.metric, claim.text, "\(claim.seeds)", ClaimCheck.with(claim.unit, measured.text),
      "\(measured.count)", apart, verdict.rawValue,
    ]
  }

  /// The same in a line, of one run: `test.modes 17.3 ± 0.8 (n = 10), this run 20.00`.
  public var line: String {
    let own =
      measured.text.isEmpty ? "" : ", this run \(ClaimCheck.with(claim.unit, measured.text))"
    return "\(claim.metric) \(claim.text) (n = \(claim.seeds))\(own)"
  }

  /// Both for programs; what is not finite is null.
  var json: JSON {
    [
      "metric": .string(claim.metric), "unit": claim.unit.map(JSON.string) ?? .null,
      "claimed": [
        "value": .number(claim.value),
        "standard_error": claim.standardError.map(JSON.number) ?? .null,
        "n": .integer(Int64(claim.seeds)),
      ],
      "measured": [
        "mean": measured.mean.map(JSON.number) ?? .null,
        "standard_error": measured.standardError.map(JSON.number) ?? .null,
        "n": .integer(Int64(measured.count)), "values": .array(measured.values.map(JSON.number)),
      ],
      "difference": difference.map(JSON.number) ?? .null, "verdict": .string(verdict.rawValue),
    ]
  }

  /// A number with its sign and one decimal.
  private static func signed(_ value: Double) -> String {
    guard abs(value) < 1e6 else { return (value > 0 ? "+" : "") + numberText(value) }
    return String(format: "%+.1f", value)
  }

  /// A text with its unit behind it.
  fileprivate static func with(_ unit: String?, _ text: String) -> String {
    text.isEmpty ? "" : text + (unit.map { " \($0)" } ?? "")
  }
}

extension Claim {
  /// What the paper reports: `94.8 ± 0.7 %`.
  var text: String {
    // An error that the paper gives has its own digits.
    let error =
      self.error.map { Literal.text(of: $0) } ?? standardError.map { numberText($0, digits: 2) }
    return ClaimCheck.with(unit, Literal.text(of: value) + (error.map { " ± \($0)" } ?? ""))
  }
}
