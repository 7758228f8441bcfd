import Text
import YAML

/// Points that are listed one by one.
struct ListedPoints: Points {
  /// Their axes.
  let space: Space
  private let points: [Point]

  /// The rows of a table, whose columns are axes.
  init(_ table: PointTable) throws(Diagnostic) {
    let axes = table.columns.enumerated().map { column, path in
      Axis(
        path: path.text, span: path.span, domain: .list(table.values[column]),
        valueSpan: path.span)
    }
    try SpaceReader.checkPaths(axes)
    space = Space(axes: axes, dimensions: [], constraints: [], order: [])
    points = table.rows.map { Point(coordinates: $0.map { $0.map(Coordinate.choice) }) }
  }

  var count: Int { points.count }

  func point(_ number: Int, _ history: History) -> Point { points[number] }
}

/// A table of values: of each column its different values, of each row their numbers.
struct PointTable {
  /// The most cells.
  static let most = 50_000

  /// The paths at the head of the columns.
  let columns: [Override.Name]
  /// The values that each column holds, each once.
  private(set) var values: [[Node]]
  /// The numbers of each row's values; nil for an empty cell.
  private(set) var rows: [[Int?]] = []
  private var known: [[Node.Scalar: Int]]

  /// A table without rows.
  init(_ columns: [Override.Name]) {
    self.columns = columns
    values = columns.map { _ in [] }
    known = columns.map { _ in [:] }
  }

  /// Adds a row of as many cells as there are columns.
  mutating func append(_ cells: [Node?]) throws(Diagnostic) {
    guard (rows.count + 1) * columns.count <= PointTable.most else {
      throw Diagnostic(
        "too-large", "`points` has more than \(PointTable.most) values",
        at: cells.compactMap { $0 }.first?.span)
    }
    rows.append(cells.enumerated().map { column, cell in cell.map { number(of: $0, column) } })
  }

  private mutating func number(of node: Node, _ column: Int) -> Int {
    if let scalar = node.scalar {
      if let number = known[column][scalar] { return number }
      known[column][scalar] = values[column].count
    } else if let number = values[column].firstIndex(of: node) {
      return number
    }
    values[column].append(node)
    return values[column].count - 1
  }

  /// The table as the file could have it.
  func node(at span: Span) -> Node {
    let empty = Node.plain("~", at: span)
    let lines = rows.map { row in
      Node.sequence(
        row.enumerated().map { column, number in number.map { values[column][$0] } ?? empty },
        at: span)
    }
    return .mapping(
      [
        ("columns", .sequence(columns.map { .text($0.text, at: span) }, at: span)),
        ("rows", .sequence(lines, at: span)),
      ], at: span)
  }
}

/// Reads `points`: the path of a CSV file, or a table.
enum PointsReader {
  /// The points; nil if none are listed, or if something is wrong with them, which is recorded.
  static func read(_ fields: inout Fields, _ folder: String) -> ListedPoints? {
    let node = fields.node(
      "points", "points one by one instead of `parameters`: a CSV file with paths at its head",
      .either(.text, .other("{columns: [...], rows: [...]}")))
    guard let node, !fields.isDescribing else { return nil }
    for key in ["parameters", "method", "runs", "zip", "constraints"] {
      guard let other = fields.peek(key) else { continue }
      fields.record(
        Diagnostic(
          "unreachable-setting", "`\(key)` has no effect beside `points`", at: other.span,
          related: [.init(node.span, "all points are listed")]))
    }
    do throws(Diagnostic) {
      let table = try node.entries == nil ? file(node, folder) : table(node)
      guard !table.rows.isEmpty else {
        throw Diagnostic("no-points", "`points` lists no point", at: node.span)
      }
      fields.resolve("points", table.node(at: node.span))
      return try ListedPoints(table)
    } catch {
      fields.record(error)
      return nil
    }
  }

  private static func table(_ node: Node) throws(Diagnostic) -> PointTable {
    guard let head = node["columns"]?.items, let rows = node["rows"]?.items,
      node.entries?.count == 2, !head.isEmpty
    else {
      throw Diagnostic(
        "wrong-type", "`points` is a path, or a mapping with `columns` and `rows`", at: node.span)
    }
    var table = PointTable(head.map { Override.Name($0.scalar?.text ?? "", at: $0.span) })
    for row in rows {
      guard let cells = row.items, cells.count == head.count else {
        throw Diagnostic(
          "wrong-count", "a row of `points` must have \(head.count) values", at: row.span)
      }
      try table.append(cells.map { $0.isNull ? nil : $0 })
    }
    return table
  }

