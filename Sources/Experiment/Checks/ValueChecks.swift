import Formula
import Graph
import Parts
import Text
import YAML

/// Compares what is known of values before anything runs with what formulas take for granted.
///
/// Intervals go from the data's range and from each op's rule through the graphs of updates,
/// measurements and pictures. A warning stands where something is assumed, and shows where the
/// values come from.
final class ValueChecks {
  /// What was found.
  private(set) var warnings: [Diagnostic] = []
  /// Whether something depends on the range of the data, which is not known.
  private(set) var isOpen = false
  private let data: DataSection
  private let range: Interval?
  private var told: Set<Told> = []

  /// One thing said of one place.
  private struct Told: Hashable {
    let code: String
    let place: Span
  }

  /// The checks of examples whose values lie in `range`; nil where that is not known.
  init(_ data: DataSection, range: ClosedRange<Float>?) {
    self.data = data
    self.range = range.map { Interval(Double($0.lowerBound), Double($0.upperBound)) }
  }

  /// Checks what the formulas of a graph assume.
  func check(_ graph: Graph, _ assumed: [Assumed]) {
    guard !assumed.isEmpty else { return }
    let known = Known(graph, data: range)
    for assumed in assumed {
      switch assumed.assumption {
      case .logits: checkLogits(assumed, known)
      case .unit: checkUnit(assumed, known)
      case .difference: checkDifference(assumed, known)
      case .input: break
      }
    }
    let calls = Dictionary(grouping: assumed.filter { $0.assumption == .input }, by: \.by)
    for name in calls.keys.sorted() { checkCalls(calls[name] ?? [], known) }
  }

  /// Images with values like 255 are data that no one has scaled.
  func checkImages() {
    guard let range, data.form.shape.isImage, range.lower >= 0, range.upper > 16 else { return }
    tell(
      Diagnostic(
        "unscaled-images", "the values of the images reach \(Literal.text(of: range.upper))",
        at: data.place.span(of: "dataset"), label: "values in \(range.text)",
        note: "layers and learning rates are made for values of about 1; bytes are 0...1 already",
        help: range.upper <= 255
          ? "write `range: [0, 255]` in the dataset and `scale: [0, 1]` among the `transforms`"
          : "give the dataset its `range`, and write `scale: [0, 1]` among the `transforms`",
        severity: .warning), nil)
  }

  /// Logits must be able to leave the neighbourhood of 0.
  private func checkLogits(_ assumed: Assumed, _ known: Known) {
    let interval = known[assumed.side]
    guard interval.lies(in: Interval(-1, 1)), !interval.isPoint else { return }
    let source = known.source(of: assumed.side.value)
    let name = source?.span.text.split(whereSeparator: { !$0.isLetter && $0 != "_" }).first ?? ""
    tell(
      Diagnostic(
        "bounded-logits",
        "`\(assumed.by)` takes logits, but `\(assumed.side.text)` lies in \(interval.text)",
        at: assumed.side.span, label: "lies in \(interval.text)",
        note: "logits are numbers of any size; `\(assumed.by)` makes probabilities of them itself",
        help: name.isEmpty ? nil : "leave the `\(name)` out", severity: .warning),
      source)
  }

  /// Targets of a Bernoulli likelihood must be probabilities.
  private func checkUnit(_ assumed: Assumed, _ known: Known) {
    let interval = known[assumed.side]
    if known.isOpen(assumed.side.value) { isOpen = true }
    guard interval.isFinite, interval.isReached, !interval.lies(in: Interval(-1e-6, 1 + 1e-6))
    else { return }
    let isNamed = assumed.side.span.source.kind == .builtIn
    tell(
      Diagnostic(
        "outside-unit",
        "`\(assumed.by)` takes targets in [0, 1], but `\(assumed.side.text)` lies in "
          + interval.text,
        at: assumed.side.span, label: "lies in \(interval.text)",
        note: "of other targets it is no likelihood, and has no least value",
        help: "bring the data to [0, 1], as with `scale: [0, 1]`, or "
          + (isNamed ? "choose another `likelihood` or `error` of the loss" : "write `(a - b)^2`"),
        severity: .warning),
      known.source(of: assumed.side.value) ?? dataPlace(interval))
  }

