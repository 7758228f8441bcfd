import Run
import Text

/// What was typed after a command, checked against its flags.
struct Arguments {
  private var values: [String: [String]] = [:]
  private var given: Set<String> = []
  /// The command that they follow.
  let command: any Command.Type
  /// What is no flag, in order.
  private(set) var operands: [String] = []

  /// Sorts words into flags and operands: `--name value`, `--name=value`; after `--` all words are
  /// operands.
  init(_ words: [String], for command: any Command.Type) throws(UsageError) {
    self.command = command
    let known = command.flags + [.help]
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        operands += rest
        break
      }
      guard word.hasPrefix("--") else {
        if word.hasPrefix("-"), let second = word.dropFirst().first, !second.isNumber {
          throw UsageError("flags begin with two dashes, but this is `\(word)`", command)
        }
        operands.append(word)
        continue
      }
      try take(word, &rest, known, command)
    }
    if given.contains("help") { return }
    if !command.operandCount.contains(operands.count) {
      let few = operands.count < command.operandCount.lowerBound
      throw UsageError(
        few
          ? "`\(command.name)` needs \(command.operands)"
          : "`\(command.name)` takes \(command.operands.isEmpty ? "no operands" : command.operands)"
            + ", but this is too much: `\(operands[command.operandCount.upperBound])`", command)
    }
  }

  private mutating func take(
    _ word: String, _ rest: inout ArraySlice<String>, _ known: [Flag],
    _ command: any Command.Type
  ) throws(UsageError) {
    let parts = word.dropFirst(2).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false
    ).map(String.init)
    guard let flag = known.first(where: { $0.name == parts[0] }) else {
      let help = Suggest.help(for: "--" + parts[0], among: known.map { "--" + $0.name })
      throw UsageError("there is no flag `--\(parts[0])`", command, help: help)
    }
    guard given.insert(flag.name).inserted || flag.repeats else {
      throw UsageError("`--\(flag.name)` is given twice", command)
    }
    guard let value = flag.value else {
      if parts.count > 1 { throw UsageError("`--\(flag.name)` takes no value", command) }
      return
    }
    guard let text = parts.count > 1 ? parts[1] : rest.popFirst() else {
      throw UsageError("`--\(flag.name)` needs a value: \(value)", command)
    }
    values[flag.name, default: []].append(text)
  }

  /// Whether a flag was given.
  func has(_ flag: Flag) -> Bool { given.contains(flag.name) }

  /// The value of a flag; nil where it was not given.
  subscript(flag: Flag) -> String? { values[flag.name]?.first }

  /// All values of a flag that may be given several times, in order.
  func all(_ flag: Flag) -> [String] { values[flag.name] ?? [] }

  /// The whole number that a flag gives, within `range`; nil where it was not given.
  func int(_ flag: Flag, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = self[flag] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      let words =
        range.upperBound == .max
        ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
      throw UsageError(
        "`--\(flag.name)` needs a whole number \(words), but this is `\(text)`", command)
    }
    return number
  }

  /// The value of a flag that a command cannot do without.
  func needed(_ flag: Flag) throws(UsageError) -> String {
    guard let text = self[flag] else {
      throw UsageError(
        "`\(command.name)` needs `--\(flag.name) \(flag.value ?? "")`: \(flag.help)", command)
    }
    return text
  }

  /// The number that a flag gives, within `range`; nil where it was not given.
  func number(_ flag: Flag, in range: ClosedRange<Double>) throws(UsageError) -> Double? {
    guard let text = self[flag] else { return nil }
    guard let number = Double(text), range.contains(number) else {
      throw UsageError(
        "`--\(flag.name)` needs a number from \(numberText(range.lowerBound)) to "
          + "\(numberText(range.upperBound)), but this is `\(text)`", command)
    }
    return number
  }

  /// The names that a flag lists, as `a,b`; nil where it was not given.
  func names(_ flag: Flag) throws(UsageError) -> [String]? {
    guard let text = self[flag] else { return nil }
    let names = text.split(separator: ",").map(String.init)
    guard !names.isEmpty else {
      throw UsageError("`--\(flag.name)` names nothing: `\(text)`", command)
    }
    return names
  }

  /// The positive number that a flag gives; nil where it was not given.
  func seconds(_ flag: Flag) throws(UsageError) -> Double? {
    guard let text = self[flag] else { return nil }
    guard let number = Double(text), number.isFinite, number > 0, number <= 1e6 else {
      throw UsageError(
        "`--\(flag.name)` needs a number of seconds above 0, but this is `\(text)`", command)
    }
    return number
  }

  /// The overrides among the operands: those after the first, and `--seed`.
  var overrides: [String] {
    Array(operands.dropFirst()) + (self[.seed].map { ["seed=\($0)"] } ?? [])
  }
}

/// A command line that says nothing sensible.
struct UsageError: Error {
  /// What is wrong.
  let fact: String
  /// What may be meant.
  let help: String?
  /// The command whose usage is shown.
  let command: (any Command.Type)?

  init(_ fact: String, _ command: (any Command.Type)?, help: String? = nil) {
    self.fact = fact
    self.command = command
    self.help = help
  }

  /// The message.
  var text: String {
    var lines = ["error[usage]: \(fact)"]
    lines.append("note: " + (command.map(Help.usage) ?? "`assay --help` lists the commands"))
    if let help { lines.append("help: \(help)") }
    return lines.joined(separator: "\n")
  }
}
