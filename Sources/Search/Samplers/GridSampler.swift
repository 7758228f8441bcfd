import Text
import YAML

/// All combinations, the last axis changing fastest.
public struct GridSampler: Sampler {
  /// The name in files.
  public static let kind = "grid"
  /// One line for `assay describe`.
  public static let summary = "all combinations, the last parameter changing fastest"
  /// All there are.
  public static let countsItself = true

  /// It has no settings.
  public init(_ fields: inout Fields) {}

  /// What is meant if no method is written and all values are listed.
  init() {}

  /// The combinations.
  public func points(_ plan: SamplerPlan) throws(Diagnostic) -> any Points {
    try Grid(plan.space, at: plan.span)
  }
}

/// All combinations of a space, counted by arithmetic and made one by one.
struct Grid: Points {
  let space: Space
  let count: Int
  /// The most combinations that are tried where conditions or constraints leave some out.
  private static let tried = 100_000
  /// The numbers of the combinations that are points, where conditions or constraints leave some
  /// out.
  private let kept: [Int32]?

  init(_ space: Space, at span: Span) throws(Diagnostic) {
    self.space = space
    guard let combinations = space.combinations else { throw Grid.endless(space) }
    guard combinations <= SweepSection.most else {
      throw SweepSection.tooMany(combinations, "the grid has", "points", at: span)
    }
    guard !space.constraints.isEmpty || space.axes.contains(where: { $0.condition != nil }) else {
      kept = nil
      count = combinations
      return
    }
    guard combinations <= Grid.tried else {
      throw SweepSection.tooMany(
        combinations, "a condition or a constraint is to be tried on", "points of the grid",
        most: Grid.tried, at: span)
    }
    let kept = (0..<combinations).filter { Grid.combination($0, of: space) != nil }.map(Int32.init)
    guard !kept.isEmpty else {
      throw Diagnostic(
        "no-points", "no point of the grid obeys the constraints",
        at: space.constraints.first?.span ?? span, label: "leaves none of \(combinations)")
    }
    count = kept.count
    self.kept = kept
  }

  func point(_ number: Int, _ history: History) -> Point {
    let number = kept.map { Int($0[number]) } ?? number
    return Grid.combination(number, of: space) ?? Point(coordinates: space.axes.map { _ in nil })
  }

  /// A combination by its number in the whole product. Nil if a constraint forbids it, or if it
  /// differs from an earlier one only in parameters whose condition does not hold.
  private static func combination(_ number: Int, of space: Space) -> Point? {
    var rest = number
    var indices = [Int](repeating: 0, count: space.dimensions.count)
    for (place, dimension) in space.dimensions.enumerated().reversed() {
      let count = space.domain(of: dimension).count ?? 1
      indices[place] = rest % count
      rest /= count
    }
    let chosen = zip(space.dimensions, indices).map { dimension, index in
      space.axes[dimension.axes[0]].isList
        ? Coordinate.choice(index) : space.axes[dimension.axes[0]].coordinate(number: index)
    }
    guard let point = space.point(chosen) else { return nil }
    for (dimension, index) in zip(space.dimensions, indices) where index > 0 {
      if dimension.axes.allSatisfy({ point.coordinates[$0] == nil }) { return nil }
    }
    return point
  }

  private static func endless(_ space: Space) -> Diagnostic {
    let axis = space.dimensions.map { space.axes[$0.axes[0]] }.first { $0.domain.count == nil }
    return Diagnostic(
      "endless-axis", "a grid needs values that can be counted, but `\(axis?.path ?? "")` has none",
      at: axis?.valueSpan, label: "all numbers between two",
      help: "write a list or a `step`, or choose `method: random`, `sobol`, or `tpe`")
  }
}

extension Axis {
  /// Whether the values are a list.
  var isList: Bool {
    if case .list = domain { true } else { false }
  }
}
