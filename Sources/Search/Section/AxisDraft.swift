import Formula
import Text
import YAML

/// An axis of a sweep as it is written, before the conditions are known.
struct AxisDraft {
  /// The most values that a range is written out to.
  private static let longest = 10_000

  /// Its values; nil where something is wrong with them, which is recorded.
  let domain: Domain?
  /// When it counts; nil for always.
  let condition: SpannedText?
  /// Where its values are written.
  let valueSpan: Span

  /// Reads the axis of a path.
  init(_ path: String, _ fields: inout Fields) {
    let list = fields.node("values", "the values", .list(.other("any value"), count: 1...Int.max))
    let range = fields.node(
      "range", "first value, last value and step", .list(.number(Bounds()), count: 3...3))
    let lower = fields.optionalNumber("min", "the least value; whole if both ends are")
    let upper = fields.optionalNumber("max", "the greatest value")
    let scale = fields.choice(
      "scale", "how values are spread between `min` and `max`", of: Interval.Scale.self,
      default: .linear)
    let step = fields.optionalNumber("step", "the distance between values", in: .above(0))
    let condition = fields.node("if", "when the parameter counts, as `data.batch > 16`", .formula)
    let bounds = Bounded(
      lower: lower, upper: upper, scale: scale, step: step,
      isWhole: AxisDraft.isWhole(fields.peek("min")) && AxisDraft.isWhole(fields.peek("max")))
    if lower == nil { fields.forget("scale") }
    domain =
      fields.hasErrors || fields.isDescribing
      ? nil : AxisDraft.domain(path, list, range, bounds, fields)
    self.condition = condition?.spannedText
    let place = fields.place
    valueSpan =
      ["values", "range", "min"].first(where: place.isWritten).map(place.span) ?? place.span
  }

}

// MARK: - Values

extension AxisDraft {
  /// The ends of an interval as they are written.
  private struct Bounded {
    let lower: Double?
    let upper: Double?
    let scale: Interval.Scale
    let step: Double?
    let isWhole: Bool
  }

  private static func domain(
    _ path: String, _ list: Node?, _ range: Node?, _ bounds: Bounded, _ fields: Fields
  ) -> Domain? {
    let place = fields.place
    let isInterval = bounds.lower != nil || bounds.upper != nil
    guard [list != nil, range != nil, isInterval].filter({ $0 }).count == 1 else {
      fields.problem(
        "bad-axis", "`\(path)` needs values: a list, or a `range`, or `min` and `max`",
        label: list == nil && range == nil && !isInterval ? "has none" : "has several of them")
      return nil
    }
    if let extra = ["scale", "step"].first(where: { !isInterval && place.isWritten($0) }) {
      fields.problem(
        "unreachable-setting", "`\(extra)` has no effect without `min` and `max`", at: extra)
      return nil
    }
    if let list { return values(path, list, fields) }
    if let range { return ranged(path, range, fields) }
    return interval(path, bounds, fields)
  }

  private static func values(_ path: String, _ node: Node, _ fields: Fields) -> Domain? {
    guard let items = node.items, !items.isEmpty else {
      fields.record(
        Diagnostic(
          "bad-axis", "`\(path)` needs a list of values, but this is \(node.found)",
          at: node.span, label: "not a list of values",
          help: "write `[32, 64]`, or `{min: 1e-5, max: 1e-2, scale: log}`"))
      return nil
    }
    if let empty = items.first(where: \.isNull) {
      fields.record(
        Diagnostic("no-value", "one of the values of `\(path)` is empty", at: empty.span))
      return nil
    }
    return .list(items)
  }

  private static func ranged(_ path: String, _ node: Node, _ fields: Fields) -> Domain? {
    let numbers = (node.items ?? []).map(number)
    guard let items = node.items, numbers.count == 3, let first = numbers[0],
      let last = numbers[1], let step = numbers[2]
    else {
      fields.record(
        Diagnostic(
          "bad-axis", "a `range` is a list of three numbers, but this is \(node.found)",
          at: node.span, help: "write `range: [first, last, step]`"))
      return nil
    }
    guard step != 0, (last - first) / step >= 0, abs(first) <= 0x1p53, abs(last) <= 0x1p53 else {
      fields.record(
        Diagnostic(
          "bad-axis",
          "a step of \(Literal.text(of: step)) does not lead from "
            + "\(Literal.text(of: first)) to \(Literal.text(of: last))", at: node.span))
      return nil
    }
    let count = (last - first) / step + 1
    guard count <= Double(longest) else {
      fields.problem(
        "too-many-runs", "the range has more than \(longest) values", at: "range",
        help: "write `min`, `max` and `step`, whose values are not listed")
      return nil
    }
    let steps = DecimalSteps(from: first, to: last, by: step)
    return .list((0...steps.count).map { .number(steps[$0], at: items[0].span) })
  }

  private static func interval(_ path: String, _ bounds: Bounded, _ fields: Fields) -> Domain? {
    guard let lower = bounds.lower, let upper = bounds.upper else {
      fields.problem(
        "bad-axis",
        "`\(path)` has `\(bounds.lower == nil ? "max" : "min")`, but no "
          + "`\(bounds.lower == nil ? "min" : "max")`")
      return nil
    }
    guard lower < upper else {
      fields.problem(
        "bad-axis",
        "`min` must be less than `max`, but \(Literal.text(of: lower)) is not less than "
          + "\(Literal.text(of: upper))", at: "min")
      return nil
    }
    if bounds.scale == .log, lower <= 0 {
      fields.problem(
        "bad-axis",
        "`scale: log` needs numbers above 0, but `min` is "
          + Literal.text(of: lower), at: "min")
      return nil
    }
    if bounds.scale == .log, bounds.step != nil {
      fields.problem(
        "bad-axis", "`step` and `scale: log` do not go together", at: "step",
        help: "write the values as a list")
      return nil
    }
    let step = bounds.step ?? (bounds.isWhole ? 1 : nil)
    guard max(abs(lower), abs(upper)) <= (step == nil ? 1e300 : 0x1p53),
      step.map({ (upper - lower) / $0 < 0x1p53 }) ?? true
    else {
      fields.problem(
        "bad-axis", "the bounds of `\(path)` are too far apart", at: "min",
        note: "numbers with steps lie within 2^53, all others within 1e300")
      return nil
    }
    return .interval(Interval(lower: lower, upper: upper, scale: bounds.scale, step: step))
  }

  private static func isWhole(_ node: Node?) -> Bool {
    guard let scalar = node?.scalar, case .number(.whole) = Literal(scalar.text) else {
      return false
    }
    return true
  }

  private static func number(_ node: Node) -> Double? {
    guard let scalar = node.scalar, scalar.style == .plain,
      case .number(let number) = Literal(scalar.text)
    else { return nil }
    return number.value
  }
}
