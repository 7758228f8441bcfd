import Run

/// Drawings as pictures. Each shape is first laid out as the share of each pixel that it covers, and
/// then mixed in once, so that a line that crosses itself is no darker there.
public enum Raster {
  /// The picture of a drawing with so many pixels an inch.
  public static func draw(_ drawing: Drawing, dotsPerInch: Double) -> Bitmap {
    let scale = dotsPerInch / 72
    var painter = Painter(
      scale: scale, width: max(1, Int((drawing.width * scale).rounded())),
      height: max(1, Int((drawing.height * scale).rounded())))
    for shape in drawing.shapes { painter.add(shape) }
    return painter.canvas.bitmap
  }
}

/// Draws shapes on a canvas.
private struct Painter {
  /// Pixels of a point.
  let scale: Double
  private(set) var canvas: Canvas
  /// The share of each pixel that the present shape covers, 0 between two shapes.
  private var coverage: [Float]
  /// The pixels of the present shape, and those that may be drawn on.
  private var columns = Range(uncheckedBounds: (0, 0))
  private var rows = Range(uncheckedBounds: (0, 0))
  private var window: (columns: Range<Int>, rows: Range<Int>)

  init(scale: Double, width: Int, height: Int) {
    self.scale = scale
    canvas = Canvas(width: width, height: height)
    coverage = [Float](repeating: 0, count: width * height)
    window = (0..<width, 0..<height)
  }

  mutating func add(_ shape: Drawing.Shape) {
    switch shape {
    case .line(let places, let stroke):
      let lines = stroke.dashes.isEmpty ? [places] : Dashes.cut(places, stroke.dashes)
      draw(lines, width: stroke.width)
      mix(stroke.color, stroke.opacity)
    case .area(let places, let color, let opacity):
      fill(places)
      mix(color, opacity)
    case .disc(let place, let radius, let color, let opacity):
      draw([[place]], width: 2 * radius)
      mix(color, opacity)
    case .text(let label): text(label)
    case .within(let box, let shapes):
      let before = window
      window = (
        pixels(box.left, box.right, canvas.width), pixels(box.top, box.bottom, canvas.height)
      )
      for shape in shapes { add(shape) }
      window = before
    }
  }

  /// The pixels between two places that exist.
  private func pixels(_ low: Double, _ high: Double, _ count: Int) -> Range<Int> {
    let first = Int(max(0, min(Double(count), (low * scale).rounded())))
    return first..<max(first, Int(max(0, min(Double(count), (high * scale).rounded()))))
  }

  /// Marks the pixels from `low` to `high` as touched, as far as they may be; nil for none.
  private mutating func touch(_ low: Place, _ high: Place) -> (x: Range<Int>, y: Range<Int>)? {
    func range(_ low: Double, _ high: Double, _ within: Range<Int>) -> Range<Int> {
      let first = max(Double(within.lowerBound), min(Double(within.upperBound), low.rounded(.down)))
      let last = max(first, min(Double(within.upperBound), high.rounded(.up) + 1))
      return Int(first)..<Int(last)
    }
    let found = (range(low.x, high.x, window.columns), range(low.y, high.y, window.rows))
    if found.0.isEmpty || found.1.isEmpty { return nil }
    columns = columns.isEmpty ? found.0 : hull(columns, found.0)
    rows = rows.isEmpty ? found.1 : hull(rows, found.1)
    return found
  }

  private func hull(_ a: Range<Int>, _ b: Range<Int>) -> Range<Int> {
    min(a.lowerBound, b.lowerBound)..<max(a.upperBound, b.upperBound)
  }

  /// Mixes the present shape into the canvas, and forgets it.
  private mutating func mix(_ color: Color, _ opacity: Double) {
    for row in rows {
      for column in columns {
        let index = row * canvas.width + column
        guard coverage[index] > 0 else { continue }
        canvas.blend(column, row, color, min(1, coverage[index]) * Float(opacity))
        coverage[index] = 0
      }
    }
    (columns, rows) = (0..<0, 0..<0)
  }
}

// MARK: - Lines

extension Painter {
  /// Covers lines of a width: of each pixel the share that a strip has whose edge runs through it at
  /// the distance of the pixel's middle. A line thinner than a pixel covers less of it.
  fileprivate mutating func draw(_ lines: [[Place]], width: Double) {
    let radius = max(0.5, width * scale / 2)
    let share = min(1, width * scale)
    for line in lines {
      let places = line.map { Place($0.x * scale, $0.y * scale) }
      if places.count == 1 { cover(places[0], places[0], radius, share) }
      for (from, to) in zip(places, places.dropFirst()) { cover(from, to, radius, share) }
    }
  }

  /// One straight piece with round ends.
  private mutating func cover(_ from: Place, _ to: Place, _ radius: Double, _ share: Double) {
    let reach = radius + 0.5
    guard from.x.isFinite, from.y.isFinite, to.x.isFinite, to.y.isFinite,
      let (_, rows) = touch(
        Place(min(from.x, to.x) - reach, min(from.y, to.y) - reach),
        Place(max(from.x, to.x) + reach, max(from.y, to.y) + reach))
    else { return }
    let (dx, dy) = (to.x - from.x, to.y - from.y)
    let square = dx * dx + dy * dy
    for row in rows {
      let y = Double(row) + 0.5 - from.y
      // Where the piece passes this row; a steep or short piece stays near.
      let (a, b) = ((y - reach) / dy, (y + reach) / dy)
      let low = abs(dy) < 1e-9 ? 0 : max(0, min(1, min(a, b)))
      let high = abs(dy) < 1e-9 ? 1 : max(0, min(1, max(a, b)))
      let ends = (from.x + low * dx, from.x + high * dx)
      let columns = Range(
        uncheckedBounds: (
          max(window.columns.lowerBound, clamped(min(ends.0, ends.1) - reach)),
          min(window.columns.upperBound, clamped(max(ends.0, ends.1) + reach) + 1)
        ))
      guard columns.lowerBound < columns.upperBound else { continue }
      for column in columns {
        let x = Double(column) + 0.5 - from.x
        let along = square > 0 ? max(0, min(1, (x * dx + y * dy) / square)) : 0
        let (ex, ey) = (x - along * dx, y - along * dy)
        let distance = (ex * ex + ey * ey).squareRoot()
        let covered = Float(max(0, min(1, radius + 0.5 - distance)) * share)
        let index = row * canvas.width + column
        coverage[index] = max(coverage[index], covered)
      }
    }
  }

