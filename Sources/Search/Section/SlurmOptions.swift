import Text
import YAML

/// What Slurm's `sbatch` is asked for: long options that say where, when and with how much a job runs.
///
/// A file may come from a stranger, so it can ask for those alone: none that names a program, a
/// library, a file, a variable or an address. Whoever submits asks for any other.
public struct SlurmOptions: Sendable {
  /// The options in the order of the file, `--` left out. An option without a value has nil.
  public let options: [(name: String, value: String?)]

  /// The options that a file can ask for.
  static let known = [
    "account", "begin", "clusters", "constraint", "cores-per-socket", "cpus-per-gpu",
    "cpus-per-task", "deadline", "exclude", "exclusive", "gpus", "gpus-per-node", "gpus-per-task",
    "gres", "hint", "job-name", "licenses", "mem", "mem-per-cpu", "mem-per-gpu", "nice",
    "no-requeue", "nodelist", "nodes", "ntasks", "oversubscribe", "partition", "prefer", "qos",
    "requeue", "reservation", "signal", "sockets-per-node", "threads-per-core", "time", "time-min",
    "tmp", "wckey",
  ]

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
    let summary =
      "an option of sbatch without its `--`; only of: " + SlurmOptions.known.joined(separator: ", ")
    for entry in fields.rest(summary, .text) {
      let name = SlurmOptions.hyphened(entry.key)
      if let problem = SlurmOptions.problem(name, entry) {
        fields.record(problem)
        continue
      }
      let text = entry.value.scalar?.text ?? ""
      switch entry.value.scalar?.style == .plain ? Literal(text) : nil {
      case .bool(true): options.append((name, nil))
      case .bool(false): break
      default: options.append((name, text))
      }
    }
    self.options = options
  }

  /// What is wrong with an option of a file; nil where sbatch can be given it.
  private static func problem(_ name: String, _ entry: Node.Entry) -> Diagnostic? {
    guard let text = entry.value.scalar?.text, isName(name) else {
      return Diagnostic(
        "bad-option", "`\(entry.key)` is no option that sbatch can be given", at: entry.keySpan,
        note: "a name of letters, digits and `-`, and a text, a number, or `true`")
    }
    guard known.contains(name) else {
      let meant = Suggest.help(for: name, among: known)
      return Diagnostic(
        "bad-option", "no file can ask sbatch for `\(entry.key)`", at: entry.keySpan,
        note: "a file says where, when and with how much its jobs run; "
          + "`assay describe sweep` lists the options",
        help: meant ?? "with `--slurm`, the command line can: `--sbatch \(name)=...`")
    }
    guard isWord(text) else {
      return Diagnostic(
        "bad-option", "the value of `\(entry.key)` is none that sbatch can be given",
        at: entry.value.span,
        note: "letters, digits and `\(String(decoding: marks, as: UTF8.self))`, without spaces")
    }
    return nil
  }

  private static func hyphened(_ name: some StringProtocol) -> String {
    name.map { $0 == "_" ? "-" : String($0) }.joined()
  }

  private static func isOneLine(_ text: String) -> Bool {
    !text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
  }

  /// Whether a value stands on a line of a batch script as it is written: sbatch splits such a line at
  /// spaces, and quotes, `\\` and `#` mean something to it.
  private static func isWord(_ text: String) -> Bool {
    text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || marks.contains($0)
    }
  }

  private static let marks = Array("-_.,:;=@%+*/&|()[]~".utf8)

  private static func isName(_ name: String) -> Bool {
    name.first?.isLetter == true
      && name.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D
      }
  }
}
