/// Something in which runs differ: a path, or several paths whose values are always the same, such as
/// the rates of two players that take the default, or all that follow from a named parameter.
public struct DifferingSetting: Hashable, Sendable {
  /// What it is called: its path, or the end that its paths have in common.
  public let name: String
  /// Its paths, in the order of the file; a parameter's own first.
  public let paths: [String]

  /// Whether a path has the setting's own value, and none that merely follows from it.
  func isOwn(_ path: String) -> Bool {
    path == paths.first || paths.first?.hasPrefix(Settings.path(ofParameter: "")) != true
  }

  /// The value that a run has; nil where it has none.
  public func value(in settings: Settings) -> Settings.Value? {
    paths.first.flatMap { settings[$0] }
  }

  /// In what some settings differ, in the order of their files. A number that all of them compute
  /// from parameters by the same expression is no difference of its own: it belongs to those of the
  /// parameters that differ. Nor is a formula that the same loss stands for.
  public static func all(in settings: [Settings]) -> [DifferingSetting] {
    let followers = Followers(settings)
    var bundles: [Bundle: [String]] = [:]
    var order: [Bundle] = []
    var seen: Set<String> = []
    for path in settings.flatMap(\.paths)
    where seen.insert(path).inserted && !followers.contains(path) {
      let values = settings.map { $0[path] }
      guard Set(values).count > 1 else { continue }
      let isParameter = path.hasPrefix(Settings.path(ofParameter: ""))
      let end = isParameter ? path : path.split(separator: ".").last.map(String.init) ?? path
      let bundle = Bundle(values: values, end: end)
      if bundles[bundle] == nil { order.append(bundle) }
      bundles[bundle, default: []].append(path)
    }
    let found = order.map { bundles[$0] ?? [] }
    let names = found.map(commonEnd)
    return zip(found, names).map { paths, name in
      let isClear = names.count { $0 == name } == 1
      return DifferingSetting(
        name: isClear ? name : paths[0], paths: paths + followers.following(paths[0]))
    }
  }

  /// Paths that go together.
  private struct Bundle: Hashable {
    let values: [Settings.Value?]
    let end: String
  }

  /// The end that some paths have in common, without numbers of layers before it.
  private static func commonEnd(_ paths: [String]) -> String {
    guard paths.count > 1 else { return paths.first ?? "" }
    var parts = paths[0].split(separator: ".")[...]
    for path in paths.dropFirst() {
      let other = path.split(separator: ".")
      var count = 0
      while count < min(parts.count, other.count),
        parts[parts.endIndex - 1 - count] == other[other.count - 1 - count]
      { count += 1 }
      parts = parts.suffix(count)
    }
    while let first = parts.first, first.allSatisfy(\.isNumber), parts.count > 1 {
      parts = parts.dropFirst()
    }
    return parts.joined(separator: ".")
  }
}

/// The paths whose values follow from others in the same way in all of some settings.
struct Followers {
  /// The expression of each.
  private let expressions: [(path: String, names: Set<String>)]
  private let paths: Set<String>

  /// What follows in all of `settings`.
  init(_ settings: [Settings]) {
    let shared = (settings.first?.expressions ?? [:]).filter { path, text in
      settings.allSatisfy { $0.expressions[path] == text && $0[path] != nil }
    }
    expressions = (settings.first?.paths ?? []).compactMap { path in
      shared[path].map { (path, Followers.names(in: $0)) }
    }
    paths = Set(shared.keys)
  }

  /// Whether a path follows from others.
  func contains(_ path: String) -> Bool { paths.contains(path) }

  /// The paths that follow from a parameter, itself or through others, in the order of the file.
  func following(_ path: String) -> [String] {
    var reached: Set = [path]
    var last = 0
    while reached.count > last {
      last = reached.count
      for (path, names) in expressions
      where names.contains(where: { reached.contains(Settings.path(ofParameter: $0)) }) {
        reached.insert(path)
      }
    }
    return expressions.map(\.path).filter { $0 != path && reached.contains($0) }
  }

  /// The words of an expression, its names among them.
  private static func names(in text: String) -> Set<String> {
    Set(text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
  }
}
