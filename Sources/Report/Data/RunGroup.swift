import Run

/// Runs that differ in the seed alone: one experiment, tried several times.
public struct RunGroup: Sendable {
  /// The runs by rising seed. Of repetitions, whose bits are the same, one is kept: a seed that counted
  /// twice would make an error look smaller than it is.
  public let runs: [RunData]
  /// What they have in common.
  public let settings: Settings
  /// How many repetitions were left out.
  public let repetitions: Int

  /// The seeds of its runs.
  public let seeds: [String]

  /// Groups runs by everything but the seed: settings, data and the numerics version. The groups
  /// stand in the order of their first runs.
  public static func groups(of runs: [RunData]) throws -> [RunGroup] {
    var order: [Key] = []
    var members: [Key: [RunData]] = [:]
    for run in runs {
      let key = try Key(run)
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(run)
    }
    return try order.map { try RunGroup(members[$0] ?? [], $0.settings) }
  }

  private init(_ all: [RunData], _ settings: Settings) throws {
    self.settings = settings
    var bySeed: [String: RunData] = [:]
    for run in all {
      let seed = try run.seed()
      let kept = bySeed[seed]
      if kept == nil || (kept?.status != .finished && run.status == .finished) {
        bySeed[seed] = run
      }
    }
    let sorted = bySeed.sorted { a, b in
      (UInt64(a.key) ?? 0, a.key) < (UInt64(b.key) ?? 0, b.key)
    }
    runs = sorted.map(\.value)
    seeds = sorted.map(\.key)
    repetitions = all.count - runs.count
  }

  /// What makes two runs one experiment.
  private struct Key: Hashable {
    let settings: Settings
    let data: [String: String]
    let numerics: Int

    init(_ run: RunData) throws {
      settings = try run.settings().withoutSeedAndPlaces
      data = run.record.data
      numerics = run.record.numerics
    }
  }
}

extension Settings {
  /// The settings without the seed, and without the paths of data files: the digests stand for them.
  public var withoutSeedAndPlaces: Settings {
    without { path, value in
      path == "seed" || path.hasPrefix("data.dataset.") && value.text.hasPrefix("/")
    }
  }
}

/// Something in which runs differ: a path, or several paths whose values are always the same, such as
/// the rates of two players that take the default.
public struct DifferingSetting: Hashable, Sendable {
  /// What it is called: its path, or the end that its paths have in common.
  public let name: String
  /// Its paths, in the order of the file.
  public let paths: [String]

  /// The value that a run has; nil where it has none.
  public func value(in settings: Settings) -> Settings.Value? {
    paths.first.flatMap { settings[$0] }
  }

  /// In what some settings differ, in the order of their files.
  public static func all(in settings: [Settings]) -> [DifferingSetting] {
    var bundles: [Bundle: [String]] = [:]
    var order: [Bundle] = []
    var seen: Set<String> = []
    for path in settings.flatMap(\.paths) where seen.insert(path).inserted {
      let values = settings.map { $0[path] }
      guard Set(values).count > 1 else { continue }
      let last = path.split(separator: ".").last.map(String.init) ?? path
      let bundle = Bundle(values: values, last: last)
      if bundles[bundle] == nil { order.append(bundle) }
      bundles[bundle, default: []].append(path)
    }
    let found = order.map { bundles[$0] ?? [] }
    let names = found.map(commonEnd)
    return zip(found, names).map { paths, name in
      let isClear = names.count { $0 == name } == 1
      return DifferingSetting(name: isClear ? name : paths[0], paths: paths)
    }
  }

  /// Paths that go together.
  private struct Bundle: Hashable {
    let values: [Settings.Value?]
    let last: String
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
