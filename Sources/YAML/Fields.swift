import Text

/// The typed reading of one mapping, key by key.
///
/// A part asks for each of its keys, with a line on what it sets, its range and its default:
///
///     kernel = fields.int("kernel", "side of the window, in pixels", in: 1...64, default: 3)
///
/// Asking never fails. A problem is recorded and a value that fits is handed back, so that one run
/// reports every problem; `hasErrors` tells that the part is not to be built. The same questions
/// give the unknown keys, `descriptions` for `assay describe` and the JSON Schema, and `resolved`,
/// the long form with every default filled in.
public struct Fields {
  /// What a missing key means.
  enum Absence<Value> {
    /// It is an error.
    case required
    /// Nothing takes its place.
    case none
    /// This does.
    case fallback(Value)
  }

  /// How messages call the mapping: "`conv`", "an experiment".
  public let subject: String
  /// Where the name of the mapping is written.
  public let span: Span
  /// What all readers share; nil if the part only describes itself.
  let reading: Reading?
  /// What is written, under a part's main key if it is in the short form.
  var entries: [Node.Entry]
  private let mainKey: String?
  private let errorsBefore: Int
  /// Whether something else than a mapping is written, which is the only error to report.
  private var isMalformed = false

  /// The keys asked for so far, in order.
  public internal(set) var descriptions: [FieldDescription] = []
  private var resolvedEntries: [Node.Entry] = []
  /// Where the long form of each key stands among them.
  private var resolvedPlaces: [String: Int] = [:]
  private var openNames: Set<String> = []
  /// What to do about a key that stands elsewhere in the file: nil for one that does not.
  public var elsewhere: (String) -> String? = { _ in nil }

  /// Fields of a mapping, of a main value, or (nil or null) of nothing.
  init(_ reading: Reading, _ node: Node?, of subject: String, at span: Span, mainKey: String?) {
    self.reading = reading
    self.subject = subject
    self.span = span
    self.mainKey = mainKey
    self.errorsBefore = reading.problems.errorCount
    switch node?.content {
    case nil: entries = []
    case .mapping(let written):
      entries = written.map { entry in
        guard entry.key == Node.mainKey, let mainKey else { return entry }
        return Node.Entry(mainKey, at: entry.keySpan, entry.value)
      }
    default:
      guard let node, !node.isNull else {
        entries = []
        break
      }
      entries = mainKey.map { [Node.Entry($0, at: span, node)] } ?? []
      if mainKey == nil { refuse(node) }
    }
    for entry in entries where entry.key == Node.mainKey { refuse(entry.value) }
  }

  /// Fields of no mapping, whose questions only describe a part.
  init(describing subject: String, mainKey: String?) {
    self.reading = nil
    self.subject = subject
    self.span = SourceText(name: subject, text: "", kind: .builtIn).whole
    self.mainKey = mainKey
    self.errorsBefore = 0
    self.entries = []
  }

  /// The keys that a part asks for.
  public static func descriptions(of part: any Part.Type) -> [FieldDescription] {
    var fields = Fields(describing: "`\(part.kind)`", mainKey: part.mainKey)
    _ = part.init(&fields)
    return fields.descriptions
  }

  /// The keys that a section asks for.
  public static func descriptions(_ read: (inout Fields) -> Void) -> [FieldDescription] {
    var fields = Fields(describing: "", mainKey: nil)
    read(&fields)
    return fields.descriptions
  }

  /// Whether nothing is read and the questions only describe the part.
  public var isDescribing: Bool { reading == nil }

  /// Whether anything was wrong since these fields were opened.
  public var hasErrors: Bool { (reading?.problems.errorCount ?? 0) > errorsBefore }

  /// What is written under a key, without asking for it.
  public func peek(_ key: String) -> Node? { entries.first { $0.key == key }?.value }

  /// Where the value of a key is written; the name of the mapping if it is not.
  public func span(of key: String) -> Span { peek(key)?.span ?? span }

  /// Where the mapping's name and its values are written.
  public var place: Place {
    Place(
      span: span,
      values: Dictionary(entries.map { ($0.key, $0.value.span) }, uniquingKeysWith: { $1 }))
  }

  /// The long form: every key that was asked for, in that order, with defaults filled in and
  /// expressions evaluated.
  public var resolved: Node { Node(.mapping(resolvedEntries), at: span) }

  /// Replaces the long form of a key, for a reader that knows more about it than this one.
  public mutating func resolve(_ key: String, _ node: Node) {
    if let index = resolvedPlaces[key] {
      resolvedEntries[index].value = node
    } else {
      resolvedPlaces[key] = resolvedEntries.count
      resolvedEntries.append(Node.Entry(key, at: span, node))
    }
  }

