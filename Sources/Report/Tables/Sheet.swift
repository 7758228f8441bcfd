import Run
import YAML

/// A table of results, to be written for people, papers or programs.
public struct Sheet: Sendable {
  /// What a cell holds.
  public enum Cell: Hashable, Sendable {
    /// A text.
    case text(String)
    /// A count.
    case count(Int)
    /// How many runs count, and how the others ended: for people one text, for programs two columns.
    case runs(Int, left: String)
    /// A value of an experiment: for people shortened, for programs in full.
    case setting(RunKey.Value)
    /// A number; nil where there is none.
    case number(Double?)
    /// A mean over runs, of which there are so many; those without a value are fewer values.
    case estimate(Estimate, runs: Int)
  }

  /// The heads of its columns.
  public let columns: [String]
  /// The rows, with a cell for each column.
  public private(set) var rows: [[Cell]] = []
  /// The best cells, by row and column, which people are shown.
  public private(set) var best: Set<Place> = []

  /// A cell's place.
  public struct Place: Hashable, Sendable {
    /// The row, from 0.
    public let row: Int
    /// The column, from 0.
    public let column: Int
  }

  /// A table without rows.
  public init(columns: [String]) { self.columns = columns }

  /// Adds a row.
  public mutating func add(_ row: [Cell]) {
    precondition(row.count == columns.count)
    rows.append(row)
  }

  /// Marks a cell as the best of its column.
  public mutating func mark(row: Int, column: Int) { best.insert(Place(row: row, column: column)) }

  /// The columns whose cells are numbers, which stand at the right.
  public var numeric: Set<Int> {
    Set(
      columns.indices.filter { column in
        rows.contains {
          switch $0[column] {
          case .text, .runs, .setting(.text): false
          default: true
          }
        }
      })
  }

  /// The cells' texts for a terminal.
  public var texts: [[String]] { rows.map { $0.map(Sheet.text) } }

  private static func text(_ cell: Cell) -> String {
    switch cell {
    case .text(let text): text
    case .count(let count): "\(count)"
    case .runs(let count, let left): left.isEmpty ? "\(count)" : "\(count) (\(left))"
    case .setting(let value): value.text
    case .number(let value): value.map { numberText($0) } ?? ""
    case .estimate(let estimate, let runs):
      estimate.text
        + (estimate.count > 0 && estimate.count < runs ? " (n = \(estimate.count))" : "")
    }
  }
}

// MARK: - For programs

