import Run

/// Lays a figure out on a sheet.
struct FigureDrawing {
  private let figure: Figure
  private let x, y: Scale
  private let xTicks, yTicks: [Scale.Tick]
  private let box: Box
  /// Where the axes end and a long legend begins.
  private let foot: Double
  private(set) var drawing: Drawing

  private static let size = 8.0
  private static let ink = Color(red: 38, green: 38, blue: 38)
  private static let grid = Color(red: 228, green: 228, blue: 228)
  private static let white = Color(red: 255, green: 255, blue: 255)

  init(_ figure: Figure, width: Double, height: Double) {
    self.figure = figure
    let points = figure.curves.flatMap { $0.points + $0.faint }
    x = Scale(figure.x.kind, showing: points.map(\.x), margin: 0.02, limits: figure.x.limits)
    y = Scale(figure.y.kind, showing: points.flatMap(Self.reach), limits: figure.y.limits)
    let size = Self.size
    yTicks = y.ticks(max(2, Int(height / 32)))
    let widest = yTicks.compactMap(\.words).map { Letters.width($0, size: size) }.max() ?? 0
    let left = widest + 5 + (figure.y.label.isEmpty && y.exponent == 0 ? 2 : size * 1.45)
    let bottom = size * 1.5 + (figure.x.label.isEmpty && x.exponent == 0 ? 3 : size * 1.4)
    box = Box(left: left, top: size * 0.7, right: width - size, bottom: height - bottom)
    xTicks = x.ticks(max(2, Int(box.width / 44)))
    foot = height
    let legend = Legend(figure, width: width)
    let below = legend.isLong ? Double(legend.rows) * Legend.row + 3 : 0
    drawing = Drawing(width: width, height: height + below)
    drawAxes()
    drawing.shapes.append(.within(box, curves()))
    if legend.isLong { drawBelow(legend) } else { drawInside(legend) }
  }

  /// The heights that a point takes.
  private static func reach(_ point: Figure.Point) -> [Double] {
    guard let error = point.error else { return [point.y] }
    return [point.y - error, point.y, point.y + error]
  }

  /// Where a point stands; nil for one that has no place.
  private func place(_ x: Double, _ y: Double) -> Place? {
    guard let right = self.x.place(x), let up = self.y.place(y) else { return nil }
    // Far outside the box any place will do; near it none is moved.
    let (dx, dy) = (max(-50, min(50, right)), max(-50, min(50, up)))
    return Place(box.left + dx * box.width, box.bottom - dy * box.height)
  }

  // MARK: Axes

  private mutating func drawAxes() {
    let thin = Stroke(Self.ink, width: 0.6)
    for tick in xTicks {
      guard let share = x.place(tick.value) else { continue }
      let at = box.left + share * box.width
      if tick.words != nil { gridLine(Place(at, box.top), Place(at, box.bottom)) }
      let length = tick.words == nil ? 1.6 : 2.8
      line([Place(at, box.bottom), Place(at, box.bottom + length)], thin)
      if let words = tick.words {
        let half = Letters.width(words, size: Self.size) / 2
        let middle = min(at, drawing.width - half - 1)
        text(words, Place(middle, box.bottom + 3.6 + Self.size * 0.8), .middle)
      }
    }
    for tick in yTicks {
      guard let share = y.place(tick.value) else { continue }
      let at = box.bottom - share * box.height
      if tick.words != nil { gridLine(Place(box.left, at), Place(box.right, at)) }
      let length = tick.words == nil ? 1.6 : 2.8
      line([Place(box.left - length, at), Place(box.left, at)], thin)
      if let words = tick.words {
        text(words, Place(box.left - 4.2, at + Self.size * 0.35), .end)
      }
    }
    line(
      [Place(box.left, box.top), Place(box.left, box.bottom), Place(box.right, box.bottom)], thin)
    drawLabels()
  }

  private mutating func drawLabels() {
    let middle = Place((box.left + box.right) / 2, (box.top + box.bottom) / 2)
    text(
      Self.words(figure.x.label, x.exponent),
      Place(middle.x, foot - Self.size * 0.35), .middle)
    var label = Label(
      words: Self.words(figure.y.label, y.exponent), place: Place(Self.size, middle.y),
      anchor: .middle, size: Self.size, color: Self.ink)
    label.isUpright = true
    drawing.shapes.append(.text(label))
  }

  /// A label with the power of ten by which the axis's numbers are to be multiplied.
  private static func words(_ label: String, _ exponent: Int) -> Words {
    if exponent == 0 { return Words(label) }
    let sign = exponent < 0 ? "\u{2212}" : ""
    let space = label.isEmpty ? "" : ", "
    return Words("\(label)\(space)in 10", raised: "\(sign)\(abs(exponent))")
  }

  private mutating func gridLine(_ from: Place, _ to: Place) {
    line([from, to], Stroke(Self.grid, width: 0.4))
  }

  private mutating func line(_ places: [Place], _ stroke: Stroke) {
    drawing.shapes.append(.line(places, stroke))
  }

  private mutating func text(_ words: Words, _ place: Place, _ anchor: Label.Anchor) {
    drawing.shapes.append(
      .text(Label(words: words, place: place, anchor: anchor, size: Self.size, color: Self.ink)))
  }

  // MARK: Curves

  /// The curves, the bands of all below them, so that no band hides a line.
  private func curves() -> [Drawing.Shape] {
    let below = figure.mark == .dots ? [] : figure.curves.indices.flatMap(bands)
    return below + figure.curves.indices.flatMap(shapes)
  }

