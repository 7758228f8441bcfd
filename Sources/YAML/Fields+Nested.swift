import Text

extension Fields {
  /// A formula: any text or number, to be typed by who knows its names. What can be evaluated now
  /// is checked against `bounds`.
  public mutating func formula(
    _ key: String, _ summary: String, in bounds: some Bounding<Double> = Bounds<Double>.any,
    default fallback: String? = nil, why: String? = nil
  ) -> SpannedText {
    let absence: Absence<SpannedText> =
      fallback.map { .fallback(SpannedText($0, builtIn: "default of `\(key)`")) } ?? .required
    return formula(key, summary, bounds.bounds, absence, why) ?? SpannedText("1", builtIn: key)
  }

  /// A formula, or nil.
  public mutating func optionalFormula(
    _ key: String, _ summary: String, in bounds: some Bounding<Double> = Bounds<Double>.any,
    why: String? = nil
  ) -> SpannedText? {
    formula(key, summary, bounds.bounds, .none, why)
  }

  private mutating func formula(
    _ key: String, _ summary: String, _ bounds: Bounds<Double>, _ absence: Absence<SpannedText>,
    _ why: String?
  ) -> SpannedText? {
    value(key, summary, .formula, absence, write: Node.formula) { node, reading in
      Fields.formula(key, node, reading, bounds, why)
    }
  }

  /// Formulas under names that the user chose, in the order of the file.
  public mutating func formulas(_ key: String, _ summary: String) -> [NamedFormula] {
    named(key, summary, .formula) { entry, reading in
      Fields.formula(entry.key, entry.value, reading, Bounds(), nil).map { text in
        (
          NamedFormula(name: entry.key, span: entry.keySpan, text: text),
          Node.formula(text, at: entry.value.span)
        )
      }
    }
  }

  /// A value of another kind: `read` gives it or the problem, `write` its long form. Nil if it is
  /// not written and there is no default, or if it cannot be read.
  public mutating func custom<Value>(
    _ key: String, _ summary: String, _ type: FieldType, default fallback: Value? = nil,
    required: Bool = false, write: (Value, Span) -> Node,
    read: (Node) -> Result<Value, Diagnostic>
  ) -> Value? {
    let absence: Absence<Value> = fallback.map { .fallback($0) } ?? (required ? .required : .none)
    return value(key, summary, type, absence, write: write) { node, reading in
      switch read(node) {
      case .success(let value): return value
      case .failure(let problem):
        reading.problems.add(problem)
        return nil
      }
    }
  }

  /// A value as it is written, nil if it is not; `resolve` may give it a long form.
  public mutating func node(
    _ key: String, _ summary: String, _ type: FieldType, required: Bool = false
  ) -> Node? {
    value(key, summary, type, required ? .required : .none, write: { node, _ in node }) {
      node, _ in node
    }
  }
}

// MARK: - Parts

extension Fields {
  /// One part of a list: an optimizer, a dataset. `fallback` names the one that is meant if the
  /// key is not written. Nil if anything is wrong with it.
  public mutating func part<Kind>(
    _ key: String, _ summary: String, of list: PartList<Kind>, default fallback: String? = nil
  ) -> Placed<Kind>? {
    let standard = fallback.flatMap { name in
      reading.flatMap { list.read(.text(name, at: span), $0) }
    }
    let part = value(
      key, summary, .part(list.noun), standard.map { .fallback($0) } ?? .required,
      write: { part, _ in part.resolved }, read: list.read)
    if let fallback, isDescribing { describeLast(default: .text(fallback, at: span)) }
    return part
  }

  /// One part of a list, or nil.
  public mutating func optionalPart<Kind>(
    _ key: String, _ summary: String, of list: PartList<Kind>
  ) -> Placed<Kind>? {
    value(
      key, summary, .part(list.noun), .none, write: { part, _ in part.resolved }, read: list.read)
  }

  /// Parts in order, such as the layers of a network. Those that cannot be read are left out; ask
  /// `hasErrors`. Without `required` a missing key means none.
  public mutating func parts<Kind>(
    _ key: String, _ summary: String, of list: PartList<Kind>, required: Bool = true
  ) -> [Placed<Kind>] {
    let type = FieldType.list(.part(list.noun), count: 0...Int.max)
    return value(key, summary, type, required ? .required : .fallback([])) { parts, span in
      .sequence(parts.map(\.resolved), at: span)
    } read: { node, reading in
      guard let items = node.items else {
        reading.problems.add(
          Diagnostic(
            "wrong-type", "`\(key)` must be a list, but this is \(node.found)", at: node.span,
            label: "not a list",
            help: node.entry(Node.mainKey).map { _ in
              "an override reaches an item by its number, from 0: `\(key).2`"
            } ?? "write `- ` before each item, or `[...]` around all"))
        return nil
      }
      return items.compactMap { list.read($0, reading) }
    } ?? []
  }
}

// MARK: - Mappings in mappings

/// What a section that is not written means.
public enum MissingSection: Sendable {
  /// It is an error.
  case isError
  /// It stands with its defaults.
  case hasDefaults
  /// It is not there.
  case isNone
}

/// A formula under a name that the user chose.
public struct NamedFormula: Sendable {
  /// The name.
  public let name: String
  /// Where the name is written.
  public let span: Span
  /// The formula.
  public let text: SpannedText
}

/// A value under a name that the user chose.
public struct Named<Value> {
  /// The name.
  public let name: String
  /// Where the name and the settings under it are written.
  public let place: Place
  /// The value.
  public let value: Value
}

extension Named: Sendable where Value: Sendable {}