  private func clamped(_ x: Double) -> Int {
    Int(max(-1, min(Double(canvas.width), x)).rounded(.down))
  }
}

// MARK: - Areas

extension Painter {
  /// Lines of a pixel row on which an area is measured.
  private static let samples = 8

  /// Covers the inside of a closed line (of an odd number of crossings): on each of eight lines a
  /// pixel row exactly, between them not at all.
  fileprivate mutating func fill(_ places: [Place]) {
    let corners = places.map { Place($0.x * scale, $0.y * scale) }
    guard corners.count > 2, corners.allSatisfy({ $0.x.isFinite && $0.y.isFinite }),
      let left = corners.map(\.x).min(), let right = corners.map(\.x).max(),
      let top = corners.map(\.y).min(), let bottom = corners.map(\.y).max(),
      let (_, rows) = touch(Place(left, top), Place(right, bottom))
    else { return }
    var crossings = [[Double]](repeating: [], count: rows.count * Painter.samples)
    for (index, from) in corners.enumerated() {
      cross(from, corners[(index + 1) % corners.count], rows.lowerBound, &crossings)
    }
    for (line, found) in crossings.enumerated() {
      let sorted = found.sorted()
      for pair in stride(from: 0, to: sorted.count - 1, by: 2) {
        span(sorted[pair], sorted[pair + 1], row: rows.lowerBound + line / Painter.samples)
      }
    }
  }

  /// Adds where the line from one corner to the next crosses the sample lines.
  private func cross(_ from: Place, _ to: Place, _ row: Int, _ crossings: inout [[Double]]) {
    let (low, high) = from.y < to.y ? (from, to) : (to, from)
    let samples = Double(Painter.samples)
    func line(_ y: Double) -> Int {
      Int(max(0, min(Double(crossings.count), ((y - Double(row)) * samples - 0.5).rounded(.up))))
    }
    for index in line(low.y)..<max(line(low.y), line(high.y)) {
      let y = Double(row) + (Double(index) + 0.5) / samples
      crossings[index].append(low.x + (y - low.y) / (high.y - low.y) * (high.x - low.x))
    }
  }

  private mutating func span(_ left: Double, _ right: Double, row: Int) {
    let left = max(Double(window.columns.lowerBound), left)
    let right = min(Double(window.columns.upperBound), right)
    guard left < right else { return }
    for column in Int(left)..<min(canvas.width, Int(right.rounded(.up))) {
      let share = min(right, Double(column) + 1) - max(left, Double(column))
      coverage[row * canvas.width + column] += Float(share / Double(Painter.samples))
    }
  }
}

// MARK: - Text

extension Painter {
  /// Draws a text with the pen of ``Letters``.
  fileprivate mutating func text(_ label: Label) {
    let width = Letters.width(label.words, size: label.size)
    let shift = label.anchor == .start ? 0 : label.anchor == .middle ? width / 2 : width
    var lines: [[Place]] = []
    var x = -shift
    func write(_ text: String, size: Double, raise: Double) {
      let unit = size / Letters.unitsPerSize
      for character in text {
        let letter = Letters.letter(character)
        lines += letter.lines.map { line in
          line.map { place in
            let (dx, dy) = (x + place.x * unit, place.y * unit - raise)
            return label.isUpright
              ? Place(label.place.x + dy, label.place.y - dx)
              : Place(label.place.x + dx, label.place.y + dy)
          }
        }
        x += letter.advance * unit
      }
    }
    write(label.words.text, size: label.size, raise: 0)
    write(
      label.words.raised, size: label.size * Words.raisedSize, raise: label.size * Words.raise)
    draw(lines, width: label.size * 0.085)
    mix(label.color, 1)
  }
}

/// Lines with gaps.
enum Dashes {
  /// The pieces of a line that are drawn when dashes and gaps have these lengths in turns.
  static func cut(_ places: [Place], _ lengths: [Double]) -> [[Place]] {
    guard var last = places.first, lengths.allSatisfy({ $0 > 0 }) else { return [places] }
    var pieces = [[last]]
    var (index, left) = (0, lengths[0])
    for place in places.dropFirst() {
      var distance =
        ((place.x - last.x) * (place.x - last.x)
        + (place.y - last.y) * (place.y - last.y)).squareRoot()
      guard distance.isFinite else { continue }
      while distance > left {
        let share = left / distance
        last = Place(last.x + (place.x - last.x) * share, last.y + (place.y - last.y) * share)
        if index % 2 == 0 { pieces[pieces.count - 1].append(last) } else { pieces.append([last]) }
        distance -= left
        index = (index + 1) % lengths.count
        left = lengths[index]
      }
      left -= distance
      last = place
      if index % 2 == 0 { pieces[pieces.count - 1].append(last) }
    }
    return pieces
  }
}