  /// What is to come near the data must be able to.
  private func checkDifference(_ assumed: Assumed, _ known: Known) {
    guard let other = assumed.other else { return }
    let sides = [assumed.side, other]
    guard let data = sides.first(where: { known.isData($0.value) }),
      let made = sides.first(where: { known.isMade($0.value) })
    else { return }
    let reach = known[made]
    guard reach.isFinite, reach.isReached, !reach.isPoint else { return }
    if known.isOpen(data.value) { isOpen = true }
    let interval = known[data]
    guard interval.isFinite, interval.isReached, interval.leaves(reach) else { return }
    tell(
      Diagnostic(
        "out-of-reach",
        "`\(made.text)` lies in \(reach.text), but is compared with `\(data.text)` in "
          + interval.text,
        at: made.span, label: "lies in \(reach.text)",
        help: advice(reach), severity: .warning), known.source(of: made.value))
  }

  /// A network that judges data and made values must not tell them by their ranges.
  private func checkCalls(_ calls: [Assumed], _ known: Known) {
    guard let data = calls.first(where: { known.isData($0.side.value) }) else { return }
    for call in calls where known.isMade(call.side.value) {
      let made = known[call.side]
      guard made.isFinite, made.isReached, !made.isPoint else { continue }
      if known.isOpen(data.side.value) { isOpen = true }
      let interval = known[data.side]
      guard interval.isFinite, interval.isReached,
        interval.leaves(made) || interval.width < 0.55 * made.width
      else { continue }
      tell(
        Diagnostic(
          "range-mismatch",
          "`\(call.by)` is called on `\(data.side.text)` in \(interval.text), but on "
            + "`\(call.side.text)` in \(made.text)",
          at: call.side.span, label: "lies in \(made.text)",
          note: "it can tell one from the other by the range alone",
          help: advice(made), severity: .warning), known.source(of: call.side.value))
    }
  }

  private func advice(_ made: Interval) -> String {
    "bring the data there, as with `scale: \(made.text)`, or end the network otherwise"
  }

  /// The place that gives the data their range.
  private func dataPlace(_ interval: Interval) -> Diagnostic.Label {
    let key = data.transforms.isEmpty ? "dataset" : "transforms"
    return .init(data.place.span(of: key), "values in \(interval.text)")
  }

  /// Adds a warning; of what one layer or the data bring about, the first only.
  private func tell(_ warning: Diagnostic, _ source: Diagnostic.Label?) {
    var warning = warning
    warning.related += source.map { [$0] } ?? []
    if let place = source?.span ?? warning.span,
      !told.insert(Told(code: warning.code, place: place)).inserted
    {
      return
    }
    warnings.append(warning)
  }
}

/// What is known of a graph's values.
private struct Known {
  private let graph: Graph
  private let intervals: [Interval]
  private let hasRange: Bool
  /// Whether a value depends on the batch, and whether on weights.
  private let origins: [(batch: Bool, weights: Bool)]

  init(_ graph: Graph, data: Interval?) {
    self.graph = graph
    hasRange = data != nil
    intervals = graph.intervals {
      $0.role == .input && $0.path == "x" ? data ?? .unknown : .unknown
    }
    var origins: [(batch: Bool, weights: Bool)] = []
    for node in graph.nodes {
      let role = (node.op as? Leaf)?.role
      var origin = (batch: role == .input, weights: role == .parameter || role == .average)
      for input in node.inputs {
        origin.batch = origin.batch || origins[input.index].batch
        origin.weights = origin.weights || origins[input.index].weights
      }
      origins.append(origin)
    }
    self.origins = origins
  }

  subscript(side: Assumed.Side) -> Interval { intervals[side.value.index] }

  /// Whether a value is one of the data, or computed from them without any network.
  func isData(_ value: Value) -> Bool {
    origins[value.index].batch && !origins[value.index].weights
  }

  /// Whether a network made it.
  func isMade(_ value: Value) -> Bool { origins[value.index].weights }

  /// Whether the range of the data may decide about it, and is not known.
  func isOpen(_ value: Value) -> Bool { isData(value) && !hasRange }

  /// The layer or the expression that keeps a value within its interval; nil where the data's range
  /// does.
  func source(of value: Value) -> Diagnostic.Label? {
    var value = value
    while let next = graph[value].inputs.first(where: {
      intervals[$0.index].isFinite && !intervals[$0.index].isPoint
    }) { value = next }
    guard !isData(value), let span = graph[value].origin.span else { return nil }
    return .init(span, "gives values in \(intervals[value.index].text)")
  }
}

extension Interval {
  /// As files write a range: `[0, 1]`.
  fileprivate var text: String { "[\(Literal.text(of: lower)), \(Literal.text(of: upper))]" }

  fileprivate var width: Double { upper - lower }

  /// Whether it leaves another one by more than a twentieth of that.
  fileprivate func leaves(_ other: Interval) -> Bool {
    let margin = 0.05 * other.width
    return lower < other.lower - margin || upper > other.upper + margin
  }
}
