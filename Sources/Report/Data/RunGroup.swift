import Run

/// Runs that differ in the seed alone: one experiment, tried several times.
public struct RunGroup: Sendable {
  /// The runs by rising seed. Of repetitions, whose bits are the same, one is kept: a seed that counted
  /// twice would make an error look smaller than it is.
  public let runs: [RunData]
  /// What they have in common, with the named parameters of the first run that has any.
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
    for (run, key) in zip(runs, inParallel(runs) { run in Result { try Key(run) } }) {
      let key = try key.get()
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(run)
    }
    return try order.map { try RunGroup(members[$0] ?? []) }
  }

  private init(_ all: [RunData]) throws {
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
    let namer = runs.first { !$0.record.parameters.isEmpty } ?? runs.first
    settings = try namer?.settings().withoutSeedAndPlaces ?? Settings()
  }

  /// What makes two runs one experiment.
  private struct Key: Hashable, Sendable {
    let settings: Settings
    let data: [String: String]
    let numerics: Int

    init(_ run: RunData) throws {
      settings = try run.settings().decisive.withoutSeedAndPlaces
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
