import Formula
import Text

/// A formula that stands at `path` of a one-line file.
func formula(_ text: String, path: String = "loss") throws(Diagnostic) -> Formula {
  let source = SourceText(name: "a.yaml", text: text)
  return try Formula(SpannedText(text, in: source.whole), path: path)
}

/// What is wrong with a formula, as people see it; empty if nothing is.
func problem(_ body: () throws(Diagnostic) -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    return Renderer().render([error], outcome: nil)
  }
}
