extension Node {
  /// The text of a node that is one value: a scalar, a list of scalars as `[1, 28, 28]`, a part
  /// without settings as its name; nil for what holds several.
  public var leafText: String? {
    switch content {
    case .scalar(let scalar): return scalar.text
    case .sequence(let items):
      let texts = items.compactMap { $0.scalar?.text }
      return texts.count == items.count ? "[\(texts.joined(separator: ", "))]" : nil
    case .mapping(let entries):
      if entries.isEmpty { return "{}" }
      guard entries.count == 1, entries[0].value.entries?.isEmpty == true else { return nil }
      return entries[0].key
    }
  }

  /// Visits the nodes below this one that are one value, each with its path and its text, in the
  /// order of the file. Items of lists are counted from 0.
  public func forEachLeaf(at path: String = "", _ visit: (String, Node, String) -> Void) {
    if let text = leafText { return visit(path, self, text) }
    let prefix = path.isEmpty ? "" : path + "."
    for (index, item) in (items ?? []).enumerated() {
      item.forEachLeaf(at: prefix + "\(index)", visit)
    }
    for entry in entries ?? [] { entry.value.forEachLeaf(at: prefix + entry.key, visit) }
  }
}
