import Text

/// Reads the number that a key is given: a literal, or an expression over parameters.
struct NumberReader {
  /// The key, as messages call it.
  let key: String
  /// The expected kind, as in "a whole number".
  let expected: String
  let reading: Reading

  /// The number, with the problem recorded if there is none.
  func number(_ node: Node) -> Double? {
    guard let scalar = node.scalar, !node.isNull else { return wrongType(node) }
    switch Literal(scalar.text) {
    case .number(let number) where scalar.style == .plain:
      return number.value ?? unrepresentable(node)
    case nil where isNotFinite(scalar.text): return notFinite(node)
    case nil where !isDoubtful(scalar.text): return evaluated(node)
    default: return wrongType(node)
    }
  }

  /// The whole number; `1e3` and `2.0` are whole too.
  func whole(_ node: Node) -> Int? {
    if case .number(.whole(let negative, let magnitude)) = literal(node) {
      let value = Int(exactly: magnitude) ?? (negative && magnitude == 1 << 63 ? .min : nil)
      guard let value else { return tooLarge(node) }
      return negative && value > 0 ? -value : value
    }
    guard let value = number(node) else { return nil }
    guard value == value.rounded(.towardZero) else { return fraction(node, value) }
    return Int(exactly: value) ?? tooLarge(node)
  }

  /// The whole number from 0 to 2^64 - 1.
  func unsigned(_ node: Node) -> UInt64? {
    if case .number(.whole(false, let magnitude)) = literal(node) { return magnitude }
    guard let value = number(node) else { return nil }
    guard value == value.rounded(.towardZero) else { return fraction(node, value) }
    return UInt64(exactly: value)
      ?? add(
        Diagnostic(
          "out-of-range", "`\(key)` must be from 0 to 2^64 - 1, but is \(shown(node))",
          at: node.span, label: "out of range"))
  }

  /// The value, if it lies in its bounds.
  func bounded<Value>(
    _ value: Value?, _ bounds: Bounds<Value>, _ node: Node, why: String?,
    text: (Value) -> String
  ) -> Value? {
    guard let value, !bounds.contains(value) else { return value }
    return add(
      Diagnostic(
        "out-of-range", "`\(key)` must be \(bounds.words(text) ?? ""), but is \(text(value))",
        at: node.span, label: "out of range", note: why))
  }

  /// Whether a text stands for a number, if one that is refused, and is no expression.
  func isLiteral(_ text: String) -> Bool {
    Literal(text) != nil || isNotFinite(text) || isDoubtful(text)
  }

  private func literal(_ node: Node) -> Literal? {
    guard let scalar = node.scalar, scalar.style == .plain else { return nil }
    return Literal(scalar.text)
  }

  private func evaluated(_ node: Node) -> Double? {
    guard let text = node.spannedText else { return nil }
    switch reading.evaluate(text) {
    case .success(let value) where value.isFinite: return value
    case .success: return notFinite(node)
    case .failure(let problem): return add(problem)
    }
  }

  /// Texts that some reader takes for numbers: `1_000`, `1:30`.
  private func isDoubtful(_ text: String) -> Bool {
    text.first?.isASCII == true && text.first?.isNumber == true
      && text.contains { "_:".contains($0) }
      && text.allSatisfy { $0.isASCII && ($0.isNumber || "_:.".contains($0)) }
  }

  private func isNotFinite(_ text: String) -> Bool {
    let name = text.drop { "+-.".contains($0) }.lowercased()
    return ["nan", "inf", "infinity"].contains(name) || name.hasPrefix("nan(")
  }
}

// MARK: - Facts

extension NumberReader {
  private func add<Value>(_ problem: Diagnostic) -> Value? {
    reading.problems.add(problem)
    return nil
  }

  private func shown(_ node: Node) -> String { node.scalar.map(\.text) ?? node.found }

  private func wrongType<Value>(_ node: Node) -> Value? {
    var problem = Diagnostic(
      "wrong-type", "`\(key)` must be \(expected), but this is \(node.found)", at: node.span,
      label: "not a number")
    if let scalar = node.scalar, scalar.style != .plain, Literal(scalar.text) != nil {
      problem.notes = ["what stands in quotes is a text"]
      problem.helps = ["write \(scalar.text) without quotes"]
    } else if let text = node.scalar?.text, isDoubtful(text) {
      let digits = text.filter { $0 != "_" }
      problem.notes = ["YAML 1.1 and 1.2 read it differently, so it is not a number here"]
      if Literal(digits) != nil { problem.helps = ["write \(digits)"] }
    }
    return add(problem)
  }

  private func notFinite<Value>(_ node: Node) -> Value? {
    add(
      Diagnostic(
        "not-finite", "`\(key)` must be a finite number, but is `\(shown(node))`", at: node.span,
        label: "not finite"))
  }

  private func unrepresentable<Value>(_ node: Node) -> Value? {
    add(
      Diagnostic(
        "not-finite", "`\(key)` is beyond the numbers that a double holds", at: node.span,
        label: "too large or too small", note: "they reach from 4.9e-324 to 1.8e308"))
  }

  private func fraction<Value>(_ node: Node, _ value: Double) -> Value? {
    add(
      Diagnostic(
        "wrong-type", "`\(key)` must be \(expected), but is \(Literal.text(of: value))",
        at: node.span, label: "not a whole number"))
  }

  private func tooLarge<Value>(_ node: Node) -> Value? {
    add(
      Diagnostic(
        "out-of-range", "`\(key)` must be below 2^63, but is \(shown(node))", at: node.span,
        label: "out of range"))
  }
}
