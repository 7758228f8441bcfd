import Text

// Each function asks for one key. Without a default the key must be written; the `optional` forms
// give nil for a key that is not. `why` is a note under an error about the range.

extension Fields {
  /// A whole number.
  public mutating func int(
    _ key: String, _ summary: String, in bounds: some Bounding<Int> = Bounds<Int>.any,
    default fallback: Int? = nil, why: String? = nil
  ) -> Int {
    int(key, summary, bounds.bounds, fallback.map { .fallback($0) } ?? .required, why)
      ?? bounds.bounds.example
  }

  /// A whole number, or nil.
  public mutating func optionalInt(
    _ key: String, _ summary: String, in bounds: some Bounding<Int> = Bounds<Int>.any,
    why: String? = nil
  ) -> Int? {
    int(key, summary, bounds.bounds, .none, why)
  }

  private mutating func int(
    _ key: String, _ summary: String, _ bounds: Bounds<Int>, _ absence: Absence<Int>, _ why: String?
  ) -> Int? {
    value(key, summary, .int(bounds.map(Double.init)), absence, write: Node.int) { node, reading in
      let reader = NumberReader(key: key, expected: "a whole number", reading: reading)
      return reader.bounded(reader.whole(node), bounds, node, why: why) { String($0) }
    }
  }

  /// A whole number from 0 to 2^64 - 1, as seeds are.
  public mutating func unsigned(_ key: String, _ summary: String, default fallback: UInt64)
    -> UInt64
  {
    value(key, summary, .int(Bounds(lower: .init(value: 0, isOpen: false))), .fallback(fallback)) {
      Node.int($0, at: $1)
    } read: { node, reading in
      NumberReader(key: key, expected: "a whole number", reading: reading).unsigned(node)
    } ?? fallback
  }

  /// A number.
  public mutating func number(
    _ key: String, _ summary: String, in bounds: some Bounding<Double> = Bounds<Double>.any,
    default fallback: Double? = nil, why: String? = nil
  ) -> Double {
    number(key, summary, bounds.bounds, fallback.map { .fallback($0) } ?? .required, why)
      ?? bounds.bounds.example
  }

  /// A number, or nil.
  public mutating func optionalNumber(
    _ key: String, _ summary: String, in bounds: some Bounding<Double> = Bounds<Double>.any,
    why: String? = nil
  ) -> Double? {
    number(key, summary, bounds.bounds, .none, why)
  }

  private mutating func number(
    _ key: String, _ summary: String, _ bounds: Bounds<Double>, _ absence: Absence<Double>,
    _ why: String?
  ) -> Double? {
    value(key, summary, .number(bounds), absence, write: Node.number) { node, reading in
      let reader = NumberReader(key: key, expected: "a number", reading: reading)
      return reader.bounded(reader.number(node), bounds, node, why: why, text: Literal.text)
    }
  }

  /// `true` or `false`.
  public mutating func bool(_ key: String, _ summary: String, default fallback: Bool? = nil)
    -> Bool
  {
    bool(key, summary, fallback.map { .fallback($0) } ?? .required) ?? false
  }

  /// `true` or `false`, or nil.
  public mutating func optionalBool(_ key: String, _ summary: String) -> Bool? {
    bool(key, summary, .none)
  }

  private mutating func bool(_ key: String, _ summary: String, _ absence: Absence<Bool>) -> Bool? {
    value(key, summary, .bool, absence, write: Node.bool) { node, reading in
      if let scalar = node.scalar, scalar.style == .plain,
        case .bool(let value) = Literal(scalar.text)
      {
        return value
      }
      reading.problems.add(Fields.notABool(key, node))
      return nil
    }
  }

  /// A text.
  public mutating func string(_ key: String, _ summary: String, default fallback: String? = nil)
    -> String
  {
    string(key, summary, fallback.map { .fallback($0) } ?? .required) ?? ""
  }

  /// A text, or nil.
  public mutating func optionalString(_ key: String, _ summary: String) -> String? {
    string(key, summary, .none)
  }

  private mutating func string(
    _ key: String, _ summary: String, _ absence: Absence<String>
  ) -> String? {
    value(key, summary, .text, absence, write: Node.text) { node, reading in
      Fields.text(key, node, reading)
    }
  }

