import Text
import YAML

/// What Slurm's `sbatch` is asked for: any of its long options.
public struct SlurmOptions: Sendable {
  /// The options in the order of the file, `--` left out. An option without a value has nil.
  public let options: [(name: String, value: String?)]

  /// No options.
  init() { options = [] }

  /// Reads the section.
  init(_ fields: inout Fields) {
    var options: [(name: String, value: String?)] = []
    for entry in fields.rest("an option of sbatch without its `--`", .text) {
      let name = entry.key.map { $0 == "_" ? "-" : String($0) }.joined()
      guard let text = entry.value.scalar?.text, SlurmOptions.isName(name),
        !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
      else {
        fields.record(
          Diagnostic(
            "bad-option", "`\(entry.key)` is no option that sbatch can be given",
            at: entry.keySpan,
            note: "a name of letters, digits and `-`, and a text, a number, or `true`"))
        continue
      }
      switch entry.value.scalar?.style == .plain ? Literal(text) : nil {
      case .bool(true): options.append((name, nil))
      case .bool(false): break
      default: options.append((name, text))
      }
    }
    self.options = options
  }

  private static func isName(_ name: String) -> Bool {
    name.first?.isLetter == true
      && name.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D
      }
  }
}