extension Sheet {
  /// The table as CSV (RFC 4180, but lines end in a line feed): numbers in full, and for a mean the
  /// columns `x`, `x.standard_error`, `x.n`; `left` says how runs ended that do not count. A cell is empty where there is nothing; numbers that are
  /// not finite are `nan`, `inf`, `-inf`.
  public var csv: String {
    let heads = columns.indices.flatMap { column -> [String] in
      let name = columns[column]
      for row in rows {
        switch row[column] {
        case .estimate: return [name, "\(name).standard_error", "\(name).n"]
        case .runs: return [name, "left"]
        default: continue
        }
      }
      return [name]
    }
    return ([heads] + rows.map { $0.flatMap(Sheet.fields) })
      .map { $0.map(Sheet.quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func fields(_ cell: Cell) -> [String] {
    switch cell {
    case .text(let text): [text]
    case .count(let count): ["\(count)"]
    case .runs(let count, let left): ["\(count)", left]
    case .setting(.text(let text)): [text]
    case .setting(.number(let value)): [Literal.text(of: value)]
    case .number(let value): [full(value)]
    case .estimate(let estimate, _):
      [full(estimate.mean), full(estimate.standardError), "\(estimate.count)"]
    }
  }

  private static func full(_ value: Double?) -> String {
    value.map { $0.isNaN ? "nan" : "\($0)" } ?? ""
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r\r\n".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}

// MARK: - For papers

extension Sheet {
  /// The table in GitHub's Markdown, the best cells bold.
  public var markdown: String {
    let numeric = numeric
    let rules = columns.indices.map { numeric.contains($0) ? "---:" : "---" }
    let body = texts.enumerated().map { row, texts in
      texts.enumerated().map { column, text in
        let shown = Sheet.escaped(text, Sheet.markdownEscapes)
        return isBest(row, column) ? "**\(shown)**" : shown
      }
    }
    let head = columns.map { Sheet.escaped($0, Sheet.markdownEscapes) }
    return ([head, rules] + body).map { "| \($0.joined(separator: " | ")) |\n" }.joined()
  }

  /// The table as a LaTeX `tabular` with the rules of the package booktabs, the best cells bold.
  public var latex: String {
    let numeric = numeric
    let kinds = columns.indices.map { numeric.contains($0) ? "r" : "l" }.joined()
    let head = columns.map { Sheet.escaped($0, Sheet.latexEscapes) }
    let body = rows.enumerated().map { row, cells in
      cells.enumerated().map { Sheet.latex($1, isBold: isBest(row, $0)) }
    }
    func lines(_ rows: [[String]]) -> String {
      rows.map { "    \($0.joined(separator: " & ")) \\\\\n" }.joined()
    }
    return """
      % needs \\usepackage{booktabs}
      \\begin{tabular}{\(kinds)}
        \\toprule
      \(lines([head]))  \\midrule
      \(lines(body))  \\bottomrule
      \\end{tabular}

      """
  }

  private func isBest(_ row: Int, _ column: Int) -> Bool {
    best.contains(Place(row: row, column: column))
  }

  private static func latex(_ cell: Cell, isBold: Bool) -> String {
    let formula: String
    switch cell {
    case .text(let text), .setting(.text(let text)):
      let shown = escaped(text, latexEscapes)
      return isBold ? "\\textbf{\(shown)}" : shown
    case .runs: return escaped(text(cell), latexEscapes)
    case .setting(let value): formula = power(value.text)
    case .count(let count): formula = "\(count)"
    case .number(let value): formula = value.map { power(numberText($0)) } ?? ""
    case .estimate(let estimate, let runs): formula = latex(estimate, runs)
    }
    if formula.isEmpty { return "" }
    return isBold ? "$\\mathbf{\(formula)}$" : "$\(formula)$"
  }

  private static func latex(_ estimate: Estimate, _ runs: Int) -> String {
    guard let digits = estimate.digits else { return "" }
    let rest = estimate.count < runs ? "\\ (n = \(estimate.count))" : ""
    guard let error = digits.error else { return power(digits.mean) + rest }
    let both = "\(power(digits.mean)) \\pm \(power(error))"
    return (digits.exponent == 0 ? both : "(\(both)) \\times 10^{\(digits.exponent)}") + rest
  }

  /// A number's text in a formula: `1.2e-07` is `1.2 \times 10^{-7}`, and what is not finite is a
  /// word.
  private static func power(_ text: String) -> String {
    if text == "nan" { return "\\mathrm{nan}" }
    if text.hasSuffix("inf") { return text.replacing("inf", with: "\\infty") }
    guard let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...])
    else { return text }
    return "\(text[..<mark]) \\times 10^{\(exponent)}"
  }

  private static func escaped(_ text: String, _ escapes: [Character: String]) -> String {
    text.map { escapes[$0] ?? String($0) }.joined()
  }

  private static let markdownEscapes: [Character: String] = [
    "\\": "\\\\", "|": "\\|", "*": "\\*", "_": "\\_", "`": "\\`", "<": "&lt;", ">": "&gt;",
    "&": "&amp;", "[": "\\[", "]": "\\]", "#": "\\#", "~": "\\~", "\n": " ", "\r": " ",
    "\r\n": " ",
  ]

  private static let latexEscapes: [Character: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "&": "\\&", "%": "\\%", "$": "\\$",
    "#": "\\#", "_": "\\_", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
    "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}",
    // Right behind a line's end these would be its options.
    "[": "{[}", "*": "{*}",
    "±": "$\\pm$", "\n": " ", "\r": " ", "\r\n": " ",
  ]
}
