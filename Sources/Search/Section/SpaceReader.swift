import Formula
import Text
import YAML

/// Reads the space of a sweep: its axes, what goes together, and what must hold between them.
enum SpaceReader {
  /// The space; nil if something is wrong with it, which is recorded. Without parameters it has one
  /// point, which makes a sweep of several seeds.
  static func read(_ fields: inout Fields) -> Space? {
    let drafts = fields.sections(
      "parameters", "what is changed: paths of the experiment, and their values",
      required: false, mainKey: "values", paths: true
    ) { path, axis in AxisDraft(path, &axis) }
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
    _ drafts: [Named<AxisDraft>], _ groups: [Node], _ constraints: [SpannedText]
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
