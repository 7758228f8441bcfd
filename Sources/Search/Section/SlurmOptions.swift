import Text
import YAML

/// What Slurm's `sbatch` is asked for: any of its long options.
public struct SlurmOptions: Sendable {
  /// The options in the order of the file, `--` left out. An option without a value has nil.
  public let options: [(name: String, value: String?)]

  /// No options.
  init() { options = [] }

  /// An option as the command line has it, `KEY=VALUE` or `KEY`; nil if sbatch cannot be given it.
  public static func option(_ text: String) -> (name: String, value: String?)? {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = hyphened(parts[0])
    guard isName(name), isOneLine(text) else { return nil }
    return (name, parts.count > 1 ? String(parts[1]) : nil)
  }

  /// Reads the section.
  init(_ fields: inout Fields) {
    var options: [(name: String, value: String?)] = []
    for entry in fields.rest("an option of sbatch without its `--`", .text) {
      let name = SlurmOptions.hyphened(entry.key)
      guard let text = entry.value.scalar?.text, SlurmOptions.isName(name),
        SlurmOptions.isOneLine(text)
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

  private static func hyphened(_ name: some StringProtocol) -> String {
    name.map { $0 == "_" ? "-" : String($0) }.joined()
  }

  private static func isOneLine(_ text: String) -> Bool {
    !text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
  }

  private static func isName(_ name: String) -> Bool {
    name.first?.isLetter == true
      && name.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D
      }
  }
}