  /// One of the cases of an enumeration, by its raw value.
  public mutating func choice<Choice>(
    _ key: String, _ summary: String, of: Choice.Type = Choice.self,
    default fallback: Choice? = nil
  ) -> Choice where Choice: CaseIterable & RawRepresentable<String> {
    let all = Array(Choice.allCases)
    let names = all.map(\.rawValue)
    let absence: Absence<Choice> = fallback.map { .fallback($0) } ?? .required
    let chosen = value(key, summary, .choice(names), absence) {
      Node.text($0.rawValue, at: $1)
    } read: { node, reading in
      let chosen = node.scalar.flatMap { Choice(rawValue: $0.text) }
      if chosen == nil { reading.problems.add(Fields.notAChoice(key, node, names)) }
      return chosen
    }
    return chosen ?? all[all.startIndex]
  }

  /// A list of whole numbers.
  public mutating func ints(
    _ key: String, _ summary: String, count: ClosedRange<Int> = 1...Int.max,
    in bounds: some Bounding<Int> = Bounds<Int>.any, default fallback: [Int]? = nil
  ) -> [Int] {
    let bounds = bounds.bounds
    let type = FieldType.list(.int(bounds.map(Double.init)), count: count)
    return list(key, summary, type, count, fallback, write: Node.int) { node, reading in
      let reader = NumberReader(key: key, expected: "a list of whole numbers", reading: reading)
      return reader.bounded(reader.whole(node), bounds, node, why: nil) { String($0) }
    }
  }

  /// A list of numbers.
  public mutating func numbers(
    _ key: String, _ summary: String, count: ClosedRange<Int> = 1...Int.max,
    in bounds: some Bounding<Double> = Bounds<Double>.any, default fallback: [Double]? = nil
  ) -> [Double] {
    let bounds = bounds.bounds
    let type = FieldType.list(.number(bounds), count: count)
    return list(key, summary, type, count, fallback, write: Node.number) { node, reading in
      let reader = NumberReader(key: key, expected: "a list of numbers", reading: reading)
      return reader.bounded(reader.number(node), bounds, node, why: nil, text: Literal.text)
    }
  }

  /// A text or a list of texts; a list of none without a default means that the key may be left
  /// out.
  public mutating func strings(
    _ key: String, _ summary: String, default fallback: [String]? = nil
  ) -> [String] {
    let absence: Absence<[String]> = fallback.map { .fallback($0) } ?? .required
    return value(key, summary, .oneOrMore(.text), absence) { texts, span in
      .sequence(texts.map { .text($0, at: span) }, at: span)
    } read: { node, reading in
      Fields.all(node.items ?? [node]) { Fields.text(key, $0, reading) }
    } ?? []
  }

  /// Height and width: one number for both, or a list of two.
  public mutating func intPair(
    _ key: String, _ summary: String, in bounds: some Bounding<Int> = Bounds<Int>.any,
    default fallback: Pair? = nil, why: String? = nil
  ) -> Pair {
    let bounds = bounds.bounds
    return intPair(key, summary, bounds, fallback.map { .fallback($0) } ?? .required, why)
      ?? Pair(height: bounds.example, width: bounds.example)
  }

  /// Height and width, or nil.
  public mutating func optionalIntPair(
    _ key: String, _ summary: String, in bounds: some Bounding<Int> = Bounds<Int>.any,
    why: String? = nil
  ) -> Pair? {
    intPair(key, summary, bounds.bounds, .none, why)
  }

  private mutating func intPair(
    _ key: String, _ summary: String, _ bounds: Bounds<Int>, _ absence: Absence<Pair>,
    _ why: String?
  ) -> Pair? {
    let item = FieldType.int(bounds.map(Double.init))
    return value(key, summary, .either(item, .list(item, count: 2...2)), absence) { pair, span in
      .sequence([.int(pair.height, at: span), .int(pair.width, at: span)], at: span)
    } read: { node, reading in
      let reader = NumberReader(key: key, expected: "a whole number", reading: reading)
      guard Fields.checkCount(key, node, node.items == nil ? nil : 2...2, reading) else {
        return nil
      }
      let sides = Fields.all(node.items ?? [node, node]) { side in
        reader.bounded(reader.whole(side), bounds, side, why: why) { String($0) }
      }
      return sides.map { Pair(height: $0[0], width: $0[1]) }
    }
  }
}

