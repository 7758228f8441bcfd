import Glibc
import Text

/// Reads an experiment with everything that belongs to it: the file, those that it extends, and the
/// overrides of the command line.
public struct Loader {
  /// Reads one file. The span is where its path was written, and the lead what led to it.
  public typealias Reader =
    (String, Span?, SourceText.Lead?) throws(Diagnostic) -> SourceText

  /// An experiment as it was read.
  public struct Loaded: Sendable {
    /// The merged tree, each value with the place where it was written.
    public let root: Node
    /// The file itself.
    public let source: SourceText
  }

  /// The most files that may extend each other in a row.
  private static let deepest = 8

  private let read: Reader
  private let workingDirectory: String

  /// A loader of files on the disk.
  public init() {
    let folder = getcwd(nil, 0)
    defer { free(folder) }
    self.init(workingDirectory: folder.map { String(cString: $0) } ?? "/") {
      (path, span, lead) throws(Diagnostic) in try SourceFile.read(path, at: span, lead: lead)
    }
  }

  /// A loader of files that `read` finds.
  public init(workingDirectory: String, read: @escaping Reader) {
    self.workingDirectory = workingDirectory
    self.read = read
  }

  /// The experiment in a file; nil if it cannot be read at all. All problems are recorded. Overrides
  /// that may be `sweeping` can have several values.
  public func load(
    _ path: String, overrides: [String] = [], sweeping: Bool = false, _ problems: Problems
  ) -> Loaded? {
    do throws(Diagnostic) {
      let source = try read(path, nil, nil)
      let root = try extended(source, [absolute(path)], problems)
      return root.map {
        Loaded(
          root: Override.apply(overrides, to: $0, sweeping: sweeping, problems), source: source)
      }
    } catch {
      problems.add(error)
      return nil
    }
  }

  /// The tree of a file, merged into that of its base; `chain` holds the files that led here.
  private func extended(
    _ source: SourceText, _ chain: [String], _ problems: Problems
  ) throws(Diagnostic) -> Node? {
    guard let root = Parser.document(source, problems) else { return nil }
    guard let entry = root.entry("extends") else { return root }
    let own = Node(.mapping((root.entries ?? []).filter { $0.key != "extends" }), at: root.span)
    let path = try basePath(entry.value, chain)
    let place = entry.value.span
    let base = try read(path, place, SourceText.Lead("extended from", place))
    return try extended(base, chain + [absolute(path)], problems).map { own.merging(base: $0) }
  }

  /// The path of a base, as the user would type it: that of the file with the value put in.
  private func basePath(_ node: Node, _ chain: [String]) throws(Diagnostic) -> String {
    guard let text = node.scalar?.text, !node.isNull, !text.isEmpty else {
      throw refusal("it must be one path, but this is \(node.found)", node)
    }
    guard !text.utf8.contains(where: { $0 < 0x20 }) else {
      throw refusal("a path holds no line breaks and tabs", node)
    }
    guard !text.hasPrefix("/"), !text.hasPrefix("~") else {
      throw refusal("the path must be relative to this file", node)
    }
    guard text.hasSuffix(".yaml") else { throw refusal("the path must end in `.yaml`", node) }
    let folder = node.span.source.name.split(separator: "/", omittingEmptySubsequences: false)
      .dropLast().joined(separator: "/")
    let isRoot = node.span.source.name.hasPrefix("/")
    let path = Loader.normalized(folder.isEmpty && !isRoot ? text : "\(folder)/\(text)")
    try checkChain(path, node, chain)
    return path
  }

  private func checkChain(
    _ path: String, _ node: Node, _ chain: [String]
  ) throws(Diagnostic) {
    let target = absolute(path)
    let home = Loader.normalized((chain.first ?? target) + "/..")
    guard [absolute(""), home].contains(where: { Loader.isInside(target, $0) }) else {
      throw refusal("`\(path)` lies outside the working directory", node)
    }
    if chain.contains(target) {
      throw Diagnostic(
        "extends-cycle", "`\(path)` extends itself", at: node.span, label: "leads back to it")
    }
    guard chain.count < Loader.deepest else {
      throw refusal("at most \(Loader.deepest) files may extend each other", node)
    }
  }

  private func refusal(_ fact: String, _ node: Node) -> Diagnostic {
    Diagnostic(
      "bad-extends", "`extends` cannot be followed: \(fact)", at: node.span,
      help: "write a path such as `base.yaml` or `../common/base.yaml`")
  }

  /// A path from the root of the file system, without looking at the disk.
  private func absolute(_ path: String) -> String {
    Loader.normalized(path.hasPrefix("/") ? path : "\(workingDirectory)/\(path)")
  }

  private static func isInside(_ path: String, _ folder: String) -> Bool {
    folder == "/" || path.hasPrefix(folder + "/")
  }

  /// A path without `.`, and without `..` where a folder stands before it.
  private static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || !path.hasPrefix("/") {
        parts.append(part)
      }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}
