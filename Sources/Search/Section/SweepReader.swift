import Parts
import Text
import YAML

/// What the reading of a sweep needs to know of its experiment.
public struct SweepContext: Sendable {
  /// The experiment's seed.
  public let seed: UInt64
  /// The length of a run, where it could be read.
  public let steps: Duration?
  /// The folder of the experiment's file.
  public let folder: String

  /// What the experiment says.
  public init(seed: UInt64, steps: Duration?, folder: String) {
    self.seed = seed
    self.steps = steps
    self.folder = folder
  }
}

extension SweepSection {
  /// Reads the section; nil if something is wrong with it, which is recorded.
  public static func read(_ fields: inout Fields, _ context: SweepContext) -> SweepSection? {
    SweepReader(context: context).read(&fields)
  }
}

/// Reads a sweep, key by key.
private struct SweepReader {
  let context: SweepContext

  /// What is written, before it is put together.
  private struct Draft {
    var method: Placed<any Sampler>?
    var runs: Int?
    var metric: SweepMetric?
    var pruner: Placed<any Pruner>?
  }

  func read(_ fields: inout Fields) -> SweepSection? {
    fields.elsewhere = { $0.contains(".") ? "paths stand under `parameters`" : nil }
    var draft = Draft()
    draft.method = fields.optionalPart(
      "method", "how points are chosen; `grid` if all are lists, else `random`",
      of: SearchCatalog.samplers)
    draft.runs = fields.optionalInt(
      "runs", "how many points; a grid counts itself", in: 1...SweepSection.most)
    let seeds = self.seeds(&fields)
    draft.metric = fields.section(
      "metric", "what is better; needed by `tpe` and `stop_early`", ifMissing: .isNone,
      mainKey: "name"
    ) { metric in
      SweepMetric(
        name: metric.string("name", "a column of metrics.csv; its last value counts"),
        goal: metric.choice("goal", "what is better", of: Goal.self, default: .minimize),
        place: metric.place)
    }
    warn(draft.metric, &fields)
    let listed = PointsReader.read(&fields, context.folder)
    let space = listed?.space ?? SpaceReader.read(&fields)
    draft.pruner = fields.optionalPart(
      "stop_early", "how runs that lead nowhere are ended early", of: SearchCatalog.pruners)
    let slurm = fields.section(
      "slurm", "what Slurm is asked for; no part of the sweep's identity", ifMissing: .isNone
    ) { SlurmOptions(&$0) }
    guard let space, !fields.hasErrors, !fields.isDescribing else { return nil }
    do throws(Diagnostic) {
      return try finish(&fields, draft, space, listed, seeds, slurm ?? SlurmOptions())
    } catch {
      fields.record(error)
      return nil
    }
  }

  /// Puts together what was read.
  private func finish(
    _ fields: inout Fields, _ draft: Draft, _ space: Space, _ listed: ListedPoints?,
    _ seeds: [UInt64], _ slurm: SlurmOptions
  ) throws(Diagnostic) -> SweepSection {
    let points: any Points
    if let listed { points = listed } else { points = try self.points(&fields, draft, space) }
    guard points.count * seeds.count <= SweepSection.most else {
      throw SweepSection.tooMany(
        points.count * seeds.count, "the sweep has", "runs", at: fields.span(of: "seeds"))
    }
    if draft.pruner != nil, draft.metric == nil { throw noMetric("stop_early", fields.place) }
    let method = listed == nil ? fields.resolved["method"] : nil
    return SweepSection(
      method: method?.entries?.first?.key ?? method?.scalar?.text, points: points,
      isAdaptive: draft.method.map { type(of: $0.part).isAdaptive } ?? false, space: space,
      seeds: seeds, seed: context.seed, metric: draft.metric, pruner: try pruner(draft),
      slurm: slurm, place: fields.place, resolved: fields.resolved)
  }

  /// The points that a method chooses.
  private func points(
    _ fields: inout Fields, _ draft: Draft, _ space: Space
  ) throws(Diagnostic) -> any Points {
    let isGrid = space.axes.allSatisfy(\.isList)
    let name = draft.method?.name ?? (isGrid ? "grid" : "random")
    if draft.method == nil { fields.resolve("method", .text(name, at: fields.span)) }
    let standard: any Sampler = isGrid ? GridSampler() : RandomSampler()
    let sampler = draft.method?.part ?? standard
    try check(draft, sampler, name, fields.place)
    return try sampler.points(
      SamplerPlan(
        space: space, seed: context.seed, runs: draft.runs ?? 0, goal: draft.metric?.goal,
        span: draft.method?.place.span ?? fields.span))
  }

