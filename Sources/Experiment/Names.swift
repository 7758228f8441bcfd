import Formula
import Parts
import Text
import YAML

/// The names that the user gives to networks, players, metrics and pictures.
///
/// They become columns of `metrics.csv` and parts of files' names, and formulas call some of them.
enum Names {
  /// The names of columns that every player or network has: no `let` can be called so.
  static let columns = ["loss", "gradient_norm", "weight_norm"]

  /// What a name is.
  static let rule = "a name has letters, digits and `_`, and begins with a letter"

  /// What is wrong with a name; nil if it is fine. `noun` says what it is to name: "a metric".
  static func problem(_ name: String, at span: Span, _ noun: String) -> Diagnostic? {
    guard Formula.isName(name), name.utf8.count <= 100 else {
      return Diagnostic(
        "bad-name", "`\(name)` cannot name \(noun)", at: span,
        note: rule)
    }
    return nil
  }

  /// The same for what stands before the point of a column: sets of data stand there too.
  static func prefixProblem(_ name: String, at span: Span, _ noun: String) -> Diagnostic? {
    guard DataSplit(rawValue: name) == nil else {
      return Diagnostic(
        "bad-name", "`\(name)` cannot name \(noun)", at: span, label: "is a set of data")
    }
    return problem(name, at: span, noun)
  }
}

extension Problems {
  /// Adds a problem, if there is one.
  func add(_ problem: Diagnostic?) {
    if let problem { add([problem]) }
  }
}

extension Fields {
  /// Records a problem, if there is one.
  func record(_ problem: Diagnostic?) {
    if let problem { record(problem) }
  }
}
