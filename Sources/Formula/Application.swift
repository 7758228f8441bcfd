import Graph
import Ops
import Tensor
import Text

/// An expression with what it means.
struct Argument {
  let expression: Expression
  let typed: Typed
}

/// A function or an operator on its arguments: what the functions' rules work with.
struct Application {
  private let elaborator: Elaborator
  private let reading: Elaborator.Reading
  private let node: Expression
  /// The function's name, or the operator.
  let name: String
  /// The arguments, in reading order.
  let arguments: [Argument]

  init(
    _ elaborator: Elaborator, _ reading: Elaborator.Reading, _ node: Expression, _ name: String,
    _ arguments: [Argument]
  ) {
    self.elaborator = elaborator
    self.reading = reading
    self.node = node
    self.name = name
    self.arguments = arguments
  }

  /// The number of examples in a batch.
  var batch: Int { elaborator.batch }

  /// The stream of this draw.
  func stream() -> UInt64 { elaborator.stream(of: name, reading) }

  /// The arguments as numbers, nil if one of them is not known now.
  var numbers: [Double]? {
    let numbers = arguments.compactMap {
      if case .number(let value) = $0.typed { value } else { nil }
    }
    return numbers.count == arguments.count ? numbers : nil
  }

  /// The function on these arguments: a number where all of them are, else nodes of the graph.
  func apply(_ function: Function) throws(Diagnostic) -> Typed {
    guard function.arity.contains(arguments.count) else {
      throw problem(
        "formula-arguments",
        "`\(name)` takes \(function.arityText), but receives \(arguments.count)",
        help: "write `\(function.signature)`")
    }
    if let scalar = function.scalar, let numbers {
      return .number(try finite(numbers.withUnsafeBufferPointer(scalar)))
    }
    let typed = try function.build(self)
    note(function.assumes)
    return typed
  }

  /// Notes what is taken for granted of the arguments.
  func note(_ assumptions: [Assumption]) {
    for (argument, assumption) in zip(arguments, assumptions) {
      guard case .quantity(let quantity) = argument.typed else { continue }
      elaborator.note(assumption, quantity.value, argument.expression, by: name, reading)
    }
  }

  /// A number that this came out as, which must be finite.
  func finite(_ number: Double) throws(Diagnostic) -> Double {
    guard number.isFinite else {
      throw problem(
        "formula-number", "`\(node)` is \(number.isNaN ? "not a number" : "infinite")",
        related: labels)
    }
    return number
  }

  // MARK: Arguments

  /// Argument `index` as a value of the graph.
  func quantity(_ index: Int) throws(Diagnostic) -> Quantity {
    let argument = arguments[index]
    switch argument.typed {
    case .quantity(let quantity): return quantity
    case .number(let number):
      return Quantity(try elaborator.constant(number, argument.expression, reading), nil)
    case .label:
      throw problem(
        "formula-type", "`\(argument.expression)` holds labels, which are no numbers",
        at: argument, help: "use `cross_entropy`, `accuracy` or `one_hot(label, n)`")
    case .outputs(let outputs):
      let first = outputs.first?.name ?? ""
      throw problem(
        "formula-type", "`\(argument.expression)` has several outputs", at: argument,
        note: "they are \(Suggest.list(outputs.map(\.name)))",
        help: "name the one that is meant, as in `\(argument.expression).\(first)`")
    }
  }

  /// Argument `index` as a value for each example, and its shape.
  func examples(_ index: Int) throws(Diagnostic) -> (Value, ExampleShape) {
    let quantity = try quantity(index)
    guard let shape = quantity.shape else {
      throw problem(
        "formula-type", "`\(name)` needs a value for each example, but this is a scalar",
        at: arguments[index])
    }
    return (quantity.value, shape)
  }

  /// Argument `index` as labels: the node and the number of classes.
  func label(_ index: Int) throws(Diagnostic) -> (Value, classes: Int) {
    if case .label(let value, let classes) = arguments[index].typed { return (value, classes) }
    throw problem(
      "formula-type",
      "`\(name)` needs labels here, but `\(arguments[index].expression)` is"
        + " \(arguments[index].typed)", at: arguments[index])
  }

