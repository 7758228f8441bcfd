import Tensor
import Text
import YAML

/// Points that leave no large gaps: a Sobol sequence, scrambled after Owen (1995).
public struct SobolSampler: Sampler {
  /// The name in files.
  public static let kind = "sobol"
  /// One line for `assay describe`.
  public static let summary = "points that leave no large gaps (Sobol 1967, scrambled after Owen)"

  /// It has no settings.
  public init(_ fields: inout Fields) {}

  /// The points.
  public func points(_ plan: SamplerPlan) throws(Diagnostic) -> any Points { try SobolPoints(plan) }
}

/// The first points of a scrambled Sobol sequence that obey the constraints.
struct SobolPoints: Points {
  let plan: SamplerPlan
  private let sequence: SobolSequence
  /// The numbers of the points in the sequence, where constraints leave some out.
  private let kept: [UInt32]?

  init(_ plan: SamplerPlan) throws(Diagnostic) {
    self.plan = plan
    let paths = plan.space.dimensions.map { plan.space.axes[$0.axes[0]].path }
    guard paths.count <= SobolDirections.dimensions.count else {
      throw Diagnostic(
        "too-many-axes",
        "a Sobol sequence has at most \(SobolDirections.dimensions.count) "
          + "dimensions here, but the sweep has \(paths.count)", at: plan.span,
        help: "choose `method: random`")
    }
    let sequence = SobolSequence(seed: plan.seed, paths: paths)
    self.sequence = sequence
    guard !plan.space.constraints.isEmpty else {
      kept = nil
      return
    }
    func obeys(_ number: UInt32) -> Bool {
      plan.space.point(atUnit: sequence.point(number)) != nil
    }
    try Constraints.check(plan) { obeys(UInt32($0)) }
    let last = UInt32(plan.runs * 1000 + 20_000)
    let kept = Array((0..<last).lazy.filter(obeys).prefix(plan.runs))
    if kept.count < plan.runs { throw Constraints.tooRare(plan) }
    self.kept = kept
  }

  var count: Int { plan.runs }

  func point(_ number: Int, _ history: History) throws(Diagnostic) -> Point {
    let place = sequence.point(kept?[number] ?? UInt32(number))
    guard let point = plan.space.point(atUnit: place) else { throw Constraints.tooRare(plan) }
    return point
  }
}

/// A Sobol sequence of 32 bits, each dimension scrambled by itself: every bit is flipped or not by a
/// random bit that belongs to the bits before it.
struct SobolSequence {
  private let directions: [[UInt32]]
  private let streams: [RandomStream]

  /// A dimension for each path, which names its scrambling.
  init(seed: UInt64, paths: [String]) {
    directions = paths.indices.map { SobolSequence.directions($0) }
    streams = paths.map { RandomStream(seed: seed, path: "sweep.sobol.\($0)") }
  }

  /// Point `number`: one number from 0 to less than 1 for each dimension.
  func point(_ number: UInt32) -> [Double] {
    zip(directions, streams).map { directions, stream in
      SobolSequence.scrambled(SobolSequence.plain(number, directions), stream)
    }
  }

  /// The 32 bits of a point in a dimension before they are scrambled.
  func plain(_ number: UInt32, dimension: Int) -> UInt32 {
    SobolSequence.plain(number, directions[dimension])
  }

  private static func plain(_ number: UInt32, _ directions: [UInt32]) -> UInt32 {
    var bits: UInt32 = 0
    for place in 0..<32 where number >> UInt32(place) & 1 == 1 { bits ^= directions[place] }
    return bits
  }

  /// Bits from the first on, each flipped by the random bit of its place in the tree; below the last
  /// of them come 21 random ones.
  private static func scrambled(_ bits: UInt32, _ stream: RandomStream) -> Double {
    var result: UInt32 = 0
    for place in UInt32(0)..<32 {
      let before = place == 0 ? 0 : bits >> (32 - place)
      let flip = stream.block(before, update: place).0 & 1
      result = result << 1 | (bits >> (31 - place) & 1 ^ flip)
    }
    let rest = stream.block(bits, update: 32).0 >> 11
    return Double(UInt64(result) << 21 | UInt64(rest)) * 0x1p-53
  }

  /// The direction numbers of a dimension: m_i · 2^(32 - i) with
  /// m_i = 2 a_1 m_(i-1) ^ ... ^ 2^(s-1) a_(s-1) m_(i-s+1) ^ 2^s m_(i-s) ^ m_(i-s).
  private static func directions(_ dimension: Int) -> [UInt32] {
    guard dimension > 0 else { return (0..<32).map { 1 << (31 - UInt32($0)) } }
    let (polynomial, initial) = SobolDirections.dimensions[dimension]
    var m = initial
    let degree = initial.count
    for i in degree..<32 {
      var next = m[i - degree] ^ m[i - degree] << UInt32(degree)
      for j in 1..<max(1, degree) where polynomial >> UInt32(degree - j) & 1 == 1 {
        next ^= m[i - j] << UInt32(j)
      }
      m.append(next)
    }
    return m.enumerated().map { $1 << (31 - UInt32($0)) }
  }
}
