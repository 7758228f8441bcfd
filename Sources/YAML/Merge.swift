extension Node {
  /// This node with what it leaves open taken from `base`: mappings merge key by key, `~` removes
  /// a key of the base, and anything else replaces. The base's keys come first, in its order.
  public func merging(base: Node) -> Node {
    guard let ours = entries, let theirs = base.entries else { return self }
    var merged: [Entry] = []
    for entry in theirs {
      guard let own = self.entry(entry.key) else {
        merged.append(entry)
        continue
      }
      if own.value.isNull { continue }
      merged.append(Entry(own.key, at: own.keySpan, own.value.merging(base: entry.value)))
    }
    // A `~` for a key that the base does not have stays, and is reported as a missing value.
    merged += ours.filter { base.entry($0.key) == nil }
    return Node(.mapping(merged), at: span)
  }
}
