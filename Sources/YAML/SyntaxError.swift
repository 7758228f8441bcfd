import Text

/// What libyaml says about a text that is not YAML, turned into words for people.
struct SyntaxError {
  /// libyaml's words.
  let problem: String
  /// What libyaml was reading, as in "while scanning an alias".
  let context: String
  /// The byte that it stopped at.
  let place: Int
  /// The byte at which the thing that it was reading begins.
  let start: Int?
  /// The text.
  let source: SourceText

  /// The diagnostic; its span is the place where someone would look for the mistake.
  var diagnostic: Diagnostic {
    if isTab { return tab }
    switch problem {
    case "could not find expected ':'": return noColon
    case "mapping values are not allowed in this context": return surprisingColon
    case "found character that cannot start any token": return wrongStart
    case "found unexpected end of stream", "found unexpected document indicator": return unclosed
    case "did not find expected ',' or ']'": return brokenFlow("list", "]")
    case "did not find expected ',' or '}'": return brokenFlow("mapping", "}")
    case "did not find expected key": return brokenBlock("mapping", "a key")
    case "did not find expected '-' indicator": return brokenBlock("list", "`-`")
    case "block sequence entries are not allowed in this context": return surprisingItem
    case "found undefined tag handle": return TreeBuilder.tag(at: mark)
    default: break
    }
    if context.contains("tag") || context.contains("directive") { return TreeBuilder.tag(at: mark) }
    if context.contains("alias") || context.contains("anchor") {
      return syntax("a text cannot begin with `\(mark.text)` without quotes", mark, quoteHelp)
    }
    return rest
  }

  /// The one character at the place where libyaml stopped, or where its context begins.
  private var mark: Span { here(context.contains("while scanning a") ? start ?? place : place) }

  private var isTab: Bool {
    problem.contains("tab character")
      || problem.hasPrefix("found character that cannot") && here(place).text == "\t"
  }

  private var isAtEnd: Bool {
    source.bytes[min(place, source.bytes.count)...].allSatisfy { [0x20, 0x0A, 0x0D].contains($0) }
  }

  private let quoteHelp = "put the text in quotes"

  private func here(_ place: Int) -> Span {
    guard place < source.bytes.count else { return Span(source, place..<place) }
    var end = place + 1
    while end < source.bytes.count, source.bytes[end] & 0xC0 == 0x80 { end += 1 }
    return Span(source, place..<end)
  }

  /// The rest of the line from a byte on.
  private func line(from place: Int) -> Span {
    let line = source.range(ofLine: source.line(at: place)) ?? place..<place
    return Span(source, place..<max(place, line.upperBound))
  }

  private func syntax(
    _ fact: String, _ span: Span, _ help: String? = nil, label: String = "", note: String? = nil,
    related: [Diagnostic.Label] = []
  ) -> Diagnostic {
    Diagnostic(
      "yaml-syntax", fact, at: span, label: label, related: related, note: note, help: help)
  }

  private var tab: Diagnostic {
    Diagnostic(
      "tab-indentation", "a tab cannot indent a line", at: here(place), label: "a tab",
      note: "YAML indents with spaces only, as tabs have no agreed width",
      help: "write two spaces for each tab")
  }

  private var noColon: Diagnostic {
    syntax(
      "no `:` follows this key", line(from: start ?? place),
      "write `key: value`, with a space after the `:`",
      note: "a key stands on one line and has at most \(Parser.longestKey) characters")
  }

  private var surprisingColon: Diagnostic {
    syntax(
      "a `:` is not allowed here", here(place),
      "put a text that holds `: ` in quotes, or check the indentation",
      note: "a line holds one `key: value`; more of them stand between `{` and `}`")
  }

  private var surprisingItem: Diagnostic {
    syntax(
      "a list item is not allowed here", here(place),
      "begin the list on the next line, or put it between `[` and `]`")
  }

  private var wrongStart: Diagnostic {
    syntax(
      "a text cannot begin with `\(here(place).text)` without quotes", here(place), quoteHelp)
  }

  private var unclosed: Diagnostic {
    syntax("this quoted text is never closed", line(from: start ?? place), label: "opened here")
  }

  private func brokenFlow(_ noun: String, _ bracket: String) -> Diagnostic {
    if isAtEnd, let start {
      return syntax(
        "this \(noun) is never closed", here(start), "add a `\(bracket)`", label: "opened here")
    }
    return syntax(
      "expected `,` or `\(bracket)` here", here(place),
      related: start.map { [.init(here($0), "the \(noun) begins here")] } ?? [])
  }

  private func brokenBlock(_ noun: String, _ expected: String) -> Diagnostic {
    let span = isAtEnd ? here(start ?? place) : here(place)
    let origin = start.map { [Diagnostic.Label(here($0), "the \(noun) begins here")] } ?? []
    return syntax(
      "expected \(expected) here", span,
      note: "everything in one \(noun) has the same indentation",
      related: origin.filter { $0.span != span })
  }

  private var rest: Diagnostic {
    let span = isAtEnd ? here(start ?? place) : here(place)
    switch problem {
    case "did not find expected node content": return syntax("expected a value here", span)
    case "found unknown escape character":
      return syntax(
        "`\\` begins no escape that YAML knows", span, "use single quotes, where `\\` is itself")
    case "did not find expected hexdecimal number", "found invalid Unicode character escape code":
      return syntax("this escape names no character", span)
    case "did not find expected <document start>":
      return syntax(
        "the experiment ended before this", span,
        "write the whole experiment as one mapping, `key: value`")
    default: return syntax("this is not YAML: \(problem)", span)
    }
  }
}
