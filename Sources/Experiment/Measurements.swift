import Formula
import Parts
import Search
import Tensor
import Text
import YAML

/// What is written to `metrics.csv`, and when.
public struct Metrics: Sendable {
  /// How often a row is written.
  public let every: Duration
  /// Whether the length of each player's gradient is recorded.
  public let gradientNorms: Bool
  /// Whether the length of each network's weights is recorded.
  public let weightNorms: Bool
  /// What is measured on whole sets of data, by the name of the set.
  public let sets: [MeasuredSet]
}

/// What is measured on the training, validation or test set.
public struct MeasuredSet: Sendable {
  /// The set.
  public let split: DataSplit
  /// How often.
  public let every: Duration
  /// Formulas by name.
  public let formulas: [(name: String, formula: Formula)]
  /// Measurements that are parts, by name.
  public let parts: [(name: String, metric: Placed<any MetricPart>)]

  /// The columns of the CSV, in the order of the file.
  public let columns: [String]
  /// Where it is written.
  public let place: Place
}

/// The pictures that a run draws.
public struct Samples: Sendable {
  /// How often.
  public let every: Duration
  /// Rows and columns of a grid.
  public let grid: Pair
  /// What is drawn, by name.
  public let show: [(name: String, formula: Formula)]
  /// Where it is written.
  public let place: Place
}

/// Which checkpoints a run leaves.
public struct Checkpoints: Sendable {
  /// How often one is written.
  public let every: Duration
  /// How many of the latest stay.
  public let keep: Int
  /// The one that stays besides, by a metric; nil for none.
  public let best: Best?

  /// A metric that decides which checkpoint is the best.
  public struct Best: Sendable {
    /// A column of the CSV.
    public let metric: String
    /// Whether more of it is better.
    public let goal: Goal
    /// Where it is written.
    public let place: Place
  }
}

/// When a run ends before its last step: a metric no longer improves.
public struct Patience: Sendable {
  /// A column of the CSV.
  public let metric: String
  /// Whether more of it is better.
  public let goal: Goal
  /// How many measurements in a row may bring nothing better.
  public let evaluations: Int
  /// Where it is written.
  public let place: Place

  /// Reads the section.
  init(_ fields: inout Fields) {
    metric = fields.string("metric", "a column of metrics.csv, such as `validation.elbo`")
    goal = fields.choice("goal", "what is better", of: Goal.self)
    evaluations = fields.int(
      "evaluations", "measurements in a row without a better one that end the run", in: 1...,
      default: 5)
    place = fields.place
  }
}

extension Metrics {
  /// That no set of data is measured by a metric of this name.
  func problem(unknown name: String, at span: Span) -> Diagnostic {
    let columns = sets.flatMap(\.columns)
    // What is written without its set is near to what others are called without theirs.
    let short = columns.map { String($0.drop { $0 != "." }.dropFirst()) }
    return Diagnostic(
      "unknown-name", "there is no metric `\(name)`", at: span, label: "unknown metric",
      note: columns.isEmpty
        ? "nothing is measured on a set of data" : "there are \(Suggest.list(columns))",
      help: Suggest.help(for: name, among: name.contains(".") ? columns : short))
  }

  /// Reads the section; `splits` are the sets that the data has.
  static func read(_ fields: inout Fields, splits: [DataSplit]) -> Metrics {
    fields.elsewhere = { key in
      splits.last.map { "a formula stands under a set of data: `\($0.rawValue): {\(key): ...}`" }
    }
    let every = fields.duration(
      "every", "how often a row is written", default: Duration(100, .steps))
    let gradientNorms = fields.bool(
      "gradient_norms", "record the length of each player's gradient", default: false)
    let weightNorms = fields.bool(
      "weight_norms", "record the length of each network's weights", default: false)
    let sets = DataSplit.allCases.compactMap { split -> MeasuredSet? in
      let written = fields.peek(split.rawValue)
      let set = fields.section(
        split.rawValue, "what is measured on the \(split.rawValue) set", ifMissing: .isNone
      ) { MeasuredSet.read(split, &$0) }
      guard let set, written != nil else { return nil }
      if !splits.contains(split) && !fields.isDescribing {
        fields.problem(
          "no-such-set", "the data has no \(split.rawValue) set", at: split.rawValue,
          help: split == .validation ? "write `data: {split: {validation: 5000}}`" : nil)
        return nil
      }
      return set
    }
    return Metrics(
      every: every, gradientNorms: gradientNorms, weightNorms: weightNorms, sets: sets)
  }
}

