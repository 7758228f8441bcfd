import Text

// For a section whose short form stands for other sections, as a named loss stands for players.

extension Fields {
  /// Takes `node` for what is written under `key`, before the key is asked for.
  public mutating func replace(_ key: String, with node: Node) {
    if let index = entries.firstIndex(where: { $0.key == key }) {
      entries[index].value = node
    } else {
      entries.append(Node.Entry(key, at: node.span, node))
    }
  }

  /// Describes the key that was asked for last in another way, for a reader that takes more than
  /// what it asked for, or that fills in what is missing itself.
  public mutating func describeLast(as type: FieldType? = nil, default fallback: Node? = nil) {
    guard let last = descriptions.popLast() else { return }
    descriptions.append(
      FieldDescription(
        key: last.key, summary: last.summary, type: type ?? last.type,
        fallback: fallback ?? last.fallback, isRequired: last.isRequired && fallback == nil,
        isMain: last.isMain))
  }

  /// Records a problem that somebody else has found.
  public func record(_ problem: Diagnostic) { reading?.problems.add(problem) }

  /// The value of a constant expression over the file's parameters.
  public func evaluate(_ text: SpannedText) -> Result<Double, Diagnostic> {
    reading?.evaluate(text) ?? Reading.noParameters(text)
  }

  /// Height and width: one number for both, or a list of two; nil where `word` is written instead.
  public mutating func intPair(
    _ key: String, _ summary: String, in bounds: some Bounding<Int> = Bounds<Int>.any,
    default fallback: Pair, orWord word: String
  ) -> Pair? {
    guard isDescribing || peek(key)?.scalar?.text == word else {
      return intPair(key, summary, in: bounds, default: fallback)
    }
    let item = FieldType.int(bounds.bounds.map(Double.init))
    let pair = FieldType.either(item, .list(item, count: 2...2))
    let described = value(
      key, summary, .either(.choice([word]), pair), .fallback(fallback),
      write: { .sequence([.int($0.height, at: $1), .int($0.width, at: $1)], at: $1) },
      read: { _, _ in nil })
    resolve(key, .text(word, at: span(of: key)))
    return isDescribing ? described : nil
  }
}

extension Fields {
  /// The part that stands under a name that the user chose, as `rest` gave it.
  public mutating func part<Kind>(_ entry: Node.Entry, of list: PartList<Kind>) -> Placed<Kind>? {
    guard let reading, let part = list.read(entry.value, reading) else { return nil }
    resolve(entry.key, part.resolved)
    return part
  }
}
