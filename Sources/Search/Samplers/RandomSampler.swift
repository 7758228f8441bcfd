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
  private let streams: [RandomStream]

  init(_ plan: SamplerPlan) {
    self.plan = plan
    streams = plan.space.dimensions.map {
      RandomStream(seed: plan.seed, path: "sweep.\(plan.space.axes[$0.axes[0]].path)")
    }
  }

  var count: Int { plan.runs }

  func point(_ number: Int, _ history: History) throws(Diagnostic) -> Point {
    for attempt in 0..<Constraints.attempts {
      if let point = draw(number, attempt) { return point }
    }
    throw Constraints.tooRare(plan)
  }

  /// One draw; nil if it violates a constraint.
  private func draw(_ number: Int, _ attempt: Int) -> Point? {
    plan.space.point(
      atUnit: streams.map { $0.unit(at: attempt, update: UInt32(truncatingIfNeeded: number)) })
  }

  /// Throws if constraints leave next to nothing.
  func checkConstraints() throws(Diagnostic) {
    try Constraints.check(plan) { draw(0, $0) }
  }
}

/// How hard samplers try to obey constraints.
enum Constraints {
  /// The draws that are tried before any run starts.
  private static let trials = 10_000
  /// How many of them must obey.
  private static let needed = 10
  /// The draws that are tried for one point: with one in a thousand obeying, none of 100,000 does
  /// once in 10^43 times.
  static let attempts = 100_000

  /// Throws if next to none of some draws obeys.
  static func check(_ plan: SamplerPlan, _ draw: (Int) -> Point?) throws(Diagnostic) {
    guard !plan.space.constraints.isEmpty else { return }
    var obeying = 0
    for attempt in 0..<trials {
      if draw(attempt) != nil { obeying += 1 }
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

extension RandomStream {
  /// A number from 0 to less than 1 in steps of 2^-53: words 0 and 1 of a block.
  func unit(at index: Int, update: UInt32) -> Double {
    let words = block(UInt32(truncatingIfNeeded: index), update: update)
    return Double((UInt64(words.0) << 32 | UInt64(words.1)) >> 11) * 0x1p-53
  }
}