extension Fields {
  /// A mapping with keys of its own, which `read` asks for. `mainKey` is the key of its short form.
  public mutating func section<Value>(
    _ key: String, _ summary: String, ifMissing: MissingSection = .isError,
    mainKey: String? = nil, _ read: (inout Fields) -> Value
  ) -> Value? {
    var description = Fields(describing: "`\(key)`", mainKey: mainKey)
    if isDescribing { _ = read(&description) }
    var resolved: Node?
    let type = FieldType.section(description.descriptions)
    let keySpan = entries.first { $0.key == key }?.keySpan ?? span
    let written = value(
      key, summary, type, ifMissing == .isError ? .required : .none,
      write: { (_: Value, span) in resolved ?? .mapping([], at: span) }
    ) { node, reading in
      let (value, fields) = reading.mapping(
        node, of: "`\(key)`", at: keySpan, mainKey: mainKey, read)
      resolved = fields.resolved
      return value
    }
    guard written == nil, ifMissing == .hasDefaults, let reading, peek(key) == nil else {
      return written
    }
    let (value, fields) = reading.mapping(nil, of: "`\(key)`", at: span, read)
    resolve(key, fields.resolved)
    return value
  }

  /// Mappings under names that the user chose, such as networks; `read` asks for the keys of each.
  /// `mainKey` is the key of their short form. Names that are `paths` may come from an override
  /// without a `+`.
  public mutating func sections<Value>(
    _ key: String, _ summary: String, required: Bool = true, mainKey: String? = nil,
    paths: Bool = false, _ read: (String, inout Fields) -> Value
  ) -> [Named<Value>] {
    var description = Fields(describing: "`<name>`", mainKey: mainKey)
    if isDescribing { _ = read("name", &description) }
    let type = FieldType.section(description.descriptions)
    return named(key, summary, type, required: required, paths: paths) { entry, reading in
      let (value, fields) = reading.mapping(
        entry.value, of: "`\(entry.key)`", at: entry.keySpan, mainKey: mainKey
      ) { read(entry.key, &$0) }
      return (Named(name: entry.key, place: fields.place, value: value), fields.resolved)
    }
  }

  /// Mappings in a list, each with keys of its own, which `read` asks for; none where the key is
  /// not written. `subject` is what messages call one of them.
  public mutating func sections<Value>(
    listedIn key: String, _ summary: String, of subject: String, _ read: (inout Fields) -> Value
  ) -> [Value] {
    var description = Fields(describing: subject, mainKey: nil)
    if isDescribing { _ = read(&description) }
    let count = 1...Int.max
    var resolved: [Node] = []
    return value(
      key, summary, .list(.section(description.descriptions), count: count), .none,
      write: { (_: [Value], span) in .sequence(resolved, at: span) }
    ) { node, reading in
      guard Fields.checkCount(key, node, count, reading), let items = node.items else { return nil }
      return items.map { item in
        let (value, fields) = reading.mapping(item, of: subject, at: item.span, read)
        resolved.append(fields.resolved)
        return value
      }
    } ?? []
  }

  /// The entries of a mapping whose names the user chose; `read` gives each with its long form.
  private mutating func named<Value>(
    _ key: String, _ summary: String, _ type: FieldType, required: Bool = false,
    paths: Bool = false, _ read: (Node.Entry, Reading) -> (Value, Node)?
  ) -> [Value] {
    var resolved: [Node.Entry] = []
    let found = value(
      key, summary, .named(type), required ? .required : .none,
      write: { (_: [Value], span) in Node(.mapping(resolved), at: span) }
    ) { node, reading in
      guard let written = node.isNull ? [] : node.entries else {
        reading.problems.add(
          Diagnostic(
            "wrong-type", "`\(key)` must be a mapping of names, but this is \(node.found)",
            at: node.span, label: "not a mapping", help: "write `name: value` lines"))
        return nil
      }
      return written.compactMap { entry -> Value? in
        if !paths { reading.checkName(entry, among: written, of: "`\(key)`") }
        guard let (value, long) = read(entry, reading) else { return nil }
        resolved.append(Node.Entry(entry.key, at: entry.keySpan, long))
        return value
      }
    }
    return found ?? []
  }

  /// The formula that a node holds.
  private static func formula(
    _ key: String, _ node: Node, _ reading: Reading, _ bounds: Bounds<Double>, _ why: String?
  ) -> SpannedText? {
    guard let text = node.spannedText, !node.isNull else {
      reading.problems.add(
        Diagnostic(
          "wrong-type", "`\(key)` must be a formula, but this is \(node.found)", at: node.span,
          label: "not a formula"))
      return nil
    }
    let reader = NumberReader(key: key, expected: "a number", reading: reading)
    if reader.isLiteral(text.text) {
      guard let value = reader.number(node) else { return nil }
      guard reader.bounded(value, bounds, node, why: why, text: Literal.text) != nil else {
        return nil
      }
    } else if case .success(let value) = reading.evaluate(text), value.isFinite,
      reader.bounded(value, bounds, node, why: why, text: Literal.text) == nil
    {
      return nil
    }
    return text
  }
}

extension Node {
  /// The long form of a formula: numbers in their shortest form, white space as single spaces.
  static func formula(_ text: SpannedText, at span: Span) -> Node {
    if case .number(let number) = Literal(text.text), let value = number.value {
      return .number(value, at: span)
    }
    let words = text.text.split { $0.isWhitespace }.joined(separator: " ")
    return Node(
      .scalar(Scalar(text: words, style: PlainText.isSafe(words) ? .plain : .quoted)), at: span)
  }
}
