import Text
import YAML

/// A length of training: `20000`, `500 steps`, `20 epochs`.
public struct Duration: Hashable, Sendable, CustomStringConvertible {
  /// What is counted.
  public enum Unit: String, Sendable {
    /// Steps: one round of all players.
    case steps
    /// Epochs: as many batches as the training set has whole ones.
    case epochs
  }

  /// How many.
  public let count: Int
  /// Of what.
  public let unit: Unit

  /// So many steps or epochs.
  public init(_ count: Int, _ unit: Unit) {
    self.count = count
    self.unit = unit
  }

  /// Whether `other` comes round whenever this does.
  public func isMultiple(of other: Duration) -> Bool {
    unit == other.unit && count.isMultiple(of: other.count)
  }

  /// As the file has it: `20000 steps`, `1 epoch`.
  public var description: String {
    count == 1 ? "1 \(unit.rawValue.dropLast())" : "\(count) \(unit.rawValue)"
  }
}

extension Fields {
  /// A length of training; the number may be an expression over parameters.
  public mutating func duration(
    _ key: String, _ summary: String, default fallback: Duration? = nil
  ) -> Duration {
    let type = FieldType.other("number of steps, or text such as `20 epochs`")
    let evaluate = evaluate
    return custom(
      key, summary, type, default: fallback, required: fallback == nil,
      write: { .text($0.description, at: $1) },
      read: { Duration.read(key, $0, evaluate) }
    ) ?? Duration(1, .steps)
  }

  /// A length of training, or nil.
  public mutating func optionalDuration(_ key: String, _ summary: String) -> Duration? {
    let evaluate = evaluate
    return custom(
      key, summary, .other("number of steps, or text such as `20 epochs`"),
      write: { .text($0.description, at: $1) }, read: { Duration.read(key, $0, evaluate) })
  }
}

extension Duration {
  /// The most steps or epochs: counts of batches and updates stay far from overflow.
  private static let longest = 1_000_000_000

  /// Whether the words mean a length, but not as it is written: `20epochs`, `2 hours`, `epoch`.
  private static func isMisspelt(_ words: [Substring]) -> Bool {
    switch words.count {
    case 1:
      let letters = words[0].drop { $0.isNumber || $0 == "." }
      return ["step", "steps", "epoch", "epochs"].contains(words[0])
        || letters.count < words[0].count && letters.allSatisfy(\.isLetter)
    case 2: return Literal(String(words[0])) != nil
    default: return false
    }
  }

  fileprivate static func read(
    _ key: String, _ node: Node, _ evaluate: (SpannedText) -> Result<Double, Diagnostic>
  ) -> Result<Duration, Diagnostic> {
    func wrong(_ fact: String) -> Result<Duration, Diagnostic> {
      .failure(
        Diagnostic(
          "wrong-type", fact, at: node.span, label: "not a length of training",
          help: "write a number of steps, or a text such as `20 epochs`"))
    }
    guard let text = node.spannedText else {
      return wrong("`\(key)` must be a length of training, but this is \(node.found)")
    }
    let words = text.text.split(separator: " ")
    let units: [Substring: Unit] = [
      "step": .steps, "steps": .steps, "epoch": .epochs, "epochs": .epochs,
    ]
    let unit = words.count > 1 ? words.last.flatMap { units[$0] } : nil
    let number = unit == nil ? text.text : words.dropLast().joined(separator: " ")
    let value: Double
    if case .number(let literal) = Literal(number), let known = literal.value {
      value = known
    } else if unit == nil, isMisspelt(words) {
      return wrong("`\(key)` counts steps or epochs, but this is \(node.found)")
    } else {
      switch evaluate(SpannedText(number, in: text.span)) {
      case .success(let known): value = known
      case .failure(let problem): return .failure(problem)
      }
    }
    guard let count = Int(exactly: value) else {
      return wrong("`\(key)` must be a whole number, but is \(number)")
    }
    guard (1...longest).contains(count) else {
      return .failure(
        Diagnostic(
          "out-of-range", "`\(key)` must be at least 1 and at most \(longest), but is \(number)",
          at: node.span, label: "out of range"))
    }
    return .success(Duration(count, unit ?? .steps))
  }
}
