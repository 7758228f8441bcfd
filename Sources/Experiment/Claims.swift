import Parts
import Text
import YAML

/// The paper that an experiment follows; no part of what a run is.
public struct Paper: Hashable, Sendable {
  /// Its title.
  public let title: String
  /// The year of its publication.
  public let year: Int?
  /// Where in it the claims stand, as "Table 1, 2D-grid, GAN".
  public let `where`: String?

  /// A paper.
  public init(title: String, year: Int? = nil, where place: String? = nil) {
    self.title = title
    self.year = year
    self.where = place
  }

  /// Reads the section.
  init(_ fields: inout Fields) {
    title = fields.string("title", "its title")
    year = fields.optionalInt("year", "the year of its publication", in: 1600...9999)
    self.where = fields.optionalString("where", "where the claims stand: `Table 1, 2D-grid, GAN`")
  }

  /// The paper in a line: `PacGAN (2018), Table 1`.
  public var text: String {
    title + (year.map { " (\($0))" } ?? "") + (self.where.map { ", \($0)" } ?? "")
  }
}

/// A number that a paper reports: the mean of a metric over some runs. No part of what a run is.
public struct Claim: Hashable, Sendable {
  /// The column of `metrics.csv`.
  public let metric: String
  /// The mean, in `unit`.
  public let value: Double
  /// The standard error of the mean, in `unit`; nil where it is not given as such.
  public let error: Double?
  /// The standard deviation over the paper's runs, in `unit`; nil where it is not given as such.
  public let deviation: Double?
  /// How many runs the mean is over.
  public let seeds: Int
  /// What value and error are measured in, in words.
  public let unit: String?
  /// What a value of the column is multiplied by to be in `unit`: 100 where that is `%` and the
  /// column holds a share of 1, else 1.
  public let scale: Double

  /// A claim.
  public init(
    metric: String, value: Double, error: Double? = nil, deviation: Double? = nil, seeds: Int = 1,
    unit: String? = nil, scale: Double = 1
  ) {
    self.metric = metric
    self.value = value
    self.error = error
    self.deviation = deviation
    self.seeds = seeds
    self.unit = unit
    self.scale = scale
  }

  /// The standard error of the mean: `error`, or `deviation` / √`seeds`; nil where the paper gives
  /// neither.
  public var standardError: Double? {
    error ?? deviation.map { $0 / Double(seeds).squareRoot() }
  }
}

// MARK: - Reading

extension Claim {
  /// The most runs that a claim is over.
  public static let mostSeeds = 10_000

  /// Reads the section of an experiment whose long form is `root`. `metrics` say what is measured;
  /// nil where that need not be checked.
  static func readAll(_ fields: inout Fields, _ metrics: Metrics?, of root: Node) -> [Claim] {
    let claims = fields.sections(
      listedIn: "claims", "what the paper reports, metric by metric", of: "a claim"
    ) { (claim: inout Fields) in
      (claim: Claim(&claim, metrics, root), span: claim.span(of: "metric"))
    }
    var spans: [String: Span] = [:]
    for (claim, span) in claims where !claim.metric.isEmpty {
      guard let first = spans[claim.metric] else {
        spans[claim.metric] = span
        continue
      }
      fields.record(
        Diagnostic(
          "duplicate-name", "two claims are about `\(claim.metric)`", at: span,
          related: [.init(first, "the first")]))
    }
    return claims.map(\.claim)
  }

  private init(_ fields: inout Fields, _ metrics: Metrics?, _ root: Node) {
    let name = fields.string(
      "metric", "a metric on a set of data, as `test.modes`; `modes` is the same")
    metric = Claim.column(name, metrics, &fields)
    value = fields.number("value", "the mean that the paper reports")
    error = fields.optionalNumber("error", "the standard error of that mean", in: 0...)
    deviation = fields.optionalNumber(
      "deviation", "instead of `error`: the standard deviation over the paper's runs", in: 0...)
    seeds = fields.int(
      "seeds", "how many runs the mean is over", in: 1...Claim.mostSeeds, default: 1)
    unit = fields.optionalString(
      "unit", "what it is measured in; where that is `%`, a column that holds a share is scaled")
    scale = unit == "%" && !Claim.isInPercent(metric, root) ? 100 : 1
    if error != nil, deviation != nil {
      fields.problem(
        "unreachable-setting", "`deviation` has no effect beside `error`", at: "deviation",
        help: "leave out the one that the paper does not report")
    } else if deviation != nil, fields.peek("seeds") == nil {
      fields.problem(
        "missing-key", "`deviation` needs `seeds`", at: "deviation", label: "over how many runs?",
        note: "the standard error of the mean is `deviation` divided by the root of `seeds`")
    }
  }

  /// The column that a name means, which is what the long form has. A name that means none is
  /// recorded and stays as it is.
  private static func column(
    _ name: String, _ metrics: Metrics?, _ fields: inout Fields
  ) -> String {
    guard let metrics, !name.isEmpty else { return name }
    let columns = metrics.sets.flatMap(\.columns)
    guard let column = [name, "test.\(name)"].first(where: columns.contains) else {
      fields.record(metrics.problem(unknown: name, at: fields.span(of: "metric")))
      return name
    }
    fields.resolve("metric", .text(column, at: fields.span(of: "metric")))
    return column
  }
}

extension Claim {
  /// Whether a column is measured in per cent, by what a long form says of it.
  private static func isInPercent(_ column: String, _ root: Node) -> Bool {
    let names = column.split(separator: ".", maxSplits: 1).map(String.init)
    guard names.count == 2,
      let part = root["metrics"]?[names[0]]?[names[1]]?.entries?.first?.key,
      let type = Catalog.metrics[part] as? any MetricPart.Type
    else { return false }
    return type.unit == "%"
  }
}

extension Experiment {
  /// The keys at the top of a file that decide no number: they are no part of a run's identity.
  public static let undecisive: Set = ["experiment", "allow", "paper", "claims", "sweep"]

  /// The paper and its claims that a long form holds; none where they cannot be read.
  public static func claims(of root: Node) -> (paper: Paper?, claims: [Claim]) {
    Reading(Problems()).mapping(root, of: "an experiment", at: root.span) { fields in
      let paper = fields.section("paper", "", ifMissing: .isNone) { Paper(&$0) }
      let claims = Claim.readAll(&fields, nil, of: root)
      return fields.hasErrors ? (nil, []) : (paper, claims)
    }.value
  }
}
