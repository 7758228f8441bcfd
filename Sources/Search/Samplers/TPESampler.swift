import Text
import YAML

/// The tree-structured Parzen estimator over all parameters at once (Bergstra et al. 2011; Falkner
/// et al. 2018; settings as in Optuna 5).
public struct TPESampler: Sampler {
  /// The name in files.
  public static let kind = "tpe"
  /// One line for `assay describe`.
  public static let summary = "near the best points so far (Bergstra et al. 2011)"
  /// It goes by the metric.
  public static let isAdaptive = true
  let startup: Int
  let candidates: Int

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    startup = fields.int("startup", "points that are drawn at random first", in: 1..., default: 10)
    candidates = fields.int(
      "candidates", "points from which the most promising one is taken", in: 1...10_000,
      default: 24)
  }

  /// The points.
  public func points(_ plan: SamplerPlan) throws(Diagnostic) -> any Points {
    let random = RandomPoints(plan)
    try random.checkConstraints()
    return TPEPoints(plan: plan, random: random, startup: startup, candidates: candidates)
  }
}

/// Points near the best ones so far.
///
/// What is known is split into the best tenth, at most 25 points, and the rest; `ParzenEstimator`
/// makes a density of each, l and g. Of some points drawn from l, the one with the greatest l / g is
/// taken. Parameters that always count are modelled together; each that counts under a condition
/// only is modelled by itself, from the points in which it counted.
struct TPEPoints: Points {
  let plan: SamplerPlan
  let random: RandomPoints
  let startup: Int
  let candidates: Int

  var count: Int { plan.runs }

  func point(_ number: Int, _ history: History) throws(Diagnostic) -> Point {
    let known = Known(history, plan.goal ?? .minimize)
    guard known.ended.count >= startup else { return try random.point(number, history) }
    let (below, above) = known.split
    let models = groups.compactMap { group in
      Model(group, plan, below: below, above: above, number: number)
    }
    // Candidate after candidate is drawn from all models; each model's best one is tried first.
    var drawn = models.map { model in (0..<candidates).map { model.candidate($0) } }
    let best = drawn.compactMap { row in row.indices.max { row[$0].score < row[$1].score } }
    if let point = combine(models, zip(drawn, best).map { $0[$1] }) { return point }
    let scores = (0..<candidates).map { place in drawn.reduce(0) { $0 + $1[place].score } }
    for place in scores.indices.sorted(by: { (-scores[$0], $0) < (-scores[$1], $1) }) {
      if let point = combine(models, drawn.map { $0[place] }) { return point }
    }
    for place in candidates..<candidates + 1000 {
      drawn = models.map { [$0.candidate(place)] }
      if let point = combine(models, drawn.map { $0[0] }) { return point }
    }
    return try random.point(number, history)
  }

  /// Dimensions that are modelled together.
  private var groups: [[Int]] {
    let space = plan.space
    let isFree = space.dimensions.map { dimension in
      dimension.axes.allSatisfy { space.axes[$0].condition == nil }
    }
    let together = isFree.indices.filter { isFree[$0] }
    let alone = isFree.indices.filter { !isFree[$0] }.map { [$0] }
    return (together.isEmpty ? [] : [together]) + alone
  }

  /// The point of one candidate from each model; nil if it violates a constraint.
  private func combine(_ models: [Model], _ candidates: [Candidate]) -> Point? {
    var chosen = plan.space.dimensions.map { plan.space.domain(of: $0).coordinate(at: 0) }
    for (model, candidate) in zip(models, candidates) {
      for (dimension, coordinate) in zip(model.group, candidate.coordinates) {
        chosen[dimension] = coordinate
      }
    }
    return plan.space.point(chosen)
  }

  /// Coordinates for a group of dimensions, and the logarithm of l / g there.
  struct Candidate {
    let coordinates: [Coordinate]
    let score: Double
  }

  /// The two densities of a group of dimensions.
  private struct Model {
    let group: [Int]
    let below: ParzenEstimator
    let above: ParzenEstimator
    let draws: [RandomPoints.Draw]

    init(_ group: [Int], _ plan: SamplerPlan, below: [Point], above: [Point], number: Int) {
      self.group = group
      let dimensions = group.map { plan.space.dimensions[$0] }
      func estimator(_ points: [Point]) -> ParzenEstimator {
        let places = points.compactMap { point -> [Double]? in
          let places = dimensions.compactMap { plan.space.place(of: $0, in: point) }
          return places.count == dimensions.count ? places : nil
        }
        return ParzenEstimator(dimensions.map(plan.space.domain), places)
      }
      self.below = estimator(below)
      self.above = estimator(above)
      let paths = dimensions.map { plan.space.axes[$0.axes[0]].path }
      draws = (["kernel.\(paths[0])"] + paths).map {
        RandomPoints.Draw(plan.seed, "tpe.\($0)", number)
      }
    }

    /// A candidate by its number.
    func candidate(_ index: Int) -> Candidate {
      let places = below.sample(draws.map { $0.unit(index) })
      let score = below.logDensity(places) - above.logDensity(places)
      return Candidate(coordinates: below.coordinates(places), score: score)
    }
  }
}
