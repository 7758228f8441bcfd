import Run
import Text
import YAML

/// Everything that an experiment's long form says, flattened: a value for each path, as
/// `players.critic.optimizer.adam.rate`. Names that decide nothing (`experiment`, `paper`, `claims`,
/// `sweep`) are left out; the seed is the path `seed`.
///
/// A list of plain values is one value, `[1, 28, 28]`. A part without settings is its name:
/// `networks.critic.layers.1` is `relu`.
public struct Settings: Hashable, Sendable {
  /// A value as the file writes it.
  public struct Value: Hashable, Sendable {
    /// Its text: `0.001`, `[1, 28, 28]`, `200 steps`, `mean(score)`.
    public let text: String

    /// The number that it is; nil for anything else.
    public var number: Double? {
      guard case .number(let number) = Literal(text) else { return nil }
      return number.value
    }

    /// A value with this text.
    public init(_ text: String) { self.text = text }
  }

  /// The paths, in the order of the file.
  public private(set) var paths: [String] = []
  private var values: [String: Value] = [:]

  /// No settings.
  public init() {}

  /// Settings of these values.
  public init(_ values: [(path: String, text: String)]) {
    for (path, text) in values { add(text, at: path) }
  }

  /// The settings of a tree.
  public init(_ root: Node) {
    for entry in root.entries ?? [] where !Settings.undecisive.contains(entry.key) {
      add(entry.value, at: entry.key)
    }
  }

  /// The settings of a long form on the disk; none where the file is missing or is no mapping.
  public init(readingYAML path: String) throws {
    self.init()
    if let root = try Settings.tree(readingYAML: path) { self.init(root) }
  }

  /// The names at the top of a file that decide no number.
  static let undecisive: Set = ["experiment", "paper", "claims", "sweep"]

  /// The tree of a long form on the disk; nil where the file is missing or is no mapping.
  static func tree(readingYAML path: String) throws -> Node? {
    do {
      let bytes = try readWhole(path, limit: 1 << 20)
      return Parser.document(SourceText(name: path, bytes: bytes), Problems())
    } catch let error as StorageError where error.isOfMissingFile {
      return nil
    }
  }

  /// The value at a path.
  public subscript(path: String) -> Value? { values[path] }

  /// The settings without some paths.
  public func without(_ isLeftOut: (String, Value) -> Bool) -> Settings {
    var rest = Settings()
    for path in paths {
      guard let value = values[path], !isLeftOut(path, value) else { continue }
      rest.add(value.text, at: path)
    }
    return rest
  }

  /// The paths that a short name means: the path itself, else those that end in it, as `rate` or
  /// `adam.rate`. `train.optimizer` means the optimizers of all players, which is where the long form
  /// has it.
  public func paths(named name: String) -> [String] {
    if values[name] != nil { return [name] }
    let isDefault = name.hasPrefix("train.optimizer.")
    let suffix = "." + (isDefault ? String(name.dropFirst("train.".count)) : name)
    return paths.filter { $0.hasSuffix(suffix) }
  }
}

// MARK: - Flattening

extension Settings {
  /// Sets a value.
  mutating func add(_ text: String, at path: String) {
    if values.updateValue(Value(text), forKey: path) == nil { paths.append(path) }
  }

  /// Adds what a node holds.
  mutating func add(_ node: Node, at path: String) {
    if let text = Settings.leaf(node) { return add(text, at: path) }
    switch node.content {
    case .scalar: return
    case .sequence(let items):
      for (index, item) in items.enumerated() { add(item, at: "\(path).\(index)") }
    case .mapping(let entries):
      for entry in entries { add(entry.value, at: "\(path).\(entry.key)") }
    }
  }

  /// The text of a node that is one value; nil for what is flattened further.
  static func leaf(_ node: Node) -> String? {
    switch node.content {
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
}
