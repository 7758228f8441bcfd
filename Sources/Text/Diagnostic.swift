/// One problem, as facts: what is wrong, where, what belongs to it and what would help.
/// `Renderer` turns it into text.
///
/// `fact` is lowercase, stands alone, puts code in backticks and has no final stop. Only a help
/// proposes what to do; a note gives context.
public struct Diagnostic: Error, Sendable, Hashable {
  /// Whether a problem stops the experiment.
  public enum Severity: String, Sendable {
    /// Nothing can be run.
    case error
    /// The experiment runs, but hardly as meant.
    case warning
  }

  /// A place with a few words about it.
  public struct Label: Sendable, Hashable {
    /// The place.
    public let span: Span
    /// The words that stand after its marks.
    public let text: String

    /// A place with a few words about it.
    public init(_ span: Span, _ text: String) {
      self.span = span
      self.text = text
    }
  }

  /// Whether it stops the experiment.
  public var severity: Severity
  /// The name of the kind of problem, as in `unknown-key`: a file of that name in
  /// `Tests/DiagnosticTests/Cases` shows it.
  public var code: String
  /// What is wrong, in one line.
  public var fact: String
  /// The smallest place that shows it; nil where there is none (a file that does not exist).
  public var span: Span?
  /// A few words after the carets.
  public var label: String
  /// Other places that belong to it.
  public var related: [Label]
  /// Context.
  public var notes: [String]
  /// What to do about it.
  public var helps: [String]

  /// A problem with at most one note and one help; more can be appended.
  public init(
    _ code: String, _ fact: String, at span: Span?,
    label: String = "", related: [Label] = [], note: String? = nil, help: String? = nil,
    severity: Severity = .error
  ) {
    self.severity = severity
    self.code = code
    self.fact = fact
    self.span = span
    self.label = label
    self.related = related
    self.notes = note.map { [$0] } ?? []
    self.helps = help.map { [$0] } ?? []
  }
}

extension Diagnostic: CustomStringConvertible {
  /// The fact and its place in one line, as a log has it.
  public var description: String { span.map { "\(fact) (\($0))" } ?? fact }
}
