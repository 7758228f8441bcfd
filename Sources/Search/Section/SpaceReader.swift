import Formula
import Text
import YAML

/// Reads the axes of a sweep, what goes together, and what must hold between them.
enum SpaceReader {
  /// The most values that a range is written out to.
  private static let longest = 10_000

  /// An axis before the conditions are known.
  private struct Draft {
    let domain: Domain?
    let condition: SpannedText?
    let valueSpan: Span
  }

  /// The space; nil if something is wrong with it, which is recorded. Without parameters it has one
  /// point, which makes a sweep of several seeds.
  static func read(_ fields: inout Fields) -> Space? {
    let drafts = fields.sections(
      "parameters", "what is changed: paths of the experiment, and their values",
      required: false, mainKey: "values", paths: true
    ) { path, axis in draft(path, &axis) }
    let groups = groups(&fields)
    let constraints = constraints(&fields)
    let place = fields.place
    let isOfSeeds =
      place.isWritten("seeds") && !place.isWritten("parameters") && !place.isWritten("method")
    if fields.peek("parameters")?.entries?.isEmpty != false, !isOfSeeds, !fields.isDescribing {
      fields.problem(
        "missing-key", "a sweep needs `parameters`, `points`, or `seeds` alone",
        at: fields.peek("parameters") == nil ? nil : "parameters", label: "nothing changes",
        help: "write `parameters: {train.optimizer.adam.rate: [1e-4, 1e-3]}`")
    }
    guard !fields.hasErrors, !fields.isDescribing else { return nil }
    do throws(Diagnostic) {
      return try space(drafts, groups, constraints)
    } catch {
      fields.record(error)
      return nil
    }
  }

  // MARK: Axes

