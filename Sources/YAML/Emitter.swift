extension Node {
  /// The node as YAML, which reads back as the same tree. Mappings and lists of texts stand on one
  /// line where they fit.
  public var yaml: String { Emitter.lines(self).map { $0 + "\n" }.joined() }
}

/// Writes nodes as YAML. A block is a list of lines, which whatever holds it indents.
private enum Emitter {
  /// The most columns of a line between braces, indentation left out.
  private static let width = 84
  /// The most levels that are written on one line.
  private static let depth = 3

  /// The lines of a node that stands by itself.
  static func lines(_ node: Node) -> [String] {
    switch node.content {
    case .scalar(let scalar): scalarLines(scalar)
    case .sequence(let items):
      items.isEmpty ? ["[]"] : items.flatMap { hung("-", itemLines($0)) }
    case .mapping(let entries): entries.isEmpty ? ["{}"] : entries.flatMap(lines)
    }
  }

  /// The lines of an item; a mapping with one name, as parts are, goes without braces.
  private static func itemLines(_ node: Node) -> [String] {
    node.entries?.count == 1 ? lines(node) : inline(node) ?? lines(node)
  }

  private static func lines(_ entry: Node.Entry) -> [String] {
    let key = text(entry.key, isPlain: entry.key != "<<" && PlainText.isSafe(entry.key)) + ":"
    if let line = inline(entry.value) { return [([key] + line).joined(separator: " ")] }
    switch entry.value.content {
    case .scalar(let scalar):
      let lines = scalarLines(scalar)
      return [([key] + lines.prefix(1)).joined(separator: " ")] + lines.dropFirst()
    default: return [key] + lines(entry.value).map(indented)
    }
  }

  /// Lines after a dash: the first beside it, the others under the first.
  private static func hung(_ dash: String, _ lines: [String]) -> [String] {
    guard let first = lines.first, !first.isEmpty else { return [dash] + lines.dropFirst() }
    return ["\(dash) \(first)"] + lines.dropFirst().map(indented)
  }

  private static func indented(_ line: String) -> String { line.isEmpty ? line : "  " + line }

  /// The only line of what is short enough, nil for anything else.
  private static func inline(_ node: Node) -> [String]? {
    if case .scalar = node.content { return nil }
    return flow(node, depth, width).map { [$0] }
  }

  /// A node between brackets or braces; nil if something in it does not go there, or if the line
  /// takes more than `room` bytes.
  private static func flow(_ node: Node, _ levels: Int, _ room: Int) -> String? {
    switch node.content {
    case .scalar(let scalar): return flow(scalar)
    case .sequence(let items):
      return listed("[", items, "]", room) { item, _ in item.scalar.flatMap(flow) }
    case .mapping(let entries):
      guard levels > 0 else { return nil }
      return listed("{", entries, "}", room) { entry, room in
        let isPlain = entry.key != "<<" && PlainText.isSafeInFlow(entry.key)
        let key = text(entry.key, isPlain: isPlain) + ": "
        return flow(entry.value, levels - 1, room - key.utf8.count).map { key + $0 }
      }
    }
  }

  /// Items between brackets, as far as they fit: what is too long is not written to its end.
  private static func listed<Item>(
    _ open: String, _ items: [Item], _ close: String, _ room: Int,
    _ write: (Item, Int) -> String?
  ) -> String? {
    var line = open
    for (index, item) in items.enumerated() {
      if index > 0 { line += ", " }
      let rest = room - line.utf8.count - close.utf8.count
      guard rest >= 0, let text = write(item, rest), text.utf8.count <= rest else { return nil }
      line += text
    }
    line += close
    return line.utf8.count <= room ? line : nil
  }

  private static func flow(_ scalar: Node.Scalar) -> String? {
    switch scalar.style {
    case .plain where PlainText.isSafeInFlow(scalar.text): scalar.text
    case .plain: scalar.text.isEmpty || PlainText.isSafe(scalar.text) ? nil : quoted(scalar.text)
    case .quoted: quoted(scalar.text)
    case .block: scalar.text.contains("\n") ? nil : quoted(scalar.text)
    }
  }

  /// The lines of a text outside brackets; under `|`, all but the first are indented.
  private static func scalarLines(_ scalar: Node.Scalar) -> [String] {
    if scalar.style == .plain, scalar.text.isEmpty || PlainText.isSafe(scalar.text) {
      return [scalar.text].filter { !$0.isEmpty }
    }
    guard scalar.style == .block, let lines = literalLines(scalar.text) else {
      return [quoted(scalar.text)]
    }
    return lines
  }

  /// A text under `|`, nil for one that it does not hold.
  private static func literalLines(_ text: String) -> [String]? {
    let isOpen = !text.hasSuffix("\n")
    let body = isOpen ? text[...] : text.dropLast()
    guard let first = body.first, first != " ", first != "\n", !body.hasSuffix("\n"),
      body.contains("\n"),
      body.unicodeScalars.allSatisfy({ $0 == "\n" || PlainText.isPrintable($0) })
    else { return nil }
    let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
    return [isOpen ? "|-" : "|"] + lines.map { indented(String($0)) }
  }

  private static func text(_ text: String, isPlain: Bool) -> String {
    isPlain ? text : quoted(text)
  }

  /// Single quotes, or double ones for what only an escape can write.
  private static func quoted(_ text: String) -> String {
    guard !text.unicodeScalars.allSatisfy(PlainText.isPrintable) else {
      return "'"
        + text.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "''") + "'"
    }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where PlainText.isPrintable(scalar): result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }
    }
    return result + "\""
  }
}
