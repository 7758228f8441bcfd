import Text

/// An override with several values, in Hydra's spelling: a parameter of the section `sweep`.
///
/// - `data.batch=32,64`, `data.batch=choice(32,64)`: some values;
/// - `parameters.latent=range(8,64,8)`: 8, 16, ... up to 56, as the end is left out;
/// - `rate=interval(0.1,1)`, `rate=tag(log,interval(1e-5,1e-2))`: all numbers between two;
/// - `parameters.latent=int(interval(1,8))`: all whole numbers from one to another;
/// - `seed=1,2,3`: the sweep's seeds.
///
/// Commas inside of brackets and quotes belong to a value.
struct SweepOverride {
  private let source: SourceText
  private let key: Span
  /// The names of what it changes.
  let path: [Override.Name]
  private let axis: Node

  /// The override with this text; nil if it has one value only, or if a value is no YAML, which is
  /// recorded.
  init?(_ source: SourceText, _ problems: Problems) throws(Diagnostic) {
    guard let equals = source.bytes.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    self.source = source
    key = Span(source, 0..<equals)
    let reader = SweepValue(source: source, problems: problems)
    guard let axis = try reader.axis(equals + 1..<source.bytes.count) else { return nil }
    guard let first = source.bytes.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "~")
    else {
      throw Override.malformed(
        source, Span(source, 0..<1), "a sweep changes what is there, so it takes no `+` or `~`")
    }
    path = try Override.path(source, key.range)
    self.axis = axis
  }

  /// A tree with this parameter in its section `sweep`.
  func applied(to root: Node) throws(Diagnostic) -> Node {
    let name = Override.Name("sweep", at: key)
    if key.text == "seed" {
      return try Override([name, Override.Name("seeds", at: key)], setTo: axis).applied(to: root)
    }
    let parameters = Override.Name("parameters", at: key)
    let entry = Override.Name(key.text, at: key)
    return try Override([name, parameters, entry], setTo: axis).applied(to: root)
  }
}

/// Reads what stands for several values.
private struct SweepValue {
  let source: SourceText
  let problems: Problems

  /// The most values of a `range`.
  private static let most = 10_000
  /// How many calls may stand in each other: `tag(log,int(interval(1,100)))`.
  private static let deepest = 3
  private static let functions = [
    "choice", "range", "interval", "tag", "int", "glob", "sort", "shuffle",
  ]

  /// What a range of bytes stands for, as `sweep.parameters` has it; nil for one value, or for what
  /// is no YAML.
  func axis(_ range: Range<Int>) throws(Diagnostic) -> Node? {
    if let (name, arguments) = call(range) { return try function(name, arguments, depth: 1) }
    let parts = split(range)
    return parts.count > 1 ? try list(parts, range) : nil
  }

  /// The name and the arguments of a call that fills a range; nil for anything else.
  private func call(_ range: Range<Int>) -> (Span, Range<Int>)? {
    let bytes = source.bytes[trimmed(range)]
    guard let opening = bytes.firstIndex(of: UInt8(ascii: "(")),
      bytes.last == UInt8(ascii: ")")
    else { return nil }
    let name = Span(source, bytes.startIndex..<opening)
    guard SweepValue.functions.contains(name.text) else { return nil }
    return (name, opening + 1..<bytes.endIndex - 1)
  }

  private func function(
    _ name: Span, _ arguments: Range<Int>, depth: Int
  ) throws(Diagnostic) -> Node? {
    guard depth <= SweepValue.deepest else { throw wrong(name, "stands in too many others") }
    let parts = split(arguments)
    switch name.text {
    case "choice": return try list(parts, arguments)
    case "range": return try values(parts, name)
    case "interval":
      guard parts.count == 2 else { throw wrong(name, "takes two numbers: `interval(0.1,1)`") }
      return try interval(try parts.map(number), isWhole: false, name)
    case "int":
      guard let (inner, rest) = call(arguments) else {
        throw wrong(name, "takes an interval: `int(interval(1,8))`")
      }
      return try whole(try function(inner, rest, depth: depth + 1), name)
    case "tag":
      guard parts.count == 2, source.text(in: trimmed(parts[0])) == "log",
        let (inner, rest) = call(parts[1])
      else { throw wrong(name, "is for logarithms: `tag(log,interval(1e-5,1e-2))`") }
      return try log(try function(inner, rest, depth: depth + 1), name)
    default:
      throw wrong(name, "has no meaning in a sweep of Assay")
    }
  }

  // MARK: Kinds of values