  private static func file(_ node: Node, _ folder: String) throws(Diagnostic) -> PointTable {
    guard let path = node.scalar?.text, !node.isNull else {
      throw Diagnostic(
        "wrong-type", "`points` must be the path of a CSV file, but this is \(node.found)",
        at: node.span)
    }
    let isHere = path.hasPrefix("/") || folder.isEmpty || folder == "."
    let source = try SourceFile.read(
      isHere ? path : folder + "/" + path, at: node.span,
      lead: SourceText.Lead("read from", node.span))
    var lines = try PointsFile.lines(of: source)[...]
    guard let head = lines.popFirst() else {
      throw Diagnostic("no-points", "`\(path)` is empty", at: node.span)
    }
    var table = PointTable(head.map { Override.Name($0.text, at: $0.span) })
    for line in lines {
      guard line.count == head.count else {
        throw Diagnostic(
          "wrong-count",
          "line \(line[0].span.line) has \(line.count) value\(line.count == 1 ? "" : "s"), but the "
            + "head has \(head.count)", at: line[0].span.through(line[line.count - 1].span),
          related: [.init(head[0].span.through(head[head.count - 1].span), "the head")])
      }
      var cells: [Node?] = []
      for cell in line { cells.append(try cell.node) }
      try table.append(cells)
    }
    return table
  }
}

/// A file of values between commas, after RFC 4180: quotes around a value keep commas, and two of
/// them stand for one.
enum PointsFile {
  /// A value and where it is written.
  struct Cell {
    let text: String
    let span: Span

    /// The value; nil if nothing is written. Lists and mappings are read as YAML.
    var node: Node? {
      get throws(Diagnostic) {
        guard !text.isEmpty else { return nil }
        guard text.hasPrefix("[") || text.hasPrefix("{") else { return .plain(text, at: span) }
        let problems = Problems()
        let source = SourceText(name: "\(span.source.name):\(span.line)", text: text)
        guard let node = Parser.value(source, problems), !problems.hasErrors else {
          throw problems.diagnostics.first
            ?? Diagnostic("wrong-type", "this value cannot be read", at: span)
        }
        return node
      }
    }
  }

  /// The cells of each line; empty lines are left out.
  static func lines(of source: SourceText) throws(Diagnostic) -> [[Cell]] {
    var reader = Reader(source: source)
    return try reader.lines()
  }

  private struct Reader {
    let source: SourceText
    var place = 0

    mutating func lines() throws(Diagnostic) -> [[Cell]] {
      if source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
      var lines: [[Cell]] = []
      while place < source.bytes.count {
        let line = try self.line()
        if line.count > 1 || line.first?.text.isEmpty == false { lines.append(line) }
      }
      return lines
    }

    /// The cells up to the end of a line, which is passed.
    private mutating func line() throws(Diagnostic) -> [Cell] {
      var cells: [Cell] = []
      while true {
        cells.append(try cell())
        guard place < source.bytes.count else { return cells }
        let mark = source.bytes[place]
        place += 1
        if mark == UInt8(ascii: ",") { continue }
        if mark == 0x0D, place < source.bytes.count, source.bytes[place] == 0x0A { place += 1 }
        return cells
      }
    }

    /// A cell up to the comma or the line's end behind it.
    private mutating func cell() throws(Diagnostic) -> Cell {
      let bytes = source.bytes
      while place < bytes.count, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
      let start = place
      guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
        while place < bytes.count, !isEnd(bytes[place]) { place += 1 }
        var end = place
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        let span = Span(source, start..<end)
        return Cell(text: span.text, span: span)
      }
      let text = try quoted()
      let span = Span(source, start..<place)
      while place < bytes.count, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
      guard place >= bytes.count || isEnd(bytes[place]) else {
        throw Diagnostic(
          "bad-csv", "a comma or the end of the line must follow a value in quotes", at: span)
      }
      return Cell(text: text, span: span)
    }

    private mutating func quoted() throws(Diagnostic) -> String {
      let start = place
      var text: [UInt8] = []
      place += 1
      while place < source.bytes.count {
        let byte = source.bytes[place]
        place += 1
        guard byte == UInt8(ascii: "\"") else {
          text.append(byte)
          continue
        }
        guard place < source.bytes.count, source.bytes[place] == byte else {
          return String(decoding: text, as: UTF8.self)
        }
        text.append(byte)
        place += 1
      }
      throw Diagnostic(
        "bad-csv",
        "a quote is opened in line \(Span(source, start..<start + 1).line), but not closed",
        at: Span(source, start..<start + 1))
    }

    private func isEnd(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: ",") || byte == 0x0A || byte == 0x0D
    }
  }
}
