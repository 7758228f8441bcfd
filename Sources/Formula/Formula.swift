import Text

/// The text of a formula, the place where it was written and what it is for.
public struct FormulaText: Sendable, Hashable {
  /// The path in the experiment: `players.critic.minimize`. It names the formula's draws, so that
  /// an edit elsewhere moves none of them.
  public let path: String
  private let spanned: SpannedText

  /// The text `spanned`, which stands at `path`.
  public init(_ spanned: SpannedText, path: String) {
    self.spanned = spanned
    self.path = path
  }

  /// What was written.
  public var text: String { spanned.text }

  /// Where all of it is written.
  public var span: Span { spanned.span }

  /// A part of the text, by its bytes.
  public func text(in range: Range<Int>) -> String {
    String(decoding: Array(text.utf8)[range.clamped(to: 0..<text.utf8.count)], as: UTF8.self)
  }

  /// Where a part of the text is written.
  public func span(of range: Range<Int>) -> Span { spanned.span(of: range) }

  /// Whether a comma follows in the file: YAML ends a value there that is not in quotes.
  var isCutByComma: Bool {
    let span = spanned.span
    return span.source.text(in: span.upper..<span.upper + 1) == ","
  }

  /// An error at a part of the text; at all of it where none is given.
  public func diagnostic(
    _ code: String, _ fact: String, at range: Range<Int>? = nil, label: String = "",
    related: [Diagnostic.Label] = [], note: String? = nil, help: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      code, fact, at: range.map(span) ?? spanned.span, label: label, related: related, note: note,
      help: help)
  }
}

/// A loss, a metric, a schedule or a size as it stands in an experiment: a small, total, typed
/// language of numbers and tensors, without loops, so that every formula ends, and quickly.
public struct Formula: Sendable {
  /// The text and its place.
  public let source: FormulaText
  /// What it says.
  public let expression: Expression

  /// Reads a formula that was written in a file; throws what is wrong with its form.
  public init(_ text: SpannedText, path: String) throws(Diagnostic) {
    source = FormulaText(text, path: path)
    expression = try Parser.parse(source)
  }

  /// Reads a formula that Assay holds, such as a loss's; messages show its text under `name`.
  public init(_ text: String, builtIn name: String, path: String) throws(Diagnostic) {
    try self.init(SpannedText(text, builtIn: name), path: path)
  }

  /// The path in the experiment.
  public var path: String { source.path }

  /// The names that every experiment has, with what they stand for; nothing else can be called so.
  public static let names: [(name: String, summary: String)] = [
    ("x", "the examples of the batch"),
    ("label", "the class of each example, where the data have classes"),
    ("step", "the number of finished steps"),
    ("epoch", "the batches taken, divided by the batches per epoch; not always whole"),
    ("progress", "from 0 at the first step towards 1 at the end: finished steps / all steps"),
    ("pi", "3.14159..."),
  ]

  /// Whether a network, player, `let`, parameter or output can have this name: a letter or `_`,
  /// then letters, digits and `_`.
  public static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || $0 == UInt8(ascii: "_")
    }
  }
}

extension Formula: CustomStringConvertible {
  /// The canonical text.
  public var description: String { expression.description }
}
