/// The names of a figure's curves, and the room that they take.
struct Legend {
  /// The size of the letters and the distance of two lines, in points.
  static let size = 7.2, row = 9.2

  /// The curves' numbers and names; none for a curve alone, and for more than can be told apart.
  let named: [(index: Int, label: String)]
  /// The width of an entry.
  let width: Double
  /// The lines of a legend of several columns, as many as the sheet has room for.
  let rows: Int

  /// Whether it would hide too much inside the axes.
  var isLong: Bool { named.count > 4 }

  init(_ figure: Figure, width: Double) {
    let labels = figure.curves.enumerated().map { (index: $0, label: $1.label) }
      .filter { !$0.label.isEmpty }
    named = labels.count > 1 && labels.count <= Figure.mostNamed ? labels : []
    let widest = named.map { Letters.width(Words($0.label), size: Legend.size) }.max() ?? 0
    self.width = widest + 22
    let columns = max(1, Int((width - 4) / self.width))
    rows = (named.count + columns - 1) / columns
  }
}
