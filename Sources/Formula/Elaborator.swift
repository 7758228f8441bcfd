import Graph
import Tensor
import Text

/// Turns the formulas of one update (or of one measurement) into nodes of a graph.
///
/// Each formula is elaborated once, however often it is used: a `let` name is one value within an
/// update. Parts are elaborated in reading order, which also numbers the formula's draws and calls:
/// the stream of the k-th written `normal(..)` or `uniform(..)`, from 0, is the hash of
/// `<path>/normal#k` or `<path>/uniform#k`, where the path is the formula's own.
public final class Elaborator {
  /// How deep expressions may be nested, those of `let` names that they use included.
  static let deepest = 512

  /// Where the nodes go.
  public let graph: Graph
  /// The number of examples in a batch.
  public let batch: Int
  /// What `x` and `label` are.
  private let inputs: [String: Typed]
  private let networks: any Networks
  /// What precedes the paths of draws: measurements have streams of their own.
  private let streams: String
  /// What the formulas take for granted of values, in reading order.
  public private(set) var assumed: [Assumed] = []
  private var known: [String: Read] = [:]
  /// The formulas that are being elaborated, each used by the one before it.
  private var open: [Reading] = []
  private var depth = 0

  /// An elaborator that adds to `graph`.
  ///
  /// - Parameters:
  ///   - inputs: what the names of the batch are, `x` and perhaps `label`.
  ///   - streams: a prefix for the paths of draws, so that a measurement's noise is its own.
  public init(
    _ graph: Graph, batch: Int, inputs: [String: Typed], networks: any Networks,
    streams: String = ""
  ) {
    self.graph = graph
    self.batch = batch
    self.inputs = inputs
    self.networks = networks
    self.streams = streams
  }

  typealias Read = (result: Result<Typed, Diagnostic>, reading: Reading)

  /// What is noted about a formula while it is elaborated.
  final class Reading {
    let source: FormulaText
    let scope: any FormulaScope
    /// The draws so far.
    var draws = 0
    /// The calls of networks so far.
    var calls = 0
    /// The types of the parts so far, by their place in the text.
    var types: [Range<Int>: Typed] = [:]

    init(_ source: FormulaText, _ scope: any FormulaScope) {
      self.source = source
      self.scope = scope
    }
  }

  /// What a formula means, its names read in `scope`; throws the first thing that is wrong with it.
  public func elaborate(_ formula: Formula, in scope: any FormulaScope) throws(Diagnostic) -> Typed
  {
    try read(formula, scope).result.get()
  }

  /// A formula that must come out as one number for the whole batch: a loss. `what` names it in
  /// messages, as in `the loss`.
  public func scalar(_ formula: Formula, in scope: any FormulaScope, what: String)
    throws(Diagnostic) -> Value
  {
    let (result, reading) = read(formula, scope)
    switch try result.get() {
    case .quantity(let quantity) where quantity.shape == nil: return quantity.value
    case .number(let number): return try constant(number, formula.expression, reading)
    case .quantity, .label, .outputs: throw notScalar(formula.expression, reading, what)
    }
  }

  /// What the formula at `path` came out as: nil if nothing used it, or if it is wrong.
  public func result(_ path: String) -> Typed? { try? known[path]?.result.get() }

  /// A formula as it was read the first time.
  func read(_ formula: Formula, _ scope: any FormulaScope) -> Read {
    if let read = known[formula.path] { return read }
    let reading = Reading(formula.source, scope)
    open.append(reading)
    defer { open.removeLast() }
    let read: Read
    do throws(Diagnostic) {
      read = (.success(try elaborate(formula.expression, reading)), reading)
    } catch {
      read = (.failure(error), reading)
    }
    known[formula.path] = read
    return read
  }

  /// What an expression means.
  func elaborate(_ expression: Expression, _ reading: Reading) throws(Diagnostic) -> Typed {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Elaborator.deepest else {
      throw reading.source.diagnostic(
        "formula-too-deep",
        "the formula and its `let` names are nested more than"
          + " \(Elaborator.deepest) deep", at: expression.range)
    }
    let typed: Typed
    switch expression.kind {
    case .number(let value): typed = .number(value)
    case .name(let name): typed = try self.name(name, expression, reading)
    case .member(let base, let member): typed = try self.member(base, member, expression, reading)
    case .negation(let operand):
      let operand = try argument(operand, reading)
      typed = try Application(self, reading, expression, "-", [operand]).negation()
    case .binary(let symbol, let left, let right):
      let operands = [try argument(left, reading), try argument(right, reading)]
      typed = try Application(self, reading, expression, symbol.rawValue, operands).binary(symbol)
    case .call(let callee, let arguments):
      typed = try call(callee, arguments, expression, reading)
    }
    reading.types[expression.range] = typed
    return typed
  }

