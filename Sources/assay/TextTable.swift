import Text

/// Columns of text under a line of heads, for terminals.
struct TextTable {
  private let head: [String]
  private let rightAligned: Set<Int>
  private var rows: [[String]] = []

  /// A table without rows; the columns of these numbers are aligned to the right.
  init(_ head: [String], rightAligned: Set<Int> = []) {
    self.head = head
    self.rightAligned = rightAligned
  }

  /// Adds a row, one text for each column.
  mutating func add(_ row: [String]) { rows.append(row.map(shown)) }

  /// The lines, two spaces before each and between columns.
  var text: String {
    let all = [head] + rows
    let widths = head.indices.map { column in
      all.map { DisplayWidth.width(of: $0[column]) }.max() ?? 0
    }
    return all.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - DisplayWidth.width(of: cell))
        line += "  " + (rightAligned.contains(column) ? space + cell : cell + space)
      }
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}

/// A text that came from a file, as it is shown on one line: it cannot speak to the terminal.
func shown(_ text: String) -> String { DisplayWidth.shown(text) }

/// Lines of a name and a text that may go on in further lines, the texts in one column.
func facts(_ rows: [(name: String, text: String)]) -> String {
  let width = (rows.map(\.name.count).max() ?? 0) + 2
  return rows.map { name, text in
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { shown(String($0)) }
    let indent = String(repeating: " ", count: width)
    return name + String(repeating: " ", count: width - name.count)
      + lines.joined(separator: "\n" + indent)
  }.joined(separator: "\n")
}

/// Words joined by spaces, in lines of at most `width` characters.
func wrapped(_ words: [String], width: Int) -> String {
  var lines: [String] = []
  for word in words {
    if let last = lines.last, last.count + 1 + word.count <= width {
      lines[lines.count - 1] = last + " " + word
    } else {
      lines.append(word)
    }
  }
  return lines.joined(separator: "\n")
}
