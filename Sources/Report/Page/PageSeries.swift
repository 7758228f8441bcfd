import Run
import Text

/// The curves of a page: those of each run, and the mean over each group's seeds, thinned so that all
/// of them fit a budget.
struct PageSeries {
  /// Points that a page holds in all: 8 bytes each, 10.7 as text.
  static let budget = 800_000
  /// Points of a curve that is not thinned, and the fewest of one that is.
  static let most = 2000, fewest = 24

  /// Points of each curve.
  private let count: Int

  /// How many runs' curves fit, for runs of so many columns.
  static func fittingRuns(columns: Int) -> Int { budget / max(1, columns) / fewest }

  /// Shares the budget among runs and groups of so many columns.
  init(runs: Int, columns: Int) {
    count = max(
      PageSeries.fewest, min(PageSeries.most, PageSeries.budget / max(1, runs * columns)))
  }

  /// A run's curves, one for each column: steps and values as text; null for a column that it lacks.
  func json(_ table: Series, columns: [String]) -> JSON {
    .array(
      columns.map { column in
        let points = table.points(of: column)
        if points.isEmpty { return .null }
        let kept = Thinning.indices(of: points.map(\.value), count: count)
        return [
          .string(Base64.text(steps: kept.map { points[$0].step })),
          .string(Base64.text(kept.map { points[$0].value })),
        ]
      })
  }

  /// The means over some runs, one for each column: steps, means and standard errors (NaN for none).
  func means(_ tables: [Series], columns: [String]) -> JSON {
    .array(
      columns.map { column in
        let samples = tables.map { table in
          table.points(of: column).map {
            MeanCurve.Sample(step: $0.step, x: Double($0.step), y: $0.value)
          }
        }
        let points = MeanCurve.points(samples)
        if points.isEmpty { return .null }
        let kept = Thinning.indices(of: points.map(\.y), count: count).map { points[$0] }
        return [
          .string(Base64.text(steps: kept.map { Int(exactly: $0.x) ?? 0 })),
          .string(Base64.text(kept.map(\.y))),
          .string(Base64.text(kept.map { $0.error ?? .nan })),
        ]
      })
  }
}

/// The pictures of a page: those of the first runs, at steps evenly spread, as many as fit a budget.
struct PageSamples {
  /// Bytes of PNG files that a page holds.
  static let budget = 6_000_000
  /// Runs and steps shown at most.
  static let mostRuns = 12, mostSteps = 40

  /// The pictures: the run's number, name, step and file as text.
  let json: JSON
  /// Whether pictures were left out.
  let isThinned: Bool

  /// The pictures of runs, the most interesting first, each with its number on the page.
  init(_ runs: [(number: Int, run: RunData)]) throws {
    var all: [(number: Int, samples: [RunData.Sample])] = []
    for (number, run) in runs where all.count < PageSamples.mostRuns {
      let samples = try run.samples()
      if !samples.isEmpty { all.append((number, samples)) }
    }
    let hasMore = all.count < runs.count
    var (shown, steps) = (all, PageSamples.mostSteps)
    var files = try PageSamples.read(shown, steps: steps)
    // Fewer steps first, then fewer runs.
    while files.reduce(0, { $0 + $1.bytes.count }) > PageSamples.budget, !shown.isEmpty {
      if steps > 5 { steps /= 2 } else { shown.removeLast() }
      files = try PageSamples.read(shown, steps: steps)
    }
    let count = all.reduce(0) { $0 + $1.samples.count }
    isThinned = hasMore || files.count < count
    json = .array(
      files.map { file in
        [
          "run": .integer(Int64(file.number)), "name": .string(file.sample.name),
          "step": .integer(Int64(file.sample.step)), "png": .string(Base64.text(file.bytes)),
        ]
      })
  }

  private typealias File = (number: Int, sample: RunData.Sample, bytes: [UInt8])

  private static func read(_ runs: [(number: Int, samples: [RunData.Sample])], steps count: Int)
    throws -> [File]
  {
    try runs.flatMap { number, samples -> [File] in
      let steps = Set(samples.map(\.step)).sorted()
      // Both ends, and what lies evenly between.
      let kept = Set(
        (0..<min(count, steps.count)).map { steps[$0 * (steps.count - 1) / max(1, count - 1)] })
      let all = steps.count <= count ? Set(steps) : kept
      return try samples.filter { all.contains($0.step) }.compactMap { sample in
        let bytes = try readWhole(sample.place, limit: 1 << 26)
        return PNG.size(of: bytes) == nil ? nil : (number, sample, bytes)
      }
    }
  }
}