  /// An expression with what it means.
  func argument(_ expression: Expression, _ reading: Reading) throws(Diagnostic) -> Argument {
    Argument(expression: expression, typed: try elaborate(expression, reading))
  }

  /// Notes what `name`, a function or an operator, takes for granted of a value.
  func note(
    _ assumption: Assumption, _ value: Value, _ expression: Expression, by name: String,
    _ reading: Reading
  ) {
    var other: Assumed.Side?
    var side = Assumed.Side(value, expression, reading)
    if case .difference = assumption {
      guard case .binary(.subtract, let left, let right) = expression.kind,
        let a = reading.types[left.range]?.value, let b = reading.types[right.range]?.value
      else { return }
      side = Assumed.Side(a, left, reading)
      other = Assumed.Side(b, right, reading)
    }
    assumed.append(Assumed(assumption: assumption, by: name, side: side, other: other))
  }

  /// The number as a node.
  func constant(_ number: Double, _ expression: Expression, _ reading: Reading)
    throws(Diagnostic) -> Value
  {
    guard Float(number).isFinite else {
      throw reading.source.diagnostic(
        "formula-number", "the number \(number.shortest) is beyond single precision",
        at: expression.range)
    }
    return try build(expression, reading) { (graph: Graph) throws(ShapeError) in
      try graph.constant(Float(number))
    }
  }

  /// Adds nodes that belong to `expression`.
  func build<T>(
    _ expression: Expression, _ reading: Reading, _ body: (Graph) throws(ShapeError) -> T
  ) throws(Diagnostic) -> T {
    let origin = Origin(reading.source.path, reading.source.span(of: expression.range))
    do throws(ShapeError) {
      return try graph.withOrigin(origin) { () throws(ShapeError) in try body(graph) }
    } catch {
      if let excess = error.excess {
        throw excess.refusal(at: reading.source.span(of: expression.range))
      }
      throw reading.source.diagnostic(
        "formula-shape", "`\(error.op)` \(error.fact)", at: expression.range)
    }
  }

  /// The stream of the next written draw, of the function `name`.
  func stream(of name: String, _ reading: Reading) -> UInt64 {
    defer { reading.draws += 1 }
    return Stream.hash("\(streams)\(reading.source.path)/\(name)#\(reading.draws)")
  }
}

// MARK: - Names and calls

extension Elaborator {
  private func name(_ name: String, _ expression: Expression, _ reading: Reading)
    throws(Diagnostic) -> Typed
  {
    guard let meaning = reading.scope.meaning(of: name) else {
      throw unknown(name, expression, reading)
    }
    switch meaning {
    case .number(let number): return .number(number)
    case .schedule:
      return .scalar(
        try build(expression, reading) { (graph: Graph) throws(ShapeError) in
          try graph.leaf(.scalar, name, .scalar)
        })
    case .batch:
      if let input = inputs[name] { return input }
      throw reading.source.diagnostic(
        "formula-no-batch", "there is no `\(name)` here", at: expression.range)
    case .definition(let formula, let scope):
      try rejectCircle(formula, expression, reading)
      return try elaborate(formula, in: scope)
    }
  }

  private func rejectCircle(_ formula: Formula, _ expression: Expression, _ reading: Reading)
    throws(Diagnostic)
  {
    guard let first = open.firstIndex(where: { $0.source.path == formula.path }) else { return }
    let circle = open[first...].map { "`\($0.source.path)`" } + ["`\(formula.path)`"]
    throw reading.source.diagnostic(
      "formula-circle", "`\(formula.path)` is defined in terms of itself", at: expression.range,
      note: circle.joined(separator: " uses "))
  }

  private func unknown(_ name: String, _ expression: Expression, _ reading: Reading)
    -> Diagnostic
  {
    var problem = reading.source.diagnostic(
      "unknown-name", "there is nothing called `\(name)`", at: expression.range,
      help: Suggest.help(for: name, among: reading.scope.names))
    if let absence = reading.scope.absence(of: expression.dottedName ?? name) {
      problem.fact = absence.fact
      problem.helps = [absence.help]
    } else if networks.knows(name) {
      problem.fact = "`\(name)` is a network, which is called on a value"
      problem.helps = ["write what it is called on, as in `\(name)(x)`"]
    } else if Function.named(name) != nil {
      problem.fact = "`\(name)` is a function, which needs its arguments"
      problem.helps = Function.named(name).map { ["write `\($0.signature)`"] } ?? []
    } else if problem.helps.isEmpty {
      problem.notes = ["names here: \(Suggest.list(reading.scope.names))"]
    }
    return problem
  }

