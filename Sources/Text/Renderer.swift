/// Turns diagnostics into text.
public struct Renderer: Sendable {
  /// The forms of output.
  public enum Style: String, Sendable, CaseIterable {
    /// For people: the user's own line with carets, notes and helps.
    case full
    /// For editors: `file:line:column: error[code]: fact`, a line each.
    case concise
    /// For programs: a JSON array.
    case json
  }

  /// The form of output.
  public let style: Style
  private let paint: Paint

  /// A renderer; `colour` is for terminals only.
  public init(_ style: Style = .full, colour: Bool = false) {
    self.style = style
    self.paint = Paint(isOn: colour && style == .full)
  }

  /// The text for some diagnostics, with a line break at its end. In the full form a closing line
  /// counts them and says what came of it, as in "3 errors, nothing was run"; nil leaves it out.
  public func render(_ diagnostics: [Diagnostic], outcome: String? = "nothing was run") -> String {
    switch style {
    case .full:
      var blocks = diagnostics.map { full($0).joined(separator: "\n") }
      if let outcome, !diagnostics.isEmpty { blocks.append(closing(diagnostics, outcome)) }
      return blocks.map { $0 + "\n" }.joined(separator: "\n")
    case .concise:
      return diagnostics.map { concise($0) + "\n" }.joined()
    case .json:
      return JSON.array(diagnostics.map(json)).text + "\n"
    }
  }

  private func closing(_ diagnostics: [Diagnostic], _ outcome: String) -> String {
    let errors = diagnostics.count { $0.severity == .error }
    let warnings = diagnostics.count - errors
    let counts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }
      .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
    return counts.joined(separator: " and ") + (errors > 0 ? ", \(outcome)" : "")
  }

  private func concise(_ diagnostic: Diagnostic) -> String {
    let place = diagnostic.span.map { "\($0.position): " } ?? ""
    return DisplayWidth.shown(place + head(diagnostic))
  }

  private func head(_ diagnostic: Diagnostic) -> String {
    "\(diagnostic.severity)[\(diagnostic.code)]: \(diagnostic.fact)"
  }

  /// The lines of the full form.
  private func full(_ diagnostic: Diagnostic) -> [String] {
    let spans = [diagnostic.span].compactMap { $0 } + diagnostic.related.map(\.span)
    let gutter = spans.map { String($0.line).count }.max() ?? 0
    let pad = String(repeating: " ", count: gutter)
    var lines = [paint.head(DisplayWidth.shown(head(diagnostic)), diagnostic.severity)]
    for (index, snippet) in snippets(diagnostic, gutter).enumerated() {
      let place = (snippet.marks.first { $0.isPrimary } ?? snippet.marks.first)?.span.position
      let arrow = paint.gutter(pad + (index == 0 ? "-->" : ":::"))
      lines.append("\(arrow) \(DisplayWidth.shown(place ?? ""))")
      lines += snippet.lines
    }
    for note in (diagnostic.span?.trail ?? []) + diagnostic.notes {
      lines += hanging(note, after: spans.isEmpty ? "note: " : "\(pad) = note: ")
    }
    for help in diagnostic.helps { lines += hanging(help, after: "help: ") }
    return lines
  }

  /// A snippet for each source, the problem's own first.
  private func snippets(_ diagnostic: Diagnostic, _ gutter: Int) -> [Snippet] {
    var marks: [Snippet.Mark] = []
    if let span = diagnostic.span {
      marks.append(.init(span: span, text: diagnostic.label, isPrimary: true))
    }
    marks += diagnostic.related.map { .init(span: $0.span, text: $0.text, isPrimary: false) }
    var sources: [SourceText] = []
    for mark in marks where !sources.contains(mark.span.source) { sources.append(mark.span.source) }
    return sources.map { source in
      Snippet(
        source: source, marks: marks.filter { $0.span.source == source }, gutter: gutter,
        paint: paint)
    }
  }

  /// A text of one or more lines after a head; further lines stand under the first.
  private func hanging(_ text: String, after head: String) -> [String] {
    let indent = String(repeating: " ", count: head.count)
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
      let line = DisplayWidth.shown(String($0.element))
      return ($0.offset == 0 ? paint.bold(head) : indent) + line
    }
  }

  /// A diagnostic as an object of JSON.
  public func json(_ diagnostic: Diagnostic) -> JSON {
    let related = diagnostic.related.map { label -> JSON in
      ["place": json(label.span), "label": .string(label.text)]
    }
    let notes = (diagnostic.span?.trail ?? []) + diagnostic.notes
    return [
      "severity": .string(diagnostic.severity.rawValue),
      "code": .string(diagnostic.code),
      "fact": .string(diagnostic.fact),
      "place": diagnostic.span.map(json) ?? .null,
      "label": .string(diagnostic.label),
      "related": .array(related),
      "notes": .array(notes.map(JSON.string)),
      "helps": .array(diagnostic.helps.map(JSON.string)),
    ]
  }

  private func json(_ span: Span) -> JSON {
    [
      "source": .string(span.source.name),
      "line": .integer(Int64(span.line)),
      "column": .integer(Int64(span.column)),
      "length": .integer(Int64(span.text.count)),
    ]
  }
}

/// Colours, or none.
struct Paint: Sendable {
  let isOn: Bool

  func head(_ text: String, _ severity: Diagnostic.Severity) -> String {
    paint(text, severity == .error ? "1;31" : "1;33")
  }
  func primary(_ text: String) -> String { paint(text, "1;31") }
  func gutter(_ text: String) -> String { paint(text, "34") }
  func bold(_ text: String) -> String { paint(text, "1") }

  private func paint(_ text: String, _ code: String) -> String {
    isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
