import Experiment
import Run
import Text
import YAML

/// Everything that an experiment's long form says, flattened: a value for each path, as
/// `players.critic.optimizer.adam.rate`. Names that decide nothing (`experiment`, `paper`, `claims`,
/// `sweep`) are left out; the seed is the path `seed`.
///
/// A list of plain values is one value, `[1, 28, 28]`. A part without settings is its name:
/// `networks.critic.layers.1` is `relu`.
///
/// The file's named parameters are settings too, as `parameters.width`. The long form keeps those that
/// its formulas name; of the others the run's record knows the values.
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
  /// The paths of named parameters that the long form lacks, as its numbers are computed.
  private(set) var named: Set<String> = []
  /// What stands in the file in place of what was computed, by path; see ``RunRecord``.
  private(set) var expressions: [String: String] = [:]

  /// No settings.
  public init() {}

  /// Settings of these values.
  public init(_ values: [(path: String, text: String)]) {
    for (path, text) in values { add(text, at: path) }
  }

  /// The settings of a tree.
  public init(_ root: Node) {
    for entry in root.entries ?? [] where !Experiment.undecisive.contains(entry.key) {
      add(entry.value, at: entry.key)
    }
  }

  /// The settings of a long form on the disk; none where the file is missing or is no mapping.
  public init(readingYAML path: some Located) throws {
    self.init()
    if let root = try Settings.tree(readingYAML: path) { self.init(root) }
  }

  /// The tree of a long form on the disk; nil where the file is missing or is no mapping.
  static func tree(readingYAML path: some Located) throws -> Node? {
    do {
      let bytes = try readWhole(path, limit: 1 << 20)
      return Parser.document(SourceText(name: path.place.path, bytes: bytes), Problems())
    } catch let error as StorageError where error.isOfMissingFile {
      return nil
    }
  }

  /// The value at a path.
  public subscript(path: String) -> Value? { values[path] }
}

// MARK: - Flattening

extension Settings {
  /// Sets a value.
  mutating func add(_ text: String, at path: String) {
    if values.updateValue(Value(text), forKey: path) == nil { paths.append(path) }
  }

  /// Adds what a node holds.
  mutating func add(_ node: Node, at path: String) {
    node.forEachLeaf(at: path) { path, _, text in add(text, at: path) }
  }
}

// MARK: - Named parameters

extension Settings {
  /// The path of a named parameter.
  static func path(ofParameter name: String) -> String { "parameters." + name }

  /// These settings of a long form with the named parameters of its file, those before these, and
  /// with what stands in the file in place of what was computed.
  func naming(_ parameters: [String: String], _ expressions: [String: String]) -> Settings {
    var named = self
    let others = parameters.map { (path: Settings.path(ofParameter: $0), text: $1) }
      .filter { values[$0.path] == nil }.sorted { byBytes($0.path, $1.path) }
    for (path, text) in others { named.values[path] = Value(text) }
    named.paths = others.map(\.path) + paths
    named.named = Set(others.map(\.path))
    named.expressions = expressions
    return named
  }

  /// The values of the long form alone: what decides a run.
  var decisive: Settings {
    var rest = self
    rest.paths.removeAll(where: named.contains)
    for path in named { rest.values[path] = nil }
    (rest.named, rest.expressions) = ([], [:])
    return rest
  }

  /// The settings without some paths.
  func without(_ isLeftOut: (String, Value) -> Bool) -> Settings {
    var rest = self
    rest.paths.removeAll { path in
      guard let value = values[path], isLeftOut(path, value) else { return false }
      rest.values[path] = nil
      return true
    }
    return rest
  }
}

// MARK: - Finding by name

extension Settings {
  /// The paths that a short name means: the path itself, else the parameter of that name, else those
  /// that end in it, as `rate` or `adam.rate`. `train.optimizer` means the optimizers of all players,
  /// which is where the long form has it.
  public func paths(named name: String) -> [String] {
    for path in [name, Settings.path(ofParameter: name)] where values[path] != nil { return [path] }
    let isDefault = name.hasPrefix("train.optimizer.")
    let suffix = "." + (isDefault ? String(name.dropFirst("train.".count)) : name)
    return paths.filter { $0.hasSuffix(suffix) }
  }

  /// The value that a short name means; nil where nothing is called so. Throws a `Rejection` where
  /// paths of different values are.
  public func value(named name: String) throws -> Value? {
    let paths = paths(named: name)
    guard Set(paths.map { values[$0] }).count < 2 else {
      throw Rejection([
        Diagnostic(
          "ambiguous-key", "`\(name)` can mean \(Suggest.list(paths, joined: "or"))", at: nil,
          note: "their values differ", help: "write more of the name")
      ])
    }
    return paths.first.flatMap { values[$0] }
  }
}