  private func member(
    _ base: Expression, _ member: String, _ expression: Expression, _ reading: Reading
  ) throws(Diagnostic) -> Typed {
    if let dotted = expression.dottedName,
      reading.scope.meaning(of: dotted) != nil || reading.scope.absence(of: dotted) != nil
    {
      return try name(dotted, expression, reading)
    }
    let typed = try elaborate(base, reading)
    guard case .outputs(let outputs) = typed else {
      throw reading.source.diagnostic(
        "formula-member", "`\(base)` has no parts, so there is no `.\(member)`",
        at: expression.range, related: [reading.label(base, "\(typed)")],
        note: "only the value of a network with named `outputs` has parts")
    }
    guard let output = outputs.first(where: { $0.name == member }) else {
      throw reading.source.diagnostic(
        "formula-member", "`\(base)` has no output `\(member)`", at: expression.range,
        note: "it has \(Suggest.list(outputs.map(\.name)))",
        help: Suggest.help(for: member, among: outputs.map(\.name)))
    }
    return .quantity(output.quantity)
  }

  private func call(
    _ callee: Expression, _ arguments: [Expression], _ expression: Expression, _ reading: Reading
  ) throws(Diagnostic) -> Typed {
    if case .call(_, let names) = callee.kind, let network = callee.averagedNetwork {
      return try call(network, names[0], arguments, isAveraged: true, expression, reading)
    }
    guard let name = callee.name else {
      throw reading.source.diagnostic(
        "formula-call", "`\(callee)` cannot be called", at: callee.range,
        note: "functions and networks can, and `average(network)`",
        help: callee.member.flatMap(Function.named).map { "write `\($0.signature)`" })
    }
    guard let function = Function.named(name) else {
      return try call(name, callee, arguments, isAveraged: false, expression, reading)
    }
    var elaborated: [Argument] = []
    for argument in arguments { elaborated.append(try self.argument(argument, reading)) }
    return try Application(self, reading, expression, name, elaborated).apply(function)
  }

  private func call(
    _ network: String, _ callee: Expression, _ arguments: [Expression], isAveraged: Bool,
    _ expression: Expression, _ reading: Reading
  ) throws(Diagnostic) -> Typed {
    guard networks.knows(network) else { throw unknown(callee: network, callee, reading) }
    guard arguments.count == 1 else {
      throw reading.source.diagnostic(
        "formula-arguments",
        "the network `\(network)` takes one value, but receives \(arguments.count)",
        at: expression.range)
    }
    let input = try argument(arguments[0], reading)
    let application = Application(self, reading, expression, network, [input])
    let place = "\(streams)\(reading.source.path)/\(network)#\(reading.calls)"
    reading.calls += 1
    let call = NetworkCall(
      network: network, isAveraged: isAveraged, argument: try application.quantity(0),
      place: place, span: reading.source.span(of: expression.range),
      argumentSpan: reading.source.span(of: input.expression.range))
    note(.input, call.argument.value, input.expression, by: network, reading)
    return try networks.call(call, in: graph)
  }

  private func unknown(callee name: String, _ expression: Expression, _ reading: Reading)
    -> Diagnostic
  {
    var problem = reading.source.diagnostic(
      "unknown-function", "there is no function or network `\(name)`", at: expression.range,
      help: Function.otherNames[name]
        ?? Suggest.help(for: name, among: networks.names + Function.all.map(\.name)))
    if reading.scope.meaning(of: name) != nil {
      problem.fact = "`\(name)` is a value, not a function or network"
      problem.helps = ["for a product, write `\(name) * (...)`"]
    }
    return problem
  }
}

extension Expression {
  /// The `log` of `torch.log`, nil for anything else.
  fileprivate var member: String? {
    if case .member(_, let member) = kind { member } else { nil }
  }
}

extension Elaborator.Reading {
  /// A place in the formula with a few words.
  func label(_ expression: Expression, _ text: String) -> Diagnostic.Label {
    .init(source.span(of: expression.range), text)
  }
}
