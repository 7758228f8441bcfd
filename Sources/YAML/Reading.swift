import Text

/// What all readers of one experiment share.
public struct Reading {
  /// Where problems go.
  public let problems: Problems
  /// The value of a constant expression over the file's parameters, such as `2 * width`.
  public let evaluate: (SpannedText) -> Result<Double, Diagnostic>

  /// A reading that collects in `problems`. Without `evaluate` only literals are numbers.
  public init(
    _ problems: Problems,
    evaluate: @escaping (SpannedText) -> Result<Double, Diagnostic> = Reading.noParameters
  ) {
    self.problems = problems
    self.evaluate = evaluate
  }

  /// Refuses every expression.
  public static func noParameters(_ text: SpannedText) -> Result<Double, Diagnostic> {
    .failure(
      Diagnostic(
        "wrong-type", "a number is needed here, but this is the text `\(text.text)`",
        at: text.span, label: "text, not a number"))
  }

  /// Reads the keys of a mapping: `read` asks for them one by one, and what it does not ask for is
  /// reported. `subject` names the mapping in messages, as in "`conv`" or "an experiment";
  /// `mainKey` is the key that a value which is no mapping belongs to.
  public func mapping<Value>(
    _ node: Node?, of subject: String, at span: Span, mainKey: String? = nil,
    _ read: (inout Fields) -> Value
  ) -> (value: Value, fields: Fields) {
    var fields = Fields(self, node, of: subject, at: span, mainKey: mainKey)
    let value = read(&fields)
    fields.finish()
    return (value, fields)
  }

  /// Refuses a new name in the path of an override that does not begin with `+`: it is rather
  /// mistyped.
  func checkName(_ entry: Node.Entry, among names: [Node.Entry], of subject: String) {
    let source = entry.keySpan.source
    guard source.kind == .override, source.bytes.first != UInt8(ascii: "+"),
      let equals = source.bytes.firstIndex(of: UInt8(ascii: "=")),
      entry.keySpan.range.lowerBound < equals
    else { return }
    let others = names.map(\.key).filter { $0 != entry.key }
    problems.add(
      Diagnostic(
        "unknown-name", "\(subject) has nothing named `\(entry.key)`", at: entry.keySpan,
        label: "unknown name",
        help: Suggest.help(for: entry.key, among: others)
          ?? "write `+\(source.whole.text)` to add it"))
  }
}