/// A height and a width.
public struct Pair: Hashable, Sendable, ExpressibleByIntegerLiteral {
  /// Rows.
  public let height: Int
  /// Columns.
  public let width: Int

  /// A height and a width.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// The same number for both.
  public init(integerLiteral value: Int) { self.init(height: value, width: value) }
}

// MARK: - Lists

extension Fields {
  private mutating func list<Item>(
    _ key: String, _ summary: String, _ type: FieldType, _ count: ClosedRange<Int>,
    _ fallback: [Item]?, write: (Item, Span) -> Node, read: (Node, Reading) -> Item?
  ) -> [Item] {
    value(key, summary, type, fallback.map { .fallback($0) } ?? .required) { items, span in
      .sequence(items.map { write($0, span) }, at: span)
    } read: { node, reading in
      guard Fields.checkCount(key, node, count, reading), let items = node.items else { return nil }
      return Fields.all(items) { read($0, reading) }
    } ?? []
  }

  /// Whether a node is a list with as many items as it must have; nil for what need be no list.
  static func checkCount(
    _ key: String, _ node: Node, _ count: ClosedRange<Int>?, _ reading: Reading
  ) -> Bool {
    guard let count else { return true }
    guard let items = node.items else {
      reading.problems.add(
        Diagnostic(
          "wrong-type", "`\(key)` must be a list, but this is \(node.found)", at: node.span,
          label: "not a list", help: node.scalar.map { "write `[\($0.text)]`" }))
      return false
    }
    guard !count.contains(items.count) else { return true }
    let expected =
      count.lowerBound == count.upperBound
      ? "\(count.lowerBound)"
      : items.count < count.lowerBound
        ? "at least \(count.lowerBound)" : "at most \(count.upperBound)"
    reading.problems.add(
      Diagnostic(
        "wrong-count",
        "`\(key)` must have \(expected) item\(expected.hasSuffix(" 1") || expected == "1" ? "" : "s")"
          + ", but has \(items.count)",
        at: node.span, label: "\(items.count) item\(items.count == 1 ? "" : "s")"))
    return false
  }

  /// Every item read, so that each problem is recorded; nil if one cannot be.
  static func all<Item>(_ nodes: [Node], _ read: (Node) -> Item?) -> [Item]? {
    let items = nodes.map(read)
    let good = items.compactMap { $0 }
    return good.count == items.count ? good : nil
  }
}

// MARK: - Texts and facts

extension Fields {
  fileprivate static func text(_ key: String, _ node: Node, _ reading: Reading) -> String? {
    if let scalar = node.scalar, !node.isNull { return scalar.text }
    reading.problems.add(
      Diagnostic(
        "wrong-type", "`\(key)` must be a text, but this is \(node.found)", at: node.span,
        label: "not a text"))
    return nil
  }

  fileprivate static func notABool(_ key: String, _ node: Node) -> Diagnostic {
    var problem = Diagnostic(
      "wrong-type", "`\(key)` must be true or false, but this is \(node.found)", at: node.span,
      label: node.scalar == nil ? "not a boolean" : "text, not a boolean")
    let text = node.scalar?.text.lowercased() ?? ""
    let words = ["yes": true, "on": true, "y": true, "no": false, "off": false, "n": false]
    if let value = words[text] {
      problem.notes = [
        "only `true` and `false` are booleans here; YAML 1.1 also read `\(text)` as one"
      ]
      problem.helps = ["write `\(key): \(value)`"]
    } else if text == "true" || text == "false" {
      problem.helps = ["write \(text) without quotes"]
    }
    return problem
  }

  fileprivate static func notAChoice(_ key: String, _ node: Node, _ names: [String]) -> Diagnostic {
    Diagnostic(
      "unknown-choice",
      "`\(key)` must be \(Suggest.list(names, joined: "or"))"
        + ", but this is \(node.found)",
      at: node.span, label: "not one of them",
      help: node.scalar.flatMap { Suggest.help(for: $0.text, among: names) })
  }
}

extension Bounds where Value: ExpressibleByIntegerLiteral {
  /// A value inside, for a part that is not going to be built.
  fileprivate var example: Value {
    let candidates: [Value?] = [1, lower?.value, upper?.value]
    return candidates.compactMap { $0 }.first(where: contains) ?? 1
  }
}
