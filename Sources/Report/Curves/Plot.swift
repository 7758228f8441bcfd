import Run
import Text

/// What `assay plot` is asked for, and the figure that it is.
public struct Plot: Sendable {
  /// A column of the measurements or of the times, or the path of a setting.
  public var x = "step"
  /// Columns of the measurements, or their ends.
  public var y: [String]
  /// How the axes are spaced.
  public var xKind = Scale.Kind.linear, yKind = Scale.Kind.linear
  /// The axes' ends, where they are chosen.
  public var xLimits: Scale.Limits?, yLimits: Scale.Limits?
  /// The weight of ``Smoothing/exponential(_:weight:)``; 0 for none.
  public var smoothing = 0.0
  /// The settings whose values make a curve of their own each; nil for all but the seed.
  public var groupBy: [String]?

  /// A plot of some columns over the steps.
  public init(y: [String]) { self.y = y }

  /// The figure of some runs. Throws a `Rejection` where no run has a column that is asked for.
  public func figure(_ runs: [RunData]) throws -> Figure {
    let tables = try RunTables(runs)
    var plot = self
    plot.y = try y.map(tables.column)
    return try plot.drawn(runs, tables)
  }

  private func drawn(_ runs: [RunData], _ tables: RunTables) throws -> Figure {
    let groups = try CurveGroup.groups(of: runs, by: groupBy)
    let isColumn = tables.hasColumn(x)
    let curves = try isColumn ? lines(groups, tables) : clouds(groups, tables)
    return Figure(
      x: Figure.Axis(x, kind: xKind, limits: xLimits),
      y: Figure.Axis(y.count == 1 ? y[0] : "", kind: yKind, limits: yLimits), curves: curves,
      mark: isColumn ? .lines : .dots)
  }

  // MARK: Curves

  private func lines(_ groups: [CurveGroup], _ tables: RunTables) throws -> [Figure.Curve] {
    groups.flatMap { group in
      y.compactMap { column in
        let samples = group.runs.map { tables.samples($0, x: x, y: column) }
        let raw = MeanCurve.points(samples)
        if raw.isEmpty { return nil }
        let label = label(group, column, of: groups)
        if smoothing == 0 { return Figure.Curve(label, raw) }
        let smooth = MeanCurve.points(samples.map(smoothed))
        // Behind a band the noise of single seeds is seen already.
        return Figure.Curve(label, smooth, faint: group.runs.count == 1 ? raw : [])
      }
    }
  }

  private func smoothed(_ samples: [MeanCurve.Sample]) -> [MeanCurve.Sample] {
    let values = Smoothing.exponential(samples.map(\.y), weight: smoothing)
    return zip(samples, values).map { MeanCurve.Sample(step: $0.step, x: $0.x, y: $1) }
  }

  /// Dots of one colour; where groups were asked for, of one colour for each.
  private func clouds(_ groups: [CurveGroup], _ tables: RunTables) throws -> [Figure.Curve] {
    let paths = groups.flatMap(\.settings.paths)
    guard groups.contains(where: { !$0.settings.paths(named: x).isEmpty }) else {
      throw tables.missing(x, among: paths)
    }
    let curves = try y.flatMap { column -> [Figure.Curve] in
      let clouds = try groups.map { try dots($0, column, tables) }
      if groupBy == nil { return [Figure.Curve(y.count > 1 ? column : "", clouds.flatMap { $0 })] }
      return zip(groups, clouds).map { Figure.Curve(label($0, column, of: groups), $1) }
    }
    if curves.allSatisfy(\.points.isEmpty) {
      throw Rejection([
        Diagnostic(
          "not-a-number", "no run with a value of `\(y[0])` has a number at `\(x)`", at: nil,
          help: "`--group-by \(x)` makes a curve for each of its values")
      ])
    }
    return curves
  }

  /// A dot for each value of the setting: the mean of the last values over the runs of a group. Runs
  /// that are not finished count only where no other is, and make a ring.
  private func dots(_ group: CurveGroup, _ column: String, _ tables: RunTables) throws
    -> [Figure.Point]
  {
    var values: [Double: (finished: [Double], others: [Double])] = [:]
    for run in group.runs {
      guard let place = try run.settings().value(named: x)?.number,
        let value = tables.last(run, column)
      else { continue }
      if run.status == .finished {
        values[place, default: ([], [])].finished.append(value)
      } else {
        values[place, default: ([], [])].others.append(value)
      }
    }
    return values.sorted { $0.key < $1.key }.map { place, values in
      let isOpen = values.finished.isEmpty
      var point = MeanCurve.point(place, isOpen ? values.others : values.finished)
      point.isOpen = isOpen
      return point
    }
  }

  private func label(_ group: CurveGroup, _ column: String, of groups: [CurveGroup]) -> String {
    if y.count == 1 { return group.label }
    return groups.count == 1 || group.label.isEmpty ? column : "\(group.label), \(column)"
  }
}

/// The tables of some runs, read once.
private struct RunTables {
  private var metrics: [String: Series] = [:]
  private var times: [String: Series] = [:]
  private let columns: [String]

  init(_ runs: [RunData]) throws {
    var columns: [String] = []
    for run in runs {
      let table = try run.metrics()
      metrics[run.path] = table
      times[run.path] = try run.timing()
      for column in table.columns where !columns.contains(column) { columns.append(column) }
    }
    self.columns = columns
  }

  /// The column that a name or its end means.
  func column(_ name: String) throws -> String {
    if RunKey(name).columns(among: columns).isEmpty { throw missing(name, among: []) }
    return try RunComparison.column(name, columns)
  }

  /// Whether a name is that of a column, and no setting's.
  func hasColumn(_ name: String) -> Bool {
    name == "step" || columns.contains(name) || times.values.contains { $0.columns.contains(name) }
  }

  func missing(_ name: String, among paths: [String]) -> Rejection {
    let shown = columns.filter { $0 != "epoch" }
    return Rejection([
      Diagnostic(
        "no-such-column", "no run measures `\(name)`", at: nil,
        note: shown.isEmpty ? nil : "measured are \(Suggest.list(shown))",
        help: Suggest.help(for: name, among: columns + paths))
    ])
  }

  /// A run's values of a column, with where they are drawn.
  func samples(_ run: RunData, x: String, y: String) -> [MeanCurve.Sample] {
    guard let table = metrics[run.path] else { return [] }
    let points = table.points(of: y)
    if x == "step" {
      return points.map { MeanCurve.Sample(step: $0.step, x: Double($0.step), y: $0.value) }
    }
    let source = table.columns.contains(x) ? table : times[run.path]
    let places = (source?.points(of: x) ?? []).map { ($0.step, $0.value) }
    let byStep = Dictionary(places) { $1 }
    return points.compactMap { point in
      byStep[point.step].map { MeanCurve.Sample(step: point.step, x: $0, y: point.value) }
    }
  }

  /// A run's last value of a column.
  func last(_ run: RunData, _ column: String) -> Double? {
    metrics[run.path]?.last(of: column)?.value
  }
}
