import Experiment
import YAML

/// In what two experiments differ by meaning: settings that were added, removed or changed. Lists of
/// parts are laid side by side, so that a layer more is one layer more and not a change of all that
/// follow.
public struct TreeDifference: Sendable {
  /// A setting that differs.
  public struct Change: Hashable, Sendable {
    /// Its path; in the second experiment, unless only the first one has it.
    public let path: String
    /// The value in the first experiment; nil where it is not there.
    public let old: String?
    /// The value in the second experiment; nil where it is not there.
    public let new: String?

    /// A setting with another value.
    public init(path: String, old: String?, new: String?) {
      self.path = path
      self.old = old
      self.new = new
    }
  }

  /// All changes, in the order of the files.
  public private(set) var changes: [Change] = []

  /// Compares two long forms. Names that decide no number are left out.
  public init(_ old: Node, _ new: Node) {
    func decisive(_ node: Node) -> Node {
      Node(
        .mapping((node.entries ?? []).filter { !Experiment.undecisive.contains($0.key) }),
        at: node.span)
    }
    compare(decisive(old), decisive(new), "", "")
  }

  private mutating func compare(_ old: Node, _ new: Node, _ oldPath: String, _ newPath: String) {
    if old == new { return }
    if let oldText = old.leafText, let newText = new.leafText {
      if oldText != newText {
        changes.append(Change(path: newPath, old: oldText, new: newText))
      }
    } else if let oldItems = old.items, let newItems = new.items {
      compare(oldItems, newItems, oldPath, newPath)
    } else if let oldEntries = old.entries, let newEntries = new.entries {
      compare(oldEntries, newEntries, oldPath, newPath)
    } else {
      remove(old, oldPath)
      add(new, newPath)
    }
  }

  private mutating func compare(
    _ old: [Node.Entry], _ new: [Node.Entry], _ oldPath: String, _ newPath: String
  ) {
    for entry in old {
      let path = TreeDifference.path(oldPath, entry.key)
      if let other = new.first(where: { $0.key == entry.key }) {
        compare(entry.value, other.value, path, TreeDifference.path(newPath, entry.key))
      } else {
        remove(entry.value, path)
      }
    }
    for entry in new where !old.contains(where: { $0.key == entry.key }) {
      add(entry.value, TreeDifference.path(newPath, entry.key))
    }
  }

  private mutating func compare(
    _ old: [Node], _ new: [Node], _ oldPath: String, _ newPath: String
  ) {
    var (i, j) = (0, 0)
    for pair in Alignment.common(old, new) + [(old.count, new.count)] {
      gap(old, i..<pair.0, new, j..<pair.1, oldPath, newPath)
      (i, j) = (pair.0 + 1, pair.1 + 1)
    }
  }

  /// Items between two that are the same: parts of one kind are compared, in order; what is left was
  /// removed or added.
  private mutating func gap(
    _ old: [Node], _ oldRange: Range<Int>, _ new: [Node], _ newRange: Range<Int>,
    _ oldPath: String, _ newPath: String
  ) {
    var next = newRange.lowerBound
    for i in oldRange {
      let kind = TreeDifference.kind(old[i])
      let match = newRange.clamped(to: next..<max(next, newRange.upperBound)).first {
        kind != nil && TreeDifference.kind(new[$0]) == kind
      }
      guard let match else {
        remove(old[i], "\(oldPath).\(i)")
        continue
      }
      for j in next..<match { add(new[j], "\(newPath).\(j)") }
      compare(old[i], new[match], "\(oldPath).\(i)", "\(newPath).\(match)")
      next = match + 1
    }
    for j in next..<max(next, newRange.upperBound) { add(new[j], "\(newPath).\(j)") }
  }

  private mutating func remove(_ node: Node, _ path: String) {
    var settings = Settings()
    settings.add(node, at: path)
    changes += settings.paths.map { Change(path: $0, old: settings[$0]?.text, new: nil) }
  }

  private mutating func add(_ node: Node, _ path: String) {
    var settings = Settings()
    settings.add(node, at: path)
    changes += settings.paths.map { Change(path: $0, old: nil, new: settings[$0]?.text) }
  }

  private static func path(_ path: String, _ key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }

  /// The name of the part that an item of a list is.
  private static func kind(_ node: Node) -> String? {
    guard let entries = node.entries, entries.count == 1 else { return nil }
    return entries[0].key
  }
}

/// Lists laid side by side.
enum Alignment {
  /// Beyond so many pairs, items are taken in their order only.
  private static let limit = 1_000_000

  /// The places of a longest common subsequence.
  static func common<Item: Equatable>(_ a: [Item], _ b: [Item]) -> [(Int, Int)] {
    guard a.count * b.count <= limit else {
      return zip(a.indices, b.indices).filter { a[$0] == b[$1] }.map { ($0, $1) }
    }
    let width = b.count + 1
    var lengths = [Int](repeating: 0, count: (a.count + 1) * width)
    for i in a.indices.reversed() {
      for j in b.indices.reversed() {
        lengths[i * width + j] =
          a[i] == b[j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : max(lengths[(i + 1) * width + j], lengths[i * width + j + 1])
      }
    }
    var pairs: [(Int, Int)] = []
    var (i, j) = (0, 0)
    while i < a.count && j < b.count {
      if a[i] == b[j] {
        pairs.append((i, j))
        (i, j) = (i + 1, j + 1)
      } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
        i += 1
      } else {
        j += 1
      }
    }
    return pairs
  }
}
