import Text

/// A value of a YAML file, with the place where it was written. Nothing is typed yet: whether `1e3`
/// is a number is decided by the field that reads it.
public struct Node: Sendable {
  /// What a node holds.
  public indirect enum Content: Sendable {
    /// A text.
    case scalar(Scalar)
    /// A list.
    case sequence([Node])
    /// Named values, in the order in which they were written.
    case mapping([Entry])
  }

  /// A text and the way it was written.
  public struct Scalar: Sendable, Hashable {
    /// The ways of writing a text.
    public enum Style: Sendable {
      /// Without quotes; only such a text can be a number, a boolean or null.
      case plain
      /// Between quotes.
      case quoted
      /// Indented under `|` or `>`.
      case block
    }

    /// The text, its line breaks and quotes resolved.
    public var text: String
    /// How it was written.
    public var style: Style

    /// Whether the text is no number, boolean, or null.
    var isMereText: Bool { style != .plain || Literal(text) == nil && !isNull }

    /// Whether nothing is written, or `~` or `null` without quotes.
    var isNull: Bool {
      style == .plain && ["", "~", "null", "Null", "NULL"].contains(text)
    }
  }

  /// A named value of a mapping.
  public struct Entry: Sendable {
    /// The name.
    public var key: String
    /// Where the name is written.
    public var keySpan: Span
    /// The value.
    public var value: Node

    /// A named value; the name is written at `keySpan`.
    public init(_ key: String, at keySpan: Span, _ value: Node) {
      self.key = key
      self.keySpan = keySpan
      self.value = value
    }
  }

  /// The name of the entry that holds a part's main value beside other settings. No file can write
  /// it; it arises where `dense: 64` is given a further setting by an override.
  public static let mainKey = ""

  /// What the node holds.
  public var content: Content
  /// Where it is written; of a block mapping, its first key.
  public var span: Span

  /// A node written at `span`.
  public init(_ content: Content, at span: Span) {
    self.content = content
    self.span = span
  }
}

// MARK: - Nodes that no one wrote

extension Node {
  /// A text without quotes, which may be read as a number.
  public static func plain(_ text: String, at span: Span) -> Node {
    Node(.scalar(Scalar(text: text, style: .plain)), at: span)
  }

  /// A text that is read as a text only: without quotes where YAML allows it.
  public static func text(_ text: String, at span: Span) -> Node {
    let style: Scalar.Style = Literal(text) == nil && PlainText.isSafe(text) ? .plain : .quoted
    return Node(.scalar(Scalar(text: text, style: style)), at: span)
  }

  /// A whole number.
  public static func int(_ value: some BinaryInteger, at span: Span) -> Node {
    plain(String(value), at: span)
  }

  /// A number, with the fewest digits that read back to it; whole numbers without a point.
  public static func number(_ value: Double, at span: Span) -> Node {
    plain(Literal.text(of: value), at: span)
  }

  /// `true` or `false`.
  public static func bool(_ value: Bool, at span: Span) -> Node {
    plain(value ? "true" : "false", at: span)
  }

  /// A list.
  public static func sequence(_ items: [Node], at span: Span) -> Node {
    Node(.sequence(items), at: span)
  }

  /// A mapping whose keys are said to be written at `span` too.
  public static func mapping(_ entries: [(String, Node)], at span: Span) -> Node {
    Node(.mapping(entries.map { Entry($0.0, at: span, $0.1) }), at: span)
  }
}

// MARK: - Looking at a node

extension Node {
  /// The scalar, nil for lists and mappings.
  public var scalar: Scalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  /// The items of a list, nil for anything else.
  public var items: [Node]? {
    if case .sequence(let items) = content { items } else { nil }
  }

  /// The entries of a mapping, nil for anything else.
  public var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// The entry of a mapping with this key.
  public func entry(_ key: String) -> Entry? { entries?.first { $0.key == key } }

  /// The value of a mapping under this key.
  public subscript(key: String) -> Node? { entry(key)?.value }

  /// Whether nothing is written, or `~` or `null` without quotes.
  public var isNull: Bool { scalar?.isNull ?? false }

  /// The text of a scalar with the places of its parts.
  public var spannedText: SpannedText? {
    guard let scalar else { return nil }
    let bytes = span.source.bytes
    switch scalar.style {
    case .plain: return SpannedText(scalar.text, in: span)
    case .quoted: return SpannedText(scalar.text, in: span, from: min(span.lower + 1, span.upper))
    case .block:
      let head = bytes[span.range].firstIndex(of: UInt8(ascii: "\n"))
      return SpannedText(scalar.text, in: span, from: head ?? span.lower)
    }
  }

  /// What the node is, as in "the text `no`" or "a list".
  public var found: String {
    switch content {
    case .sequence: return "a list"
    case .mapping: return "a mapping"
    case .scalar(let scalar):
      if isNull { return "nothing" }
      let shown = scalar.text.count > 40 ? scalar.text.prefix(37) + "..." : scalar.text[...]
      switch scalar.style == .plain ? Literal(scalar.text) : nil {
      case .number: return "the number `\(shown)`"
      case .bool: return "`\(shown)`"
      case nil: return "the text `\(shown)`"
      }
    }
  }
}

extension Node: Equatable {
  /// Whether both read the same, wherever and however they are written: the same texts in the same
  /// order, with quotes round them if they would be numbers, booleans, or null without.
  public static func == (left: Node, right: Node) -> Bool {
    switch (left.content, right.content) {
    case (.scalar(let left), .scalar(let right)):
      left.text == right.text && left.isMereText == right.isMereText
    case (.sequence(let left), .sequence(let right)): left == right
    case (.mapping(let left), .mapping(let right)):
      left.elementsEqual(right) { $0.key == $1.key && $0.value == $1.value }
    default: false
    }
  }
}