  /// What was chosen by the test set is no longer measured by it.
  private func warn(_ metric: SweepMetric?, _ fields: inout Fields) {
    guard let metric, metric.name.hasPrefix("test.") else { return }
    fields.record(
      Diagnostic(
        "chosen-by-test", "the best point is chosen by the test set",
        at: metric.place.span(of: "name"),
        note: "what was chosen by the test set is no longer measured by it",
        help: "write `data: {split: {validation: ...}}` and choose by `validation.`",
        severity: .warning))
  }

  private func pruner(_ draft: Draft) throws(Diagnostic) -> (any Pruner)? {
    guard let placed = draft.pruner else { return nil }
    return try placed.part.fitted(to: context.steps ?? Duration(1, .steps), at: placed.place)
  }

  /// What the method needs beside it.
  private func check(
    _ draft: Draft, _ sampler: any Sampler, _ name: String, _ place: Place
  ) throws(Diagnostic) {
    if type(of: sampler).countsItself {
      guard !place.isWritten("runs") else {
        throw Diagnostic(
          "unreachable-setting", "`runs` has no effect: a \(name) has as many points as it has",
          at: place.span(of: "runs"),
          help: "leave it out, or write `method: random` for some of the points")
      }
    } else if draft.runs == nil {
      throw Diagnostic(
        "missing-key", "`method: \(name)` needs `runs`", at: place.span(of: "method"),
        label: "how many points?", help: "write `runs: 40`")
    }
    if type(of: sampler).isAdaptive, draft.metric == nil { throw noMetric("method", place) }
  }

  private func noMetric(_ key: String, _ place: Place) -> Diagnostic {
    Diagnostic(
      "missing-key", "`\(key)` needs a `metric`", at: place.span(of: key),
      label: "by which measurement?",
      help: "write `metric: {name: validation.loss, goal: minimize}`")
  }

  /// The seeds of each point: a list, or a count from the experiment's own seed on.
  private func seeds(_ fields: inout Fields) -> [UInt64] {
    let key = "seeds"
    let type = FieldType.either(
      .int((1.0...).bounds), .list(.int((0.0...).bounds), count: 1...SweepSection.most))
    let read = fields.custom(
      key, "the seeds of each point: a list, or how many", type, default: [context.seed],
      write: { seeds, span in .sequence(seeds.map { .int($0, at: span) }, at: span) },
      read: { node -> Result<[UInt64], Diagnostic> in
        do throws(Diagnostic) { return .success(try seeds(node)) } catch { return .failure(error) }
      })
    return read ?? [context.seed]
  }

  private func seeds(_ node: Node) throws(Diagnostic) -> [UInt64] {
    guard let items = node.items else {
      guard let count = SweepReader.whole(node), (1...UInt64(SweepSection.most)).contains(count)
      else {
        throw Diagnostic(
          "wrong-type", "`seeds` must be a list of seeds, or how many, but this is \(node.found)",
          at: node.span, help: "write `seeds: [1, 2, 3]`, or `seeds: 3`")
      }
      return (0..<count).map { context.seed &+ $0 }
    }
    guard !items.isEmpty else {
      throw Diagnostic("wrong-count", "`seeds` needs at least one seed", at: node.span)
    }
    var seeds: [UInt64] = []
    var places: [UInt64: Span] = [:]
    for item in items {
      guard let seed = SweepReader.whole(item) else {
        throw Diagnostic(
          "wrong-type", "a seed must be a whole number of at least 0, but this is \(item.found)",
          at: item.span, label: "not a seed")
      }
      if let first = places.updateValue(item.span, forKey: seed) {
        throw Diagnostic(
          "duplicate-name", "the seed \(seed) stands twice in `seeds`", at: item.span,
          related: [.init(first, "the first")])
      }
      seeds.append(seed)
    }
    return seeds
  }

  /// A whole number from 0 to 2^64 - 1 without a sign.
  private static func whole(_ node: Node) -> UInt64? {
    guard let scalar = node.scalar, scalar.style == .plain,
      case .number(.whole(false, let magnitude)) = Literal(scalar.text)
    else { return nil }
    return magnitude
  }
}
