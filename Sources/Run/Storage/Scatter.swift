/// Real and generated points in the plane, in one picture: real ones in blue grey below, generated
/// ones in orange above, in a box with numbered axes of equal scale. Its bits follow from the points
/// alone.
public struct Scatter: Sendable {
  /// The part of the plane that is shown: a square.
  public struct Window: Hashable, Sendable {
    /// Its middle.
    public var x, y: Double
    /// Half of its side; above 0.
    public var half: Double

    /// A square around (x, y). A side that is not above 0, or too small beside the numbers on the
    /// axes, is enlarged.
    public init(x: Double, y: Double, half: Double) {
      self.x = x.isFinite ? x : 0
      self.y = y.isFinite ? y : 0
      let least = max(abs(self.x), abs(self.y)) * 1e-6
      self.half = half.isFinite && half > least ? half : max(1, least)
    }

    /// The square around points, [count, 2], with a margin of 15 %. Take the real points for it:
    /// then pictures of different steps show the same part of the plane.
    public init(around points: [Float]) {
      var low = [Double.infinity, .infinity]
      var high = [-Double.infinity, -.infinity]
      for (index, value) in points.enumerated() where value.isFinite {
        low[index % 2] = min(low[index % 2], Double(value))
        high[index % 2] = max(high[index % 2], Double(value))
      }
      let half = max(high[0] - low[0], high[1] - low[1]) / 2
      self.init(x: (low[0] + high[0]) / 2, y: (low[1] + high[1]) / 2, half: half * 1.15)
    }
  }

  private let window: Window
  private var canvas = Canvas(width: Scatter.side, height: Scatter.side)

  /// The picture's width and height in pixels, and where the box lies in it.
  private static let side = 640
  private static let box = (left: 66, top: 14, right: 625, bottom: 573)

  /// Draws points, [count, 2] each. Points outside the window, or not finite, are left out.
  public static func draw(real: [Float], generated: [Float], window: Window) -> Bitmap {
    var scatter = Scatter(window: window)
    scatter.drawAxes()
    scatter.drawDots(real, radius: 1.7, color: Color(red: 110, green: 132, blue: 158), alpha: 0.5)
    scatter.drawDots(
      generated, radius: 2.1, color: Color(red: 226, green: 96, blue: 18), alpha: 0.65)
    return scatter.canvas.bitmap
  }

  private init(window: Window) { self.window = window }

  /// Pixels of a length of 1 in the plane.
  private var scale: Double { Double(Scatter.box.right - Scatter.box.left) / (2 * window.half) }

  private mutating func drawDots(_ points: [Float], radius: Float, color: Color, alpha: Float) {
    let box = Scatter.box
    let middle = (x: Double(box.left + box.right) / 2, y: Double(box.top + box.bottom) / 2)
    let reach = Double(box.right - box.left) / 2 - 3
    for index in stride(from: 0, to: points.count - points.count % 2, by: 2) {
      let dx = (Double(points[index]) - window.x) * scale
      let dy = (Double(points[index + 1]) - window.y) * scale
      // False for NaN too.
      guard abs(dx) < reach, abs(dy) < reach else { continue }
      canvas.dot(
        x: Float(middle.x + dx), y: Float(middle.y - dy), radius: radius, color: color,
        alpha: alpha)
    }
  }

  private mutating func drawAxes() {
    let (left, top, right, bottom) = Scatter.box
    let pale = Color(red: 232, green: 234, blue: 237)
    let dark = Color(red: 60, green: 64, blue: 70)
    let ticks = Ticks(span: 2 * window.half)
    for tick in ticks.inside(window.x - window.half...window.x + window.half) {
      let x = left + Int(((tick.value - window.x + window.half) * scale).rounded())
      canvas.fill(x: x...x, y: top...bottom, pale)
      canvas.fill(x: x...x, y: bottom...bottom + 5, dark)
      canvas.text(tick.text, right: x + Glyphs.width(of: tick.text) / 2, top: bottom + 12, dark)
    }
    for tick in ticks.inside(window.y - window.half...window.y + window.half) {
      let y = bottom - Int(((tick.value - window.y + window.half) * scale).rounded())
      canvas.fill(x: left...right, y: y...y, pale)
      canvas.fill(x: left - 5...left, y: y...y, dark)
      canvas.text(tick.text, right: left - 10, top: y - Glyphs.height / 2, dark)
    }
    for x in [left, right] { canvas.fill(x: x...x, y: top...bottom, dark) }
    for y in [top, bottom] { canvas.fill(x: left...right, y: y...y, dark) }
  }
}

/// The round numbers on an axis: multiples of 1, 2 or 5 times a power of ten.
struct Ticks {
  /// The distance is `digit` times ten to the `exponent`.
  private var digit = 1
  private var exponent = 0

  /// The finest distance of which at most 8 fit into `span`.
  init(span: Double) {
    while span / distance > 8 { grow() }
    while span / distance <= 8 { shrink() }
    grow()
  }

  private var distance: Double {
    var value = Double(digit)
    for _ in 0..<abs(exponent) { value = exponent > 0 ? value * 10 : value / 10 }
    return value
  }

  private mutating func grow() {
    digit = digit == 1 ? 2 : digit == 2 ? 5 : 1
    if digit == 1 { exponent += 1 }
  }

  private mutating func shrink() {
    if digit == 1 { exponent -= 1 }
    digit = digit == 1 ? 5 : digit == 5 ? 2 : 1
  }

  /// The numbers in a range with their texts, exact in decimal.
  func inside(_ range: ClosedRange<Double>) -> [(value: Double, text: String)] {
    let first = Int((range.lowerBound / distance).rounded(.up))
    let last = Int((range.upperBound / distance).rounded(.down))
    return (first...max(first, last)).map { (Double($0) * distance, text($0 * digit)) }
  }

  private func text(_ number: Int) -> String {
    if number == 0 { return "0" }
    if exponent >= 0 { return "\(number)" + String(repeating: "0", count: exponent) }
    return decimalText(number, decimals: -exponent)
  }
}
