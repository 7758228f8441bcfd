import Text

extension Elaborator {
  /// The error for a loss that is not one number: its caret is under the smallest part that keeps
  /// it from being a scalar.
  func notScalar(_ whole: Expression, _ reading: Reading, _ what: String) -> Diagnostic {
    let part = culprit(whole, reading)
    guard let typed = reading.types[part.range] else {
      return reading.source.diagnostic("loss-not-scalar", "\(what) must be a scalar")
    }
    var problem = reading.source.diagnostic(
      "loss-not-scalar", "\(what) must be a scalar, but `\(part)` is \(typed)", at: part.range,
      label: "\(typed)")
    let pieces = pieces(of: part, reading)
    if !pieces.isEmpty {
      problem.notes = [
        "shapes in `\(part)`, batch axis left out:\n" + pieces.joined(separator: "\n")
      ]
    }
    if case .quantity = typed { problem.helps = ["take the mean: `mean(\(part))`"] }
    return problem
  }

  /// The smallest part that is the only reason for the whole not to be a scalar.
  private func culprit(_ whole: Expression, _ reading: Reading) -> Expression {
    var part = whole
    while true {
      let isArithmetic =
        switch part.kind {
        case .negation, .binary: true
        case .number, .name, .member, .call: false
        }
      let wrong = part.children.filter { !isScalar(reading.types[$0.range]) }
      guard isArithmetic, wrong.count == 1 else { return part }
      part = wrong[0]
    }
  }

  private func isScalar(_ typed: Typed?) -> Bool {
    switch typed {
    case .number, nil: true
    case .quantity(let quantity): quantity.shape == nil
    case .label, .outputs: false
    }
  }

  /// A line for each part right below that has a type, and for each part below those.
  private func pieces(of part: Expression, _ reading: Reading) -> [String] {
    var seen: Set<String> = []
    let below = part.children.flatMap { [$0] + $0.children }.filter { piece in
      guard case .number = piece.kind else { return seen.insert(piece.description).inserted }
      return false
    }
    let known = below.compactMap { piece in
      reading.types[piece.range].map { (piece.description, "\($0)") }
    }
    let width = known.map(\.0.count).max() ?? 0
    return known.map { text, type in
      "  \(text)\(String(repeating: " ", count: width - text.count))  \(type)"
    }
  }
}
