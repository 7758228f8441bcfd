import Text

/// Why data cannot be used: one fact about one file.
public struct DataError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, as a path that the reader can open.
  public let path: String
  /// Where in the file: `line 3, column 7` or `byte 16`; nil where the fact is about all of it.
  public let position: String?
  /// What is wrong, as words that follow the file's name: `holds 10 labels, but 12 examples`.
  public let fact: String
  /// How it may be mended, where that is plain.
  public let help: String?

  /// A fact about the file at `path`.
  public init(_ path: String, at position: String? = nil, _ fact: String, help: String? = nil) {
    self.path = path
    self.position = position
    self.fact = fact
    self.help = help
  }

  /// The fact and its place, in one line.
  public var description: String {
    "`\(shown(path))` \(fact)" + (position.map { " (at \($0))" } ?? "")
  }

  /// The error as it is shown to the user, at the line that named the data.
  public func diagnostic(at span: Span?) -> Diagnostic {
    Diagnostic(
      "bad-data", "`\(shown(path))` \(fact)", at: span,
      note: position.map { "at \($0) of the file" }, help: help)
  }
}

/// Text from outside, fit to stand in a message: control characters replaced, cut to a line.
func shown(_ text: some StringProtocol, limit: Int = 200) -> String {
  var shown = ""
  for (count, scalar) in text.unicodeScalars.enumerated() {
    if count == limit { return shown + "..." }
    let isControl = scalar.value < 32 || (127..<160).contains(scalar.value)
    shown.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
  }
  return shown
}
