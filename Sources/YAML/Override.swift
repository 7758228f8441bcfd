import Text

/// A change to an experiment from the command line, in Hydra's spelling.
///
/// - `train.steps=500` sets a key, written in the file or not;
/// - `+parameters.width=64` adds a name where names are free;
/// - `~checkpoints.best` removes a key;
/// - `networks.critic.layers.2.dense=64` reaches into a list, counted from 0;
/// - `+networks.critic.layers.2=relu` adds an item there, before the one that it finds.
///
/// What stands after the first `=` is YAML. It replaces what was there, lists and mappings too.
public struct Override {
  private enum Action {
    case set(Node)
    case add(Node)
    case remove
  }

  /// One name of a path.
  public struct Name: Sendable {
    /// The name.
    public let text: String
    /// Where it is written.
    public let span: Span

    /// A name that is written at `span`.
    public init(_ text: String, at span: Span) {
      self.text = text
      self.span = span
    }
  }

  private let source: SourceText
  let path: [Name]
  private let action: Action
  /// Whether it adds something, of which there can be several at one place.
  var adds: Bool { if case .add = action { true } else { false } }

  /// The override that sets what stands at `path` to `value`, wherever both are written.
  public init(_ path: [Name], setTo value: Node) {
    source = value.span.source
    self.path = path
    action = .set(value)
  }

  /// A tree after this override. Throws where there is no such place.
  public func applied(to root: Node) throws(Diagnostic) -> Node {
    try changed(root, path[...], parent: "the experiment")
  }

  /// The override with this text; `number` counts those of the command line from 1. Nil if its
  /// value is no YAML, which is recorded.
  private init?(_ source: SourceText, _ problems: Problems) throws(Diagnostic) {
    self.source = source
    let mark = source.bytes.first
    let start = mark == UInt8(ascii: "+") || mark == UInt8(ascii: "~") ? 1 : 0
    let equals = source.bytes.firstIndex(of: UInt8(ascii: "="))
    path = try Override.path(source, start..<(equals ?? source.bytes.count))
    if mark == UInt8(ascii: "~") {
      guard equals == nil else {
        throw Override.malformed(source, source.whole, "`~` removes a key and takes no value")
      }
      action = .remove
    } else {
      guard let equals else {
        throw Override.malformed(source, source.whole, "an override needs a `=`")
      }
      guard let value = Parser.value(source, from: equals + 1, problems) else { return nil }
      action = start == 1 ? .add(value) : .set(value)
    }
  }

  /// A tree after some overrides, in their order. What cannot be applied is recorded. Where they may
  /// be `sweeping`, those with several values are parameters of its section `sweep`.
  public static func apply(
    _ texts: [String], to root: Node, sweeping: Bool = false, _ problems: Problems
  ) -> Node {
    var root = root
    var given = GivenKeys()
    for (index, text) in texts.enumerated() {
      let source = SourceText(name: "override \(index + 1)", text: text, kind: .override)
      do throws(Diagnostic) {
        if sweeping, let sweep = try SweepOverride(source, problems) {
          try given.add(sweep.path, sets: true)
          root = try sweep.applied(to: root)
        } else if let override = try Override(source, problems) {
          try given.add(override.path, sets: !override.adds)
          if sweeping { try checkSwept(override, root) }
          root = try override.applied(to: root)
        }
      } catch {
        problems.add(error)
      }
    }
    return root
  }

  /// A key that the section `sweep` gives values to has them from there.
  private static func checkSwept(_ override: Override, _ root: Node) throws(Diagnostic) {
    let names = override.path.map(\.text)
    let key = names.joined(separator: ".")
    let sweep = root["sweep"]
    let axis =
      names == ["seed"]
      ? sweep?.entry("seeds")
      : sweep?["parameters"]?.entries?.first { key == $0.key || key.hasPrefix($0.key + ".") }
    guard let axis, let first = override.path.first, let last = override.path.last else { return }
    let text = override.source.whole.text.split(separator: "=", maxSplits: 1).map(String.init)
    throw Diagnostic(
      "two-values", "`\(key)` has values from the sweep already",
      at: Span(override.source, first.span.lower..<last.span.upper),
      related: [.init(axis.keySpan, "given here")],
      help: text.count == 2 && (names == ["seed"] || key == axis.key)
        ? "to run the sweep with this value alone, write `\(text[0])=choice(\(text[1]))`" : nil)
  }

  /// The names between the dots.
  static func path(
    _ source: SourceText, _ range: Range<Int>
  ) throws(Diagnostic) -> [Name] {
    var names: [Name] = []
    var start = range.lowerBound
    for place in range.lowerBound...range.upperBound
    where place == range.upperBound || source.bytes[place] == UInt8(ascii: ".") {
      guard place > start else {
        let span = Span(source, place..<min(place + 1, range.upperBound))
        throw malformed(source, span, "a name is missing in the path")
      }
      let span = Span(source, start..<place)
      names.append(Name(span.text, at: span))
      start = place + 1
    }
    return names
  }
}

/// The keys that the overrides of one command line have given values to.
private struct GivenKeys {
  private var paths: [(names: [String], sets: Bool, span: Span)] = []