  private func list(_ parts: [Range<Int>], _ range: Range<Int>) throws(Diagnostic) -> Node? {
    var values: [Node] = []
    for part in parts {
      guard !trimmed(part).isEmpty else {
        throw Override.malformed(
          source, Span(source, part.lowerBound..<part.upperBound), "a value is missing")
      }
      guard let value = Parser.value(source, from: part.lowerBound, to: part.upperBound, problems)
      else { return nil }
      values.append(value)
    }
    return .sequence(values, at: Span(source, range))
  }

  /// `range(stop)`, `range(start,stop)` or `range(start,stop,step)`, without the stop.
  private func values(_ parts: [Range<Int>], _ name: Span) throws(Diagnostic) -> Node {
    guard (1...3).contains(parts.count) else {
      throw wrong(name, "takes up to three numbers: `range(8,64,8)`")
    }
    let numbers = try parts.map(number)
    let start = numbers.count > 1 ? numbers[0] : 0
    let stop = numbers.count > 1 ? numbers[1] : numbers[0]
    let step = numbers.count > 2 ? numbers[2] : 1
    guard step != 0, (stop - start) / step > 0, (stop - start) / step <= Double(SweepValue.most)
    else { throw wrong(name, "has no values, or more than \(SweepValue.most)") }
    let steps = DecimalSteps(from: start, to: stop, by: step)
    // The stop itself is left out.
    let count = steps[steps.count] == stop ? steps.count : steps.count + 1
    let span = Span(source, name.lower..<source.bytes.count)
    return .sequence((0..<count).map { .number(steps[$0], at: span) }, at: span)
  }

  private func interval(
    _ ends: [Double], isWhole: Bool, _ name: Span
  ) throws(Diagnostic) -> Node {
    // A point says that the numbers between are meant too.
    func text(_ end: Double) -> String {
      let text = Literal.text(of: end)
      return isWhole || text.contains { ".e".contains($0) } ? text : text + ".0"
    }
    return .mapping(
      [("min", .plain(text(ends[0]), at: name)), ("max", .plain(text(ends[1]), at: name))],
      at: name)
  }

  private func whole(_ node: Node?, _ name: Span) throws(Diagnostic) -> Node? {
    guard let node else { return nil }
    let ends = ["min", "max"].compactMap { node[$0]?.scalar.flatMap { Double($0.text) } }
    guard ends.count == 2, ends.allSatisfy({ abs($0) < 0x1p53 }) else {
      throw wrong(name, "takes an interval: `int(interval(1,8))`")
    }
    let limits = try interval(ends.map { $0.rounded() }, isWhole: true, name)
    let others = (node.entries ?? []).filter { $0.key == "scale" }
    return Node(.mapping((limits.entries ?? []) + others), at: name)
  }

  private func log(_ node: Node?, _ name: Span) throws(Diagnostic) -> Node? {
    guard let node else { return nil }
    guard let entries = node.entries else {
      throw wrong(name, "is for intervals: `tag(log,interval(1e-5,1e-2))`")
    }
    let scale = Node.Entry("scale", at: name, .plain("log", at: name))
    return Node(.mapping(entries.filter { $0.key != "scale" } + [scale]), at: name)
  }

  private func number(_ range: Range<Int>) throws(Diagnostic) -> Double {
    let range = trimmed(range)
    guard case .number(let number) = Literal(source.text(in: range)), let value = number.value
    else {
      throw Override.malformed(
        source, Span(source, range), "`\(source.text(in: range))` is not a number")
    }
    return value
  }

  private func wrong(_ name: Span, _ fact: String) -> Diagnostic {
    Diagnostic(
      "bad-override", "`\(name.text)` \(fact)", at: name,
      help: "several values are `1,2,3`, `choice(a,b)`, `range(8,64,8)` or `interval(0.1,1)`")
  }

  // MARK: Bytes

  /// The pieces between commas that stand in no brackets and no quotes.
  private func split(_ range: Range<Int>) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var start = range.lowerBound
    var depth = 0
    var quote: UInt8?
    for place in range {
      let byte = source.bytes[place]
      if let open = quote {
        if byte == open { quote = nil }
        continue
      }
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""): quote = byte
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: ",") where depth == 0:
        pieces.append(start..<place)
        start = place + 1
      default: break
      }
    }
    return pieces + [start..<range.upperBound]
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (lower, upper) = (range.lowerBound, range.upperBound)
    while lower < upper, source.bytes[lower] == 0x20 { lower += 1 }
    while lower < upper, source.bytes[upper - 1] == 0x20 { upper -= 1 }
    return lower..<upper
  }
}
