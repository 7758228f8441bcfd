import Text

/// Builds nodes from events, and refuses what Assay does not read.
struct TreeBuilder {
  private let source: SourceText
  /// The byte after the last one that is read.
  private let end: Int
  private let events: EventReader
  private let problems: Problems
  /// Whether something was refused without which the tree means something else.
  private var isUnusable = false

  /// A builder for a source, from a byte on and up to another.
  init(
    _ source: SourceText, from start: Int = 0, to end: Int? = nil, _ problems: Problems
  ) throws(Diagnostic) {
    self.source = source
    self.end = end ?? source.bytes.count
    self.problems = problems
    self.events = try EventReader(source, from: start, to: end)
    if let directive = TreeBuilder.directive(source) { throw directive }
  }

  /// The value of the only document; nil after what makes it unusable. Without a document, null.
  mutating func document() throws(Diagnostic) -> Node? {
    var root = Node.plain("", at: source.whole)
    while true {
      let (event, span) = try events.next()
      switch event {
      case .documentStart: continue
      case .streamEnd: return isUnusable ? nil : root
      case .documentEnd:
        // What follows is looked at here, as libyaml would work through endless directives.
        if let more = rest(after: span.upper) { throw more }
        return isUnusable ? nil : root
      default: root = try node(event, span, depth: 1)
      }
    }
  }

  private mutating func node(
    _ event: EventReader.Event, _ span: Span, depth: Int
  ) throws(Diagnostic) -> Node {
    refuseProperties(span)
    switch event {
    case .scalar(let scalar): return Node(.scalar(scalar), at: try checked(scalar, span))
    case .sequenceStart(let isBlock): return try sequence(span, isBlock, depth)
    case .mappingStart(let isBlock): return try mapping(span, isBlock, depth)
    default:
      isUnusable = true
      problems.add(
        Diagnostic(
          "yaml-alias", "aliases are not read", at: span, label: "refers to an anchor",
          help: "write the value out, or name a number under `parameters`\n"
            + "if it is a text, put it in quotes"))
      return .plain("", at: span)
    }
  }

  private mutating func sequence(
    _ start: Span, _ isBlock: Bool, _ depth: Int
  ) throws(Diagnostic) -> Node {
    try checkDepth(depth, start)
    var items: [Node] = []
    while true {
      let (event, span) = try events.next()
      if case .end = event {
        return Node(.sequence(items), at: isBlock ? dash(start) : start.through(span))
      }
      items.append(try node(event, span, depth: depth + 1))
    }
  }

  private mutating func mapping(
    _ start: Span, _ isBlock: Bool, _ depth: Int
  ) throws(Diagnostic) -> Node {
    try checkDepth(depth, start)
    var entries: [Node.Entry] = []
    var seen: [String: Span] = [:]
    while true {
      let (event, span) = try events.next()
      if case .end = event {
        // A block mapping ends where the next thing begins; its first key is where to look.
        let place = isBlock ? entries.first?.keySpan ?? start : start.through(span)
        return Node(.mapping(entries), at: place)
      }
      let key = try key(event, span)
      let (next, place) = try events.next()
      let value = try node(next, place, depth: depth + 1)
      if !isBlock, value.isNull { try refuseCut(key, span, after: entries.last) }
      if let first = seen[key] {
        problems.add(TreeBuilder.duplicate(key, span, first))
      } else {
        seen[key] = span
        entries.append(Node.Entry(key, at: span, value))
      }
    }
  }

  /// Refuses what is left of a value that a comma has cut: the `label)` of `{acc: f(x, label)}`.
  private func refuseCut(
    _ key: String, _ span: Span, after entry: Node.Entry?
  ) throws(Diagnostic) {
    guard let entry, key.count(where: { $0 == ")" }) > key.count(where: { $0 == "(" }) else {
      return
    }
    throw Diagnostic(
      "cut-by-comma", "inside `{}` a comma ends a value, and what follows is a key", at: span,
      label: "read as a key", related: [.init(entry.value.span, "the value of `\(entry.key)`")],
      help: "put the value in quotes: `\"\(entry.value.span.through(span).text)\"`")
  }