  private static func draft(_ path: String, _ fields: inout Fields) -> Draft {
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
      isWhole: isWhole(fields.peek("min")) && isWhole(fields.peek("max")))
    if lower == nil { fields.forget("scale") }
    let domain: Domain? =
      fields.hasErrors || fields.isDescribing
      ? nil : domain(path, list, range, bounds, fields)
    let place = fields.place
    let span =
      ["values", "range", "min"].first(where: place.isWritten).map(place.span) ?? place.span
    return Draft(domain: domain, condition: condition?.spannedText, valueSpan: span)
  }

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
    return .list(SpaceReader.numbers(first, last, step).map { .number($0, at: items[0].span) })
  }

  /// The numbers from the first to the last one, and none beyond it.
  private static func numbers(_ first: Double, _ last: Double, _ step: Double) -> [Double] {
    let count = Int((last - first) / step * (1 + 1e-12))
    return (0...count).map { first + Double($0) * step }
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

  // MARK: What goes together, and what must hold

  /// The groups of paths under `zip`.
  private static func groups(_ fields: inout Fields) -> [Node] {
    let node = fields.node(
      "zip", "lists that go together: groups of paths",
      .list(.list(.text, count: 2...Int.max), count: 0...Int.max))
    guard let node else { return [] }
    guard let items = node.items, items.allSatisfy({ $0.items?.isEmpty == false }) else {
      fields.record(
        Diagnostic(
          "wrong-type", "`zip` must be a list of lists of paths, but this is \(node.found)",
          at: node.span, help: "write `zip: [[data.batch, train.optimizer.adam.rate]]`"))
      return []
    }
    return items
  }

  private static func constraints(_ fields: inout Fields) -> [SpannedText] {
    let node = fields.node(
      "constraints", "what must hold between parameters, as `parameters.latent <= data.batch`",
      .oneOrMore(.formula))
    let items = node.map { $0.items ?? [$0] } ?? []
    return items.compactMap { item in
      if let text = item.spannedText, !item.isNull { return text }
      fields.record(
        Diagnostic(
          "wrong-type", "a constraint is a text, but this is \(item.found)", at: item.span))
      return nil
    }
  }

  // MARK: The whole

  private static func space(
    _ drafts: [Named<Draft>], _ groups: [Node], _ constraints: [SpannedText]
  ) throws(Diagnostic) -> Space {
    var axes: [Axis] = []
    for draft in drafts {
      guard let domain = draft.value.domain else { continue }
      axes.append(
        Axis(
          path: draft.name, span: draft.place.span, domain: domain,
          valueSpan: draft.value.valueSpan))
    }
    try checkPaths(axes)
    let paths = axes.map { ($0.path, $0.kind) }
    var conditions: [Condition?] = []
    for draft in drafts {
      guard let text = draft.value.condition else {
        conditions.append(nil)
        continue
      }
      conditions.append(try ConditionParser.parse(text, paths))
    }
    let order = try order(axes, conditions)
    var parsed: [Condition] = []
    for text in constraints { parsed.append(try ConditionParser.parse(text, paths)) }
    let conditional = zip(axes, conditions).map { $0.under($1) }
    return Space(
      axes: conditional, dimensions: try dimensions(axes, groups), constraints: parsed,
      order: order)
  }

  /// Paths that name the same place, or one within the other, or that differ by case only.
  static func checkPaths(_ axes: [Axis]) throws(Diagnostic) {
    var folded: [String: Axis] = [:]
    for axis in axes {
      let head = axis.names[0].text
      let others = ["sweep", "seed", "experiment", "extends", "paper", "claims"]
      if others.contains(head) || axis.path.isEmpty {
        throw Diagnostic(
          "bad-axis", "`\(axis.path)` cannot be a parameter of a sweep", at: axis.span,
          help: head == "seed" ? "write `seeds: [1, 2, 3]`" : nil)
      }
      if let other = folded.updateValue(axis, forKey: axis.path.lowercased()) {
        throw Diagnostic(
          "duplicate-name", "`\(axis.path)` and `\(other.path)` differ only in case",
          at: axis.span, related: [.init(other.span, "the other")])
      }
    }
    for axis in axes {
      let names = axis.path.lowercased().split(separator: ".")
      for count in 1..<max(1, names.count) {
        guard let other = folded[names.prefix(count).joined(separator: ".")] else { continue }
        throw Diagnostic(
          "duplicate-name", "`\(axis.path)` lies within `\(other.path)`, which is a parameter too",
          at: axis.span, related: [.init(other.span, "replaces all of it")])
      }
    }
  }

  /// The axes, each after those that its condition names.
  private static func order(
    _ axes: [Axis], _ conditions: [Condition?]
  ) throws(Diagnostic) -> [Int] {
    var order: [Int] = []
    var isPlaced = [Bool](repeating: false, count: axes.count)
    while order.count < axes.count {
      let ready = axes.indices.filter { axis in
        !isPlaced[axis] && (conditions[axis]?.axes ?? []).allSatisfy { isPlaced[$0] }
      }
      guard !ready.isEmpty else { throw circle(axes, conditions, isPlaced) }
      for axis in ready { isPlaced[axis] = true }
      order += ready
    }
    return order
  }

  /// That conditions depend on each other in a circle.
  private static func circle(
    _ axes: [Axis], _ conditions: [Condition?], _ isPlaced: [Bool]
  ) -> Diagnostic {
    // From any axis that waits, the axes that are waited for lead into the circle.
    var path: [Int] = []
    var next = isPlaced.firstIndex(of: false)
    while let axis = next, !path.contains(axis) {
      path.append(axis)
      next = conditions[axis]?.axes.first { !isPlaced[$0] }
    }
    let circle = path.drop { $0 != next }
    let names = circle.map { "`\(axes[$0].path)`" }.joined(separator: ", then ")
    return Diagnostic(
      "condition-circle", "whether `\(axes[circle.first ?? 0].path)` counts depends on itself",
      at: conditions[circle.first ?? 0]?.span, note: "the circle is \(names)")
  }

  /// The axes in groups, in the order of their first members.
  private static func dimensions(
    _ axes: [Axis], _ groups: [Node]
  ) throws(Diagnostic) -> [Space.Dimension] {
    var groupOf: [Int: Int] = [:]
    var members: [[Int]] = []
    for (number, group) in groups.enumerated() {
      var found: [Int] = []
      for item in group.items ?? [] {
        let axis = try member(item, axes)
        if groupOf.updateValue(number, forKey: axis) != nil {
          throw Diagnostic(
            "duplicate-name", "`\(axes[axis].path)` stands twice in `zip`", at: item.span)
        }
        if let first = found.first, axes[first].domain.count != axes[axis].domain.count {
          throw Diagnostic(
            "wrong-count",
            "lists that go together have one length, but `\(axes[first].path)` has "
              + "\(axes[first].domain.count ?? 0) values and `\(axes[axis].path)` has "
              + "\(axes[axis].domain.count ?? 0)", at: item.span,
            related: [.init(axes[axis].valueSpan, "its values")])
        }
        found.append(axis)
      }
      members.append(found)
    }
    var dimensions: [Space.Dimension] = []
    for axis in axes.indices {
      guard let group = groupOf[axis] else {
        dimensions.append(Space.Dimension(axes: [axis]))
        continue
      }
      if members[group].min() == axis { dimensions.append(Space.Dimension(axes: members[group])) }
    }
    return dimensions
  }

  private static func member(_ item: Node, _ axes: [Axis]) throws(Diagnostic) -> Int {
    let path = item.scalar?.text ?? ""
    guard let axis = axes.firstIndex(where: { $0.path == path }) else {
      throw Diagnostic(
        "unknown-name", "the sweep has no parameter `\(path)`", at: item.span,
        note: axes.count <= 12 ? "there are \(Suggest.list(axes.map(\.path)))" : nil,
        help: Suggest.help(for: path, among: axes.map(\.path)))
    }
    guard axes[axis].isList else {
      throw Diagnostic(
        "bad-axis", "only lists go together, but `\(path)` is none", at: item.span,
        related: [.init(axes[axis].valueSpan, "its values")])
    }
    return axis
  }
}