  /// Argument `index` as a whole number from 1: an extent.
  func extent(_ index: Int) throws(Diagnostic) -> Int {
    let argument = arguments[index]
    guard case .number(let number) = argument.typed, let extent = Int(exactly: number), extent >= 1,
      extent <= Shape.limit
    else {
      throw problem(
        "formula-size",
        "`\(name)` needs a whole number from 1 here, but `\(argument.expression)` is"
          + " \(argument.typed)", at: argument)
    }
    return extent
  }

  // MARK: Results

  /// Adds nodes that belong to this expression.
  func build<T>(_ body: (Graph) throws(ShapeError) -> T) throws(Diagnostic) -> T {
    try elaborator.build(node, reading, body)
  }

  /// An op that works element by element on all arguments, which must fit.
  func elementwise(_ op: any Op) throws(Diagnostic) -> Typed {
    if arguments.count == 1 { return try elementwise(op, of: quantity(0)) }
    return try elementwise(quantity(0), quantity(1)) { (graph, a, b) throws(ShapeError) in
      try graph.add(op, a, b)
    }
  }

  /// An op that works element by element on one value.
  func elementwise(_ op: any Op, of v: Quantity) throws(Diagnostic) -> Typed {
    let value = try build { (graph: Graph) throws(ShapeError) in try graph.add(op, v.value) }
    return .quantity(Quantity(value, v.shape))
  }

  /// Works element by element on two values, which must fit.
  func elementwise(
    _ a: Quantity, _ b: Quantity, _ body: (Graph, Value, Value) throws(ShapeError) -> Value
  ) throws(Diagnostic) -> Typed {
    .quantity(try fitted(a, b, body))
  }

  /// Works element by element on two values, which must fit: equal shapes, or one a scalar or a
  /// number per example, which is repeated.
  func fitted(
    _ a: Quantity, _ b: Quantity, _ body: (Graph, Value, Value) throws(ShapeError) -> Value
  ) throws(Diagnostic) -> Quantity {
    guard let shape = a.shape, let other = b.shape, shape != other else {
      let value = try build { (graph: Graph) throws(ShapeError) in
        try body(graph, a.value, b.value)
      }
      return Quantity(value, a.shape ?? b.shape)
    }
    guard shape == .number || other == .number else {
      throw doNotFit(
        "`\(name)` cannot combine \(a) with \(b)",
        note: "two shapes fit when they are equal, or when one is a scalar or a number per example")
    }
    let result = shape == .number ? other : shape
    return try build { (graph: Graph) throws(ShapeError) in
      let left = try repeatable(a, result, graph)
      let right = try repeatable(b, result, graph)
      return Quantity(try body(graph, left, right), result)
    }
  }

  /// A number per example with as many axes as `shape`, so that it broadcasts; others as they are.
  private func repeatable(_ quantity: Quantity, _ shape: ExampleShape, _ graph: Graph)
    throws(ShapeError) -> Value
  {
    guard quantity.shape == .number, shape.rank > 1 else { return quantity.value }
    let ones = [Int](repeating: 1, count: shape.rank)
    return try graph.add(Reshape([batch] + ones), quantity.value)
  }

  // MARK: Problems

  /// An error at this expression, or at one of its arguments.
  func problem(
    _ code: String, _ fact: String, at argument: Argument? = nil,
    related: [Diagnostic.Label] = [], note: String? = nil, help: String? = nil
  ) -> Diagnostic {
    let expression = argument?.expression ?? node
    return reading.source.diagnostic(
      code, fact, at: expression.range, related: related, note: note, help: help)
  }

  /// An error about how the arguments go together, which shows what each of them is.
  func doNotFit(_ fact: String, note: String) -> Diagnostic {
    var problem = problem("formula-shape", fact, related: labels, note: note)
    problem.label = "does not fit"
    return problem
  }

  /// What each argument is, at its place.
  var labels: [Diagnostic.Label] {
    arguments.map { reading.label($0.expression, "\($0.typed)") }
  }
}