  /// The name that a key is.
  private mutating func key(_ event: EventReader.Event, _ span: Span) throws(Diagnostic) -> String {
    refuseProperties(span)
    guard case .scalar(let scalar) = event else {
      throw Diagnostic(
        "key-not-a-name", "a key must be a name", at: span, label: "not a name",
        help: "if it is a text, put it in quotes")
    }
    guard !scalar.text.isEmpty else {
      throw Diagnostic("key-not-a-name", "a key is missing before the `:`", at: span)
    }
    guard scalar.text.utf8.count <= Parser.longestKey else {
      throw Diagnostic(
        "key-not-a-name", "a key has at most \(Parser.longestKey) characters", at: span)
    }
    guard scalar.text.utf8.allSatisfy({ $0 >= 0x20 }) else {
      throw Diagnostic("key-not-a-name", "a key holds no tabs and line breaks", at: span)
    }
    if scalar.text == "<<", scalar.style == .plain {
      isUnusable = true
      problems.add(
        Diagnostic(
          "merge-key", "merge keys are not read", at: span,
          help: "write the values out, or put what is shared in a file and use `extends`"))
    }
    _ = try checked(scalar, span)
    return scalar.text
  }

  private func checkDepth(_ depth: Int, _ span: Span) throws(Diagnostic) {
    guard depth > Parser.deepest else { return }
    throw Diagnostic(
      "nested-too-deep", "more than \(Parser.deepest) levels of lists and mappings",
      at: Span(source, span.lower..<span.lower + 1))
  }

  /// The place of a scalar, without white space at its end; refuses escaped control characters.
  private func checked(_ scalar: Node.Scalar, _ span: Span) throws(Diagnostic) -> Span {
    let isControl = { (byte: UInt8) in byte < 0x20 && byte != 0x0A && byte != 0x09 || byte == 0x7F }
    guard !scalar.text.utf8.contains(where: isControl) else {
      throw Diagnostic(
        "control-character", "a text cannot hold control characters", at: span,
        help: "only `\\n` and `\\t` may be escaped")
    }
    var upper = span.upper
    while upper > span.lower, [0x20, 0x0A, 0x0D].contains(source.bytes[upper - 1]) { upper -= 1 }
    return Span(source, span.lower..<upper)
  }

  /// The `-` of a list's first item.
  private func dash(_ span: Span) -> Span { Span(source, span.lower..<span.lower + 1) }

  /// Refuses an anchor or a tag, which stand before the value that they belong to.
  private mutating func refuseProperties(_ span: Span) {
    guard span.lower < source.bytes.count else { return }
    let first = source.bytes[span.lower]
    guard first == UInt8(ascii: "&") || first == UInt8(ascii: "!") else { return }
    let length = source.bytes[span.lower...].prefix { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }.count
    let place = Span(source, span.lower..<span.lower + length)
    if first == UInt8(ascii: "!") {
      isUnusable = true
      problems.add(TreeBuilder.tag(at: place))
    } else {
      problems.add(
        Diagnostic(
          "yaml-anchor", "anchors are not read", at: place,
          help: "name a number under `parameters`, or use `extends`\n"
            + "if it is a text, put it in quotes"))
    }
  }
}

// MARK: - Facts

extension TreeBuilder {
  /// A tag or directive.
  static func tag(at span: Span) -> Diagnostic {
    Diagnostic(
      "yaml-tag", "tags and directives are not read", at: span,
      note: "what a value means is decided by the key that it stands under",
      help: "remove it\nif it is a text, put it in quotes")
  }

  private static func duplicate(_ key: String, _ span: Span, _ first: Span) -> Diagnostic {
    Diagnostic(
      "duplicate-key", "`\(key)` is written twice in one mapping", at: span, label: "again",
      related: [.init(first, "first written here")], help: "keep one of them")
  }

  /// A directive before the document.
  private static func directive(_ source: SourceText) -> Diagnostic? {
    var line = 1
    while let range = source.range(ofLine: line) {
      let text = source.bytes[range].drop { [0x20, 0xEF, 0xBB, 0xBF].contains($0) }
      let isPassed =
        text.isEmpty || text.first == UInt8(ascii: "#") || text.starts(with: "...".utf8)
      guard isPassed else {
        return text.first == UInt8(ascii: "%") ? tag(at: Span(source, range)) : nil
      }
      line += 1
    }
    return nil
  }

  /// What stands after the end of the document, other than comments.
  private func rest(after end: Int) -> Diagnostic? {
    let bytes = source.bytes
    var place = end
    while place < self.end {
      switch bytes[place] {
      case 0x20, 0x09, 0x0A, 0x0D: place += 1
      case UInt8(ascii: "#"):
        while place < bytes.count, bytes[place] != 0x0A, bytes[place] != 0x0D { place += 1 }
      case UInt8(ascii: ".") where bytes[place...].starts(with: "...".utf8): place += 3
      default:
        let line = source.range(ofLine: source.line(at: place)) ?? place..<place
        return Diagnostic(
          "several-documents", "a file holds one experiment, but a second document begins here",
          at: Span(source, place..<max(place, line.upperBound)),
          help: "put each experiment in a file of its own")
      }
    }
    return nil
  }
}