  /// Notes an override of a key; throws where another one gave a value to it, or to a part of it.
  mutating func add(_ path: [Override.Name], sets: Bool) throws(Diagnostic) {
    guard let first = path.first, let last = path.last else { return }
    let names = path.map(\.text)
    let span = Span(first.span.source, first.span.lower..<last.span.upper)
    // Items can be added to a list one after the other, each changed later.
    let isItem = Int(last.text) != nil
    let earlier = paths.first {
      $0.names.starts(with: names) && (sets || !isItem) && ($0.sets || !isItem)
    }
    if let earlier {
      let isSame = earlier.names == names
      throw Diagnostic(
        "two-values",
        isSame
          ? "`\(names.joined(separator: "."))` is given twice on the command line"
          : "`\(names.joined(separator: "."))` replaces what was given for a part of it", at: span,
        related: [.init(earlier.span, "given here")],
        note: names == ["seed"] ? "`--seed 3` is `seed=3`" : nil,
        help: isSame ? "leave one of them out" : "write it first")
    }
    paths.append((names, sets, span))
  }
}

// MARK: - Changing a tree

extension Override {
  /// A node in which the rest of the path is changed.
  private func changed(
    _ node: Node, _ path: ArraySlice<Name>, parent: String
  ) throws(Diagnostic) -> Node {
    guard let name = path.first else { return node }
    if let items = node.items, let index = Int(name.text) {
      return try item(items, index, node.span, path, parent)
    }
    let entries = entries(of: node, for: name)
    guard let index = entries.firstIndex(where: { $0.key == name.text }) else {
      return Node(.mapping(entries + [try newEntry(path, parent, entries)]), at: node.span)
    }
    var changed = entries
    if path.count > 1 {
      changed[index].value = try self.changed(
        entries[index].value, path.dropFirst(), parent: "`\(name.text)`")
    } else {
      switch action {
      case .remove: changed.remove(at: index)
      case .set(let value): changed[index].value = value
      case .add: throw alreadyThere(name, entries[index])
      }
    }
    return Node(.mapping(changed), at: node.span)
  }

  /// The entries in which a name is looked up. A part in its short form becomes a mapping:
  /// `adam` one of that name, `dense: 64` one with a main value.
  private func entries(of node: Node, for name: Name) -> [Node.Entry] {
    if let entries = node.entries { return entries }
    if node.isNull { return [] }
    let isName = node.scalar?.text == name.text
    let value = isName ? Node.plain("", at: node.span) : node
    return [Node.Entry(isName ? name.text : Node.mainKey, at: node.span, value)]
  }

  /// A list in which the item at the head of the path is changed.
  private func item(
    _ items: [Node], _ index: Int, _ span: Span, _ path: ArraySlice<Name>, _ parent: String
  ) throws(Diagnostic) -> Node {
    var isNew = false
    if path.count == 1, case .add = action { isNew = index == items.count }
    guard isNew || items.indices.contains(index) else { throw noItem(path, items.count, parent) }
    var changed = items
    if path.count > 1 {
      changed[index] = try self.changed(items[index], path.dropFirst(), parent: "item \(index)")
    } else {
      switch action {
      case .remove: changed.remove(at: index)
      case .set(let value): changed[index] = value
      case .add(let value): changed.insert(value, at: index)
      }
    }
    return Node(.sequence(changed), at: span)
  }

  /// The entry for a path of which nothing is written yet.
  private func newEntry(
    _ path: ArraySlice<Name>, _ parent: String, _ entries: [Node.Entry]
  ) throws(Diagnostic) -> Node.Entry {
    let name = path[path.startIndex]
    switch action {
    case .remove: throw nothingToRemove(name, parent, entries)
    case .set(let value), .add(let value):
      let nested = path.dropFirst().reversed().reduce(value) { value, name in
        Node(.mapping([Node.Entry(name.text, at: name.span, value)]), at: name.span)
      }
      return Node.Entry(name.text, at: name.span, nested)
    }
  }
}

// MARK: - Facts

extension Override {
  static func malformed(
    _ source: SourceText, _ span: Span, _ fact: String
  ) -> Diagnostic {
    Diagnostic(
      "bad-override", fact, at: span,
      help: "write `key.key=value`, `+key.name=value`, or `~key.key`")
  }

  private func noItem(_ path: ArraySlice<Name>, _ count: Int, _ parent: String) -> Diagnostic {
    Diagnostic(
      "bad-override", "\(parent) has \(count) item\(count == 1 ? "" : "s"), counted from 0",
      at: path.first?.span, label: "no such item",
      help: source.kind == .override && path.count == 1 && path.first?.text == "\(count)"
        ? "write `+\(source.whole.text)` to add it at the end" : nil)
  }

  private func alreadyThere(_ name: Name, _ entry: Node.Entry) -> Diagnostic {
    Diagnostic(
      "bad-override", "`\(name.text)` is already there", at: name.span,
      related: [.init(entry.keySpan, "written here")],
      help: "leave the `+` out to set it")
  }

  private func nothingToRemove(
    _ name: Name, _ parent: String, _ entries: [Node.Entry]
  ) -> Diagnostic {
    Diagnostic(
      "bad-override", "\(parent) has no `\(name.text)` to remove", at: name.span,
      help: Suggest.help(for: name.text, among: entries.map(\.key)))
  }
}