  /// Leaves a key out of the long form: others say what it stands for.
  public mutating func forget(_ key: String) {
    guard let index = resolvedPlaces.removeValue(forKey: key) else { return }
    resolvedEntries.remove(at: index)
    for (key, place) in resolvedPlaces where place > index { resolvedPlaces[key] = place - 1 }
  }

  /// Says that a key counts only where `counts` holds: elsewhere it must not be written, for the
  /// reason `fact`, and the long form leaves it out.
  public mutating func reserve(_ key: String, where counts: Bool, _ fact: String, help: String) {
    guard !counts else { return }
    forget(key)
    if peek(key) != nil { problem("unreachable-setting", fact, at: key, help: help) }
  }

  /// Records a problem with a key, or with the whole mapping if there is no key.
  public func problem(
    _ code: String, _ fact: String, at key: String? = nil, label: String = "",
    note: String? = nil, help: String? = nil
  ) {
    reading?.problems.add(
      Diagnostic(
        code, fact, at: key.map(span(of:)) ?? span, label: label, note: note, help: help))
  }
}

// MARK: - Asking

extension Fields {
  /// Asks for a key: describes it, reads it with `read` if it is written, and keeps its long form
  /// from `write`. Nil if it is missing without a fallback, or if it cannot be read.
  mutating func value<Value>(
    _ key: String, _ summary: String, _ type: FieldType, _ absence: Absence<Value>,
    write: (Value, Span) -> Node, read: (Node, Reading) -> Value?
  ) -> Value? {
    var fallback: Value?
    if case .fallback(let value) = absence { fallback = value }
    var isRequired = false
    if case .required = absence { isRequired = true }
    descriptions.append(
      FieldDescription(
        key: key, summary: summary, type: type, fallback: fallback.map { write($0, span) },
        isRequired: isRequired, isMain: key == mainKey))
    guard let reading else { return fallback }
    guard let node = peek(key) else {
      if isRequired, !isMalformed { missing(key, summary, type) }
      if let fallback { resolve(key, write(fallback, span)) }
      return fallback
    }
    if node.isNull, !acceptsNull(type) {
      noValue(key, node)
      return fallback
    }
    let value = read(node, reading)
    if let value { resolve(key, write(value, node.span)) }
    return value ?? fallback
  }

  /// Takes all keys that nothing has asked for: names that the user chose.
  public mutating func rest(_ summary: String, _ type: FieldType) -> [Node.Entry] {
    let asked = Set(descriptions.map(\.key))
    descriptions.append(
      FieldDescription(
        key: FieldDescription.anyName, summary: summary, type: type, fallback: nil,
        isRequired: false,
        isMain: false))
    let rest = entries.filter { !asked.contains($0.key) && $0.key != Node.mainKey }
    openNames.formUnion(rest.map(\.key))
    for entry in rest {
      reading?.checkName(entry, among: rest, of: subject)
      resolve(entry.key, entry.value)
    }
    return rest
  }

  /// Reports the keys that nothing has asked for.
  mutating func finish() {
    let asked = descriptions.map(\.key)
    let known = Set(asked)
    let unknown = entries.filter {
      !known.contains($0.key) && !openNames.contains($0.key) && $0.key != Node.mainKey
    }
    for entry in unknown.prefix(10) {
      reading?.problems.add(
        Diagnostic(
          "unknown-key", "\(subject) has no key `\(entry.key)`", at: entry.keySpan,
          label: "unknown key",
          note: asked.isEmpty
            ? "\(subject) takes no keys" : "\(subject) takes \(Suggest.list(asked))",
          help: elsewhere(entry.key) ?? Suggest.help(for: entry.key, among: asked)))
    }
    if unknown.count > 10 {
      problem("unknown-key", "\(subject) has \(unknown.count - 10) more unknown keys")
    }
  }

  private func acceptsNull(_ type: FieldType) -> Bool {
    switch type {
    case .section, .named: true
    default: false
    }
  }

  private func missing(_ key: String, _ summary: String, _ type: FieldType) {
    problem(
      "missing-key", "\(subject) needs `\(key)`", label: "`\(key)` is missing",
      note: "`\(key)`: \(summary) (\(type.words))")
  }

  private func noValue(_ key: String, _ node: Node) {
    reading?.problems.add(
      Diagnostic(
        "no-value", "`\(key)` has no value",
        at: node.span.range.isEmpty ? entries.first { $0.key == key }?.keySpan : node.span,
        help: "give it one, or leave the key out"))
  }

  /// Refuses a value that is no mapping.
  private mutating func refuse(_ node: Node) {
    isMalformed = true
    reading?.problems.add(
      Diagnostic(
        "wrong-type", "\(subject) takes named settings, but this is \(node.found)", at: node.span,
        label: "not a mapping", help: "write `{key: value}`"))
  }
}