extension MeasuredSet {
  fileprivate static func read(_ split: DataSplit, _ fields: inout Fields) -> MeasuredSet {
    let every = fields.duration("every", "how often", default: Duration(1, .epochs))
    var formulas: [(name: String, formula: Formula)] = []
    var parts: [(name: String, metric: Placed<any MetricPart>)] = []
    var columns: [String] = []
    let rest = fields.rest(
      "a formula that is a number, or a measurement that has a name",
      .either(.formula, .either(.part(Catalog.metrics.noun), .settings(Catalog.metrics.noun))))
    for entry in rest {
      fields.record(Names.problem(entry.key, at: entry.keySpan, "a metric"))
      let path = "metrics.\(split.rawValue).\(entry.key)"
      if entry.value.entries != nil || Catalog.metrics[entry.value.scalar?.text ?? ""] != nil {
        guard let metric = fields.part(named(entry), of: Catalog.metrics) else { continue }
        parts.append((entry.key, metric))
      } else if let text = entry.value.spannedText, let formula = fields.formula(text, path: path) {
        fields.resolve(entry.key, .text(formula.description, at: entry.value.span))
        formulas.append((entry.key, formula))
      }
      columns.append("\(split.rawValue).\(entry.key)")
    }
    return MeasuredSet(
      split: split, every: every, formulas: formulas, parts: parts, columns: columns,
      place: fields.place)
  }

  /// `modes: {samples: 100}` is `modes: {modes: {samples: 100}}`: the column has the part's name.
  private static func named(_ entry: Node.Entry) -> Node.Entry {
    guard let settings = entry.value.entries, Catalog.metrics[entry.key] != nil,
      !settings.contains(where: { Catalog.metrics[$0.key] != nil })
    else { return entry }
    let part = Node(
      .mapping([Node.Entry(entry.key, at: entry.keySpan, entry.value)]), at: entry.value.span)
    return Node.Entry(entry.key, at: entry.keySpan, part)
  }
}

extension Samples {
  /// Reads the section.
  static func read(_ fields: inout Fields) -> Samples {
    let every = fields.duration("every", "how often", default: Duration(1, .epochs))
    let grid = fields.intPair(
      "grid", "rows and columns of a picture", in: 1...64, default: Pair(height: 8, width: 8))
    let written = fields.formulas(
      "show", "what is drawn, by name: images, or points of two numbers")
    var show: [(name: String, formula: Formula)] = []
    var entries: [Node.Entry] = []
    for entry in written {
      fields.record(Names.problem(entry.name, at: entry.span, "a picture"))
      guard let formula = fields.formula(entry.text, path: "samples.show.\(entry.name)") else {
        continue
      }
      show.append((entry.name, formula))
      entries.append(
        Node.Entry(
          entry.name, at: entry.span, .text(formula.description, at: formula.source.span)))
    }
    if !entries.isEmpty {
      fields.resolve("show", Node(.mapping(entries), at: fields.span(of: "show")))
    }
    return Samples(every: every, grid: grid, show: show, place: fields.place)
  }
}

extension Checkpoints {
  /// Reads the section.
  static func read(_ fields: inout Fields) -> Checkpoints {
    let every = fields.duration("every", "how often", default: Duration(1, .epochs))
    let keep = fields.int("keep", "how many of the latest stay", in: 1...10_000, default: 3)
    let best = fields.section(
      "best", "the checkpoint that stays besides", ifMissing: .isNone
    ) { best in
      Best(
        metric: best.string("metric", "a column of metrics.csv, such as `validation.elbo`"),
        goal: best.choice("goal", "what is better", of: Goal.self), place: best.place)
    }
    return Checkpoints(every: every, keep: keep, best: best)
  }
}

extension Experiment {
  /// How many samples a picture shows: a grid's places for images, the points of a scatter for
  /// others.
  public func samples(inPictureOf shape: ExampleShape) -> Int {
    guard let samples, shape.isImage else { return 1000 }
    return samples.grid.height * samples.grid.width
  }

  /// The formula of the samples that a measurement looks at: its own, or what `generator` makes of
  /// normal noise.
  public func samples(for metric: Placed<any MetricPart>, named name: String) throws(Diagnostic)
    -> Formula
  {
    let path = "metrics.\(name).of"
    if let text = metric.part.of { return try Formula(text, path: path) }
    guard let generator = networks.first(where: { $0.name == "generator" }) else {
      throw Diagnostic(
        "missing-key", "`\(metric.name)` does not know what makes its samples",
        at: metric.place.span, label: "there is no network `generator`",
        help: "write `\(metric.name): {of: network(normal(2))}`")
    }
    let dims = generator.input.dims.map(String.init).joined(separator: ", ")
    let call = generator.average == nil ? "generator" : "average(generator)"
    return try Formula("\(call)(normal(\(dims)))", builtIn: metric.name, path: path)
  }
}
