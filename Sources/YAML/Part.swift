import Text

/// Something that a file names and sets: a layer, a loss, an optimizer, a dataset.
///
/// It is a plain value. Its `init` asks the fields for each of its keys; that one place gives the
/// reading, the error messages, the page of `assay describe`, and the JSON Schema.
public protocol Part: Sendable {
  /// The name in files, as in `conv_transpose`.
  static var kind: String { get }
  /// One line for `assay describe`.
  static var summary: String { get }
  /// The key that the short form sets: `units`, as `dense: 64` is `dense: {units: 64}`. Nil for
  /// none.
  static var mainKey: String? { get }
  /// Reads the part's keys.
  init(_ fields: inout Fields)
}

extension Part {
  /// No short form.
  public static var mainKey: String? { nil }
}

/// Where a mapping and its values are written.
public struct Place: Sendable {
  /// The mapping's name.
  public let span: Span
  private let values: [String: Span]

  /// A place; `values` holds where the value of each written key stands.
  public init(span: Span, values: [String: Span] = [:]) {
    self.span = span
    self.values = values
  }

  /// Whether a key is written.
  public func isWritten(_ key: String) -> Bool { values[key] != nil }

  /// Where the value of a key is written; the mapping's name if it is not.
  public func span(of key: String) -> Span { values[key] ?? span }
}

/// A part that was read, and where.
public struct Placed<Kind> {
  /// The part.
  public let part: Kind
  /// Its name in the file.
  public let name: String
  /// Where its name and its values are written.
  public let place: Place
  /// Its long form: its name, and under it every setting.
  public let resolved: Node
}

extension Placed: Sendable where Kind: Sendable {}

/// The parts of one kind, such as all layers. `Kind` is a protocol or a type that each of them is.
public struct PartList<Kind>: Sendable {
  /// What one of them is called: "layer".
  public let noun: String
  /// The parts.
  public let types: [any Part.Type]

  /// A list of parts; those that are no `Kind` are never read.
  public init(_ noun: String, _ types: [any Part.Type]) {
    self.noun = noun
    self.types = types
  }

  /// The part of a name.
  public subscript(name: String) -> (any Part.Type)? { types.first { $0.kind == name } }

  /// Reads one part: `relu`, `dense: 64`, or `dense: {units: 64}`. Nil if anything is wrong.
  public func read(_ node: Node, _ reading: Reading) -> Placed<Kind>? {
    guard let (name, span, value) = named(node, reading) else { return nil }
    guard let type = self[name] else {
      reading.problems.add(unknown(name, span))
      return nil
    }
    let (part, fields) = reading.mapping(
      value, of: "`\(name)`", at: span, mainKey: type.mainKey
    ) { type.init(&$0) }
    guard !fields.hasErrors, let part = part as? Kind else { return nil }
    let entry = Node.Entry(name, at: span, fields.resolved)
    return Placed(
      part: part, name: name, place: fields.place,
      resolved: Node(.mapping([entry]), at: node.span))
  }

  /// The name and the value of a part.
  private func named(_ node: Node, _ reading: Reading) -> (String, Span, Node?)? {
    switch node.content {
    case .scalar(let scalar) where !node.isNull: return (scalar.text, node.span, nil)
    case .mapping(let entries) where entries.count == 1 && entries[0].key != Node.mainKey:
      return (entries[0].key, entries[0].keySpan, entries[0].value)
    case .mapping(let entries) where entries.count > 1:
      reading.problems.add(several(entries))
    default:
      reading.problems.add(
        Diagnostic(
          "wrong-type", "\(article) is needed here, but this is \(node.found)", at: node.span,
          label: "not \(article)", help: "write a name, or `{name: {key: value}}`"))
    }
    return nil
  }

  private var article: String { ("aeiou".contains(noun.prefix(1)) ? "an " : "a ") + noun }

  private func several(_ entries: [Node.Entry]) -> Diagnostic {
    let named = entries.map { $0.key == Node.mainKey ? ($0.value.scalar?.text ?? "") : $0.key }
    let first = entries[0]
    let firstSpan = first.key == Node.mainKey ? first.value.span : first.keySpan
    return Diagnostic(
      "several-parts", "one \(noun) is needed here, but this names \(Suggest.list(named))",
      at: entries[1].keySpan, label: "a second name", related: [.init(firstSpan, "the first")],
      help: firstSpan.source == entries[1].keySpan.source
        ? "settings of `\(named[0])` stand under it: `\(named[0]): {\(named[1]): ...}`"
        : "remove the first with `\(named[0]): ~`")
  }

  /// `dense:64`, whose `:` makes no key, as it should be written.
  private func withSpace(_ name: String) -> String? {
    let words = name.split(separator: ":", maxSplits: 1)
    guard words.count == 2, types.contains(where: { $0.kind == words[0] }) else { return nil }
    return "write `\(words[0]): \(words[1])`, with a space after the `:`"
  }

  private func unknown(_ name: String, _ span: Span) -> Diagnostic {
    let kinds = types.map { $0.kind }
    return Diagnostic(
      "unknown-part", "there is no \(noun) `\(name)`", at: span, label: "unknown \(noun)",
      note: kinds.count <= 12
        ? "there are \(Suggest.list(kinds))"
        : "`assay describe` lists all \(kinds.count) of them",
      help: withSpace(name) ?? Suggest.help(for: name, among: kinds))
  }
}