  private func shapes(_ index: Int) -> [Drawing.Shape] {
    let curve = figure.curves[index]
    // Many lines are thin ones, so that they can be told apart.
    let width = figure.curves.count > Figure.mostNamed ? 0.5 : 1
    let stroke = Palette.stroke(index, width: width)
    if figure.mark == .dots { return curve.points.flatMap { dot($0, stroke.color) } }
    var faint = stroke
    (faint.opacity, faint.dashes, faint.width) = (0.3, [], width * 0.6)
    return pieces(curve.faint).map { piece($0, faint) }
      + pieces(curve.points).map { piece($0, stroke) }
  }

  /// A line through some places; a place alone makes no line, but a dot.
  private func piece(_ places: [Place], _ stroke: Stroke) -> Drawing.Shape {
    places.count == 1
      ? .disc(places[0], radius: 0.6 + stroke.width / 2, stroke.color, opacity: stroke.opacity)
      : .line(places, stroke)
  }

  /// The parts of a curve between gaps.
  private func pieces(_ points: [Figure.Point]) -> [[Place]] {
    var pieces: [[Place]] = [[]]
    for point in points {
      if let place = place(point.x, point.y) {
        pieces[pieces.count - 1].append(place)
      } else if pieces.last?.isEmpty == false {
        pieces.append([])
      }
    }
    return pieces.filter { !$0.isEmpty }
  }

  /// The bands of a curve: as far as points in a row have an error.
  private func bands(_ index: Int) -> [Drawing.Shape] {
    let color = Palette.stroke(index, width: 1).color
    var parts: [(above: [Place], below: [Place])] = [([], [])]
    for point in figure.curves[index].points {
      // On a logarithmic axis what lies below 0 ends at the axis.
      if let error = point.error, let above = place(point.x, point.y + error),
        let below = place(point.x, point.y - error) ?? place(point.x, y.low)
      {
        parts[parts.count - 1].above.append(above)
        parts[parts.count - 1].below.append(below)
      } else if parts.last?.above.isEmpty == false {
        parts.append(([], []))
      }
    }
    return parts.filter { $0.above.count > 1 }
      .map { .area($0.above + $0.below.reversed(), color, opacity: 0.22) }
  }

  private func dot(_ point: Figure.Point, _ color: Color) -> [Drawing.Shape] {
    guard let middle = place(point.x, point.y) else { return [] }
    var shapes: [Drawing.Shape] = []
    if let error = point.error, let above = place(point.x, point.y + error),
      let below = place(point.x, point.y - error) ?? place(point.x, y.low)
    {
      shapes.append(.line([above, below], Stroke(color, width: 0.6)))
    }
    shapes.append(.disc(middle, radius: 1.7, color, opacity: 0.85))
    return shapes + (point.isOpen ? [.disc(middle, radius: 1.1, Self.white, opacity: 1)] : [])
  }

  // MARK: Legend

  /// Stands in the corner in which the fewest points lie.
  private mutating func drawInside(_ legend: Legend) {
    let (width, height) = (legend.width, Double(legend.named.count) * Legend.row + 3)
    let corners = [(true, true), (true, false), (false, true), (false, false)].map {
      isRight, isTop in
      let left = isRight ? box.right - width - 2 : box.left + 3
      let top = isTop ? box.top + 1 : box.bottom - height - 2
      return Box(left: left, top: top, right: left + width, bottom: top + height)
    }
    let places = figure.curves.flatMap(\.points).flatMap { point in
      Self.reach(point).compactMap { place(point.x, $0) }
    }
    let counts = corners.map { corner in places.reduce(0) { $0 + (corner.holds($1) ? 1 : 0) } }
    guard !legend.named.isEmpty, let fewest = counts.min(),
      let best = counts.firstIndex(of: fewest)
    else { return }
    let corner = corners[best]
    let outline = [
      Place(corner.left, corner.top), Place(corner.right, corner.top),
      Place(corner.right, corner.bottom), Place(corner.left, corner.bottom),
    ]
    drawing.shapes.append(.area(outline, Self.white, opacity: 0.8))
    for (line, entry) in legend.named.enumerated() {
      let y = corner.top + 1.5 + Legend.row * (Double(line) + 0.5)
      draw(entry, Place(corner.left + 2, y))
    }
  }

  /// Stands in columns below the axes.
  private mutating func drawBelow(_ legend: Legend) {
    for (number, entry) in legend.named.enumerated() {
      let (column, line) = (number / legend.rows, number % legend.rows)
      let y = foot + Legend.row * (Double(line) + 0.5)
      draw(entry, Place(4 + Double(column) * legend.width, y))
    }
  }

  private mutating func draw(_ entry: (index: Int, label: String), _ place: Place) {
    drawKey(entry.index, place)
    let base = Place(place.x + 15, place.y + Legend.size * 0.35)
    drawing.shapes.append(
      .text(Label(words: Words(entry.label), place: base, size: Legend.size, color: Self.ink)))
  }

  private mutating func drawKey(_ index: Int, _ place: Place) {
    let stroke = Palette.stroke(index, width: 1.2)
    if figure.mark == .dots {
      drawing.shapes.append(
        .disc(Place(place.x + 6, place.y), radius: 1.7, stroke.color, opacity: 0.85))
    } else {
      line([place, Place(place.x + 12, place.y)], stroke)
    }
  }
}
