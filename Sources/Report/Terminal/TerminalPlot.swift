import Foundation
import Run

/// A curve for a terminal, drawn in Braille characters of two by four dots each.
public struct TerminalPlot: Sendable {
  /// How it is drawn.
  public struct Style: Sendable {
    /// Columns in all, with the numbers at the left.
    public var width = 80
    /// Lines of dots.
    public var height = 8
    /// Whether the steps have a logarithmic axis.
    public var isLogX = false
    /// Whether the values have a logarithmic axis.
    public var isLogY = false

    /// The usual.
    public init() {}
  }

  private let points: [Series.Point]
  private let style: Style
  private let x: Axis
  private let y: Axis
  /// How many points cannot be drawn: values that are not finite, or not above 0 on a logarithmic
  /// axis.
  public let hidden: Int

  /// A plot of some points, by rising step; nil where fewer than two can be drawn.
  public init?(_ points: [Series.Point], _ style: Style = Style()) {
    let steps = Axis(points.map { Double($0.step) }, isLog: style.isLogX)
    guard let x = steps, let y = Axis(points.map(\.value), isLog: style.isLogY) else { return nil }
    let drawn = points.count { x.shows(Double($0.step)) && y.shows($0.value) }
    guard drawn > 1 else { return nil }
    self.points = points
    self.style = style
    self.x = x
    self.y = y
    hidden = points.count - drawn
  }

  /// The lines: the curve with the greatest, middle and least value at its left, then the steps.
  public var lines: [String] {
    let labels = [y.high, y.middle, y.low].map { numberText($0, digits: 3) }
    let margin = (labels.map(\.count).max() ?? 0) + 2
    var dots = Dots(width: max(8, style.width - margin), height: max(3, style.height))
    draw(on: &dots)
    let rows = dots.rows
    var lines = rows.enumerated().map { row, text in
      let label = row == 0 ? labels[0] : row == rows.count - 1 ? labels[2] : ""
      let own = row == rows.count / 2 && rows.count > 4 ? labels[1] : label
      let isMarked = !own.isEmpty
      return padded(own, to: margin - 1) + (isMarked ? "┤" : "│") + text
    }
    let first = stepText(x.low)
    let last = stepText(x.high)
    let gap = max(1, dots.width - first.count - last.count)
    lines.append(padded("", to: margin - 1) + "└" + String(repeating: "─", count: dots.width))
    lines.append(padded("", to: margin) + first + String(repeating: " ", count: gap) + last)
    return lines
  }

  /// Lines between neighbours; a point that cannot be drawn leaves a gap.
  private func draw(on dots: inout Dots) {
    var last: (x: Int, y: Int)?
    for point in points {
      guard x.shows(Double(point.step)), y.shows(point.value) else {
        last = nil
        continue
      }
      let place = (
        x: dot(x.place(of: Double(point.step)), dots.width * 2),
        y: dot(1 - y.place(of: point.value), dots.height * 4)
      )
      dots.line(from: last ?? place, to: place)
      last = place
    }
  }

  private func dot(_ place: Double, _ count: Int) -> Int {
    min(count - 1, max(0, Int((place * Double(count - 1)).rounded())))
  }

  private func stepText(_ value: Double) -> String { "\(Int(value))" }

  private func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

extension TerminalPlot {
  /// An axis from the least to the greatest number that it can show.
  private struct Axis: Sendable {
    let low: Double
    let high: Double
    let isLog: Bool

    /// Nil where there is nothing to show.
    init?(_ numbers: [Double], isLog: Bool) {
      self.isLog = isLog
      let shown = numbers.filter { $0.isFinite && (!isLog || $0 > 0) }
      guard let low = shown.min(), let high = shown.max() else { return nil }
      self.low = low
      self.high = high
    }

    func shows(_ value: Double) -> Bool { value.isFinite && (!isLog || value > 0) }

    /// Where a number lies, from 0 to 1; the middle where all are the same. Halves, as the distance of
    /// two doubles may be none.
    func place(of value: Double) -> Double {
      let (from, to, at) =
        isLog ? (log10(low), log10(high), log10(value)) : (low / 2, high / 2, value / 2)
      return to > from ? (at - from) / (to - from) : 0.5
    }

    /// The number in the middle.
    var middle: Double { isLog ? low.squareRoot() * high.squareRoot() : low / 2 + high / 2 }
  }

  /// Dots in the cells of a terminal.
  private struct Dots {
    let width: Int
    let height: Int
    private var cells: [UInt8]

    init(width: Int, height: Int) {
      self.width = width
      self.height = height
      cells = Array(repeating: 0, count: width * height)
    }

    /// Unicode's order of the dots in a cell, by line and column.
    private static let bits: [[UInt8]] = [
      [0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80],
    ]

    private mutating func set(_ x: Int, _ y: Int) {
      cells[y / 4 * width + x / 2] |= Dots.bits[y % 4][x % 2]
    }

    /// All dots between two, by Bresenham's algorithm.
    mutating func line(from a: (x: Int, y: Int), to b: (x: Int, y: Int)) {
      let (dx, dy) = (abs(b.x - a.x), -abs(b.y - a.y))
      var (x, y, error) = (a.x, a.y, dx + dy)
      while true {
        set(x, y)
        if x == b.x && y == b.y { return }
        let twice = 2 * error
        if twice >= dy {
          error += dy
          x += a.x < b.x ? 1 : -1
        }
        if twice <= dx {
          error += dx
          y += a.y < b.y ? 1 : -1
        }
      }
    }

    /// The lines of characters.
    var rows: [String] {
      (0..<height).map { row in
        cells[(row * width)..<((row + 1) * width)]
          .map { String(UnicodeScalar(0x2800 + UInt32($0)) ?? " ") }.joined()
      }
    }
  }
}
