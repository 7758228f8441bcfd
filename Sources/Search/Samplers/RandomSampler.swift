import Tensor
import Text
import YAML

/// Each value drawn by itself (Bergstra and Bengio 2012).
public struct RandomSampler: Sampler {
  /// The name in files.
  public static let kind = "random"
  /// One line for `assay describe`.
  public static let summary = "each value drawn by itself (Bergstra and Bengio 2012)"

  /// It has no settings.
  public init(_ fields: inout Fields) {}

  /// What is meant if no method is written and not all values are listed.
  init() {}

  /// The draws.
  public func points(_ plan: SamplerPlan) throws(Diagnostic) -> any Points {
    let points = RandomPoints(plan)
    try points.checkConstraints()
    return points
  }
}

/// Points drawn evenly on the scales of the axes. Point `number` is the first of a row of draws that
/// obeys the constraints; what an axis draws depends on its own path, the seed and the number
/// alone, so that another axis moves nothing.
struct RandomPoints: Points {
  let plan: SamplerPlan
  private let paths: [String]

  /// The numbers of one purpose that belong to a point.
  struct Draw {
    private let stream: RandomStream
    private let update: UInt32

    /// Those called `path`, of point `number`.
    init(_ seed: UInt64, _ path: String, _ number: Int) {
      stream = RandomStream(seed: seed, path: "sweep.\(path)")
      update = UInt32(truncatingIfNeeded: number)
    }

    /// Number `index`, from 0 to less than 1 in steps of 2^-53: words 0 and 1 of a block.
    func unit(_ index: Int) -> Double {
      let words = stream.block(UInt32(truncatingIfNeeded: index), update: update)
      return Double((UInt64(words.0) << 32 | UInt64(words.1)) >> 11) * 0x1p-53
    }
  }

  init(_ plan: SamplerPlan) {
    self.plan = plan
    paths = plan.space.dimensions.map { "random.\(plan.space.axes[$0.axes[0]].path)" }
  }

  var count: Int { plan.runs }

  func point(_ number: Int, _ history: History) throws(Diagnostic) -> Point {
    let draws = draws(number)
    for attempt in 0..<Constraints.attempts {
      if let point = plan.space.point(atUnit: draws.map { $0.unit(attempt) }) { return point }
    }
    throw Constraints.tooRare(plan)
  }

  private func draws(_ number: Int) -> [Draw] { paths.map { Draw(plan.seed, $0, number) } }

  /// Throws if constraints leave next to nothing.
  func checkConstraints() throws(Diagnostic) {
    let draws = draws(0)
    try Constraints.check(plan) { attempt in
      plan.space.point(atUnit: draws.map { $0.unit(attempt) }) != nil
    }
  }
}

/// How hard samplers try to obey constraints.
enum Constraints {
  /// The draws that are tried before any run starts.
  private static let trials = 2000
  /// How many of them must obey.
  private static let needed = 2
  /// The draws that are tried for one point: with one in a thousand obeying, none of 20,000 does
  /// once in 10^8 times.
  static let attempts = 20_000

  /// Throws if next to none of some draws obeys.
  static func check(_ plan: SamplerPlan, _ obeys: (Int) -> Bool) throws(Diagnostic) {
    guard !plan.space.constraints.isEmpty else { return }
    var obeying = 0
    for attempt in 0..<trials {
      if obeys(attempt) { obeying += 1 }
      if obeying == needed { return }
    }
    throw obeying > 0
      ? tooRare(plan)
      : Diagnostic(
        "no-points", "no point seems to obey the constraints",
        at: plan.space.constraints.first?.span, label: "none of \(trials) draws obeys")
  }

  /// That points which obey cannot be found by trying.
  static func tooRare(_ plan: SamplerPlan) -> Diagnostic {
    Diagnostic(
      "no-points", "fewer than one point in \(trials / needed) obeys the constraints",
      at: plan.space.constraints.first?.span, label: "nearly nothing is left",
      help: "narrow the bounds, so that most points obey")
  }
}
