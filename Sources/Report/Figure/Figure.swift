/// A plot of curves over a common axis, in a style for papers: one column wide, letters of 8 points,
/// thin lines.
public struct Figure: Sendable {
  /// An axis.
  public struct Axis: Hashable, Sendable {
    /// What stands along it.
    public var label: String
    /// How its numbers are spaced.
    public var kind: Scale.Kind
    /// Its ends; nil for those of the curves.
    public var limits: Scale.Limits?

    /// An axis with these properties.
    public init(_ label: String, kind: Scale.Kind = .linear, limits: Scale.Limits? = nil) {
      self.label = label
      self.kind = kind
      self.limits = limits
    }
  }

  /// A point of a curve.
  public struct Point: Hashable, Sendable {
    /// Its coordinates in the axes' units; one that is not finite leaves a gap.
    public var x, y: Double
    /// The standard error of y, the half height of the band; nil where there is none.
    public var error: Double?
    /// Whether its dot is a ring, as of a run that is not finished.
    public var isOpen = false

    /// A point with these values.
    public init(_ x: Double, _ y: Double, error: Double? = nil) {
      self.x = x
      self.y = y
      self.error = error
    }
  }

  /// A named line or cloud.
  public struct Curve: Hashable, Sendable {
    /// What it is called in the legend.
    public var label: String
    /// Its points, in the order of the line.
    public var points: [Point]
    /// A paler line behind it, as of what was measured where `points` are smoothed.
    public var faint: [Point] = []

    /// A curve with these values.
    public init(_ label: String, _ points: [Point], faint: [Point] = []) {
      self.label = label
      self.points = points
      self.faint = faint
    }
  }

  /// What the points are drawn as.
  public enum Mark: Hashable, Sendable {
    /// Lines, with bands for the errors.
    case lines
    /// Dots, with bars for the errors.
    case dots
  }

  /// Its axes.
  public var x, y: Axis
  /// Its curves, drawn in this order; the palette's colours are dealt out in it.
  public var curves: [Curve]
  /// What the points are drawn as.
  public var mark: Mark

  /// A figure with these parts.
  public init(x: Axis, y: Axis, curves: [Curve], mark: Mark = .lines) {
    self.x = x
    self.y = y
    self.curves = curves
    self.mark = mark
  }

  /// Whether any point has a place on the axes.
  public var showsAny: Bool {
    curves.contains { curve in
      curve.points.contains { Scale.canShow($0.x, x.kind) && Scale.canShow($0.y, y.kind) }
    }
  }

  /// Curves that a legend can name; with more there is none.
  public static let mostNamed = 12

  /// The figure on a sheet of so many points; one with a long legend is higher by that.
  public func drawing(width: Double = 234, height: Double = 160) -> Drawing {
    FigureDrawing(self, width: width, height: height).drawing
  }
}
