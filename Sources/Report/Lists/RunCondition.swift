import Text

/// A condition on runs: `status=failed`, `rate>1e-4`, `validation.elbo<=-200`, `created>=2026-11-01`.
public struct RunCondition: Hashable, Sendable {
  /// How two values are compared.
  public enum Comparison: String, Sendable, CaseIterable {
    case equal = "="
    case unequal = "!="
    case less = "<"
    case atMost = "<="
    case more = ">"
    case atLeast = ">="
  }

  /// What is compared.
  public let key: RunKey
  /// How.
  public let comparison: Comparison
  /// What with, as it was typed.
  public let text: String

  /// Reads a condition; nil for a text that holds no comparison, or nothing on one side of it.
  public init?(_ condition: String) {
    guard let start = condition.firstIndex(where: { "=<>!".contains($0) }) else { return nil }
    let rest = condition[start...]
    let mark = rest.hasPrefix("==") ? "==" : Self.marks.first { rest.hasPrefix($0) }
    guard let mark, let comparison = Comparison(rawValue: mark == "==" ? "=" : mark) else {
      return nil
    }
    let name = condition[..<start].trimmed
    text = rest.dropFirst(mark.count).trimmed
    guard !name.isEmpty, !text.isEmpty else { return nil }
    key = RunKey(name)
    self.comparison = comparison
  }

  /// The longer ones first, as `<` begins `<=`.
  private static let marks = ["!=", "<=", ">=", "=", "<", ">"]

  /// Whether a value fulfils it. Numbers are compared as numbers, where both are; NaN equals NaN and is
  /// neither less nor more than anything. Texts are compared by their bytes, so that times in UTC have
  /// their order. What a run does not have is unequal to everything.
  public func holds(for value: RunKey.Value?) -> Bool {
    guard let value else { return comparison == .unequal }
    if case .number(let number) = value, let other = Double(text) {
      let isSame = number == other || (number.isNaN && other.isNaN)
      return holds(isSame: isSame, isLess: number < other, isMore: number > other)
    }
    let own = value.text
    let isLess = own.utf8.lexicographicallyPrecedes(text.utf8)
    return holds(isSame: own == text, isLess: isLess, isMore: own != text && !isLess)
  }

  private func holds(isSame: Bool, isLess: Bool, isMore: Bool) -> Bool {
    switch comparison {
    case .equal: isSame
    case .unequal: !isSame
    case .less: isLess
    case .atMost: isLess || isSame
    case .more: isMore
    case .atLeast: isMore || isSame
    }
  }
}

extension Substring {
  /// Without white space at both ends.
  fileprivate var trimmed: String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
