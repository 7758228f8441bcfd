import Text

/// Reads YAML into a tree: all that an experiment needs of it and nothing that can surprise.
///
/// At most 1 MiB, 32 levels and 100,000 events are read. Anchors, aliases, tags, merge keys,
/// directives, further documents, duplicate keys and keys that are not texts are errors.
public enum Parser {
  /// The most levels of lists and mappings in each other.
  public static let deepest = 32
  /// The most bytes of a key. YAML itself ends at 1024 characters as written.
  static let longestKey = 256

  /// The mapping that a file holds; nil if what was read is of no use, with the reasons added to
  /// `problems`. Of a key that is written twice the first is kept, so that the rest can be checked.
  public static func document(_ source: SourceText, _ problems: Problems) -> Node? {
    guard let node = value(source, problems) else { return nil }
    guard node.entries == nil else { return node }
    if node.isNull {
      problems.add(
        Diagnostic(
          "empty-file", "`\(source.name)` is empty", at: nil,
          help: "`assay new` writes a first experiment"))
    } else {
      problems.add(
        Diagnostic(
          "not-a-mapping", "an experiment is a mapping, but this is \(node.found)", at: node.span,
          help: "write `key: value` lines"))
    }
    return nil
  }

  /// The one value of any kind that a text holds from a byte on, or between two; an empty text holds
  /// null.
  public static func value(
    _ source: SourceText, from start: Int = 0, to end: Int? = nil, _ problems: Problems
  ) -> Node? {
    do throws(Diagnostic) {
      var builder = try TreeBuilder(source, from: start, to: end, problems)
      return try builder.document()
    } catch {
      problems.add(error)
      return nil
    }
  }
}
