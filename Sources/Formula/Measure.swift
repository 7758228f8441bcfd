import Graph
import Ops
import Tensor
import Text

/// What a metric's formula comes to on a whole set of data: means over all of its examples, and
/// what is computed from them, once.
///
/// `mean((v - 1)^2) / mean(v)` has two means; each is taken over every example of the set, so that
/// the result depends on no batch's size. A number per example is its own mean.
public struct Measure: Sendable {
  /// The means, by their places in ``Means/sums``.
  let means: [Int]
  /// What is computed from numbers with names, then from the means, then from what the programs
  /// before gave: the last gives the result.
  let programs: [NumberProgram]

  /// The value; NaN where some part of the formula is not finite.
  ///
  /// - Parameters:
  ///   - numbers: what the names stand for at the moment, in the order given to ``Means``.
  ///   - means: the mean of each of ``Means/sums``.
  public func value(_ numbers: [Double], means: [Double]) -> Double {
    var values = numbers + self.means.map { means[$0] }
    for program in programs { values.append(program.number(values) ?? .nan) }
    return values.last ?? .nan
  }
}

/// Brings the formulas of metrics down to means over all examples, in the graph of an elaborator.
public struct Means {
  /// For each mean the sum of an example's values, a number per example, and how many values it is
  /// of. Equal ones are one.
  public private(set) var sums: [(value: Value, count: Int)] = []
  private let elaborator: Elaborator
  private let names: [String]

  /// No means yet; `names` are the numbers that change from step to step.
  public init(_ elaborator: Elaborator, names: [String]) {
    self.elaborator = elaborator
    self.names = names
  }

  /// What `formula` comes to; throws where it is no number, or where a mean stands within what is
  /// computed for each example.
  public mutating func measure(_ formula: Formula, in scope: any FormulaScope)
    throws(Diagnostic) -> Measure
  {
    var lifting = Lifting(elaborator, names, sums)
    let measure = try lifting.measure(formula, in: scope)
    sums = lifting.sums
    return measure
  }
}

/// One formula on its way from a value of one batch to means over all.
private struct Lifting {
  let elaborator: Elaborator
  let names: [String]
  var sums: [(value: Value, count: Int)]
  /// The places of the formula's means in `sums`.
  private var means: [Int] = []
  /// The formulas of scalars that are to be computed, each after those that it uses, with what
  /// parts of them stand for.
  private var lifted: [(reading: Elaborator.Reading, expression: Expression, parts: Parts)] = []
  /// Where the value of a lifted formula lies in `lifted`, by its path.
  private var places: [String: Int] = [:]

  /// What the parts of one formula stand for, by their ranges.
  private typealias Parts = [Range<Int>: Part]

  private enum Part {
    case number(Double)
    /// The number with the name at this place.
    case named(Int)
    /// The mean at this place in `means`.
    case mean(Int)
    /// The value of the formula at this place in `lifted`.
    case formula(Int)
  }

  init(_ elaborator: Elaborator, _ names: [String], _ sums: [(value: Value, count: Int)]) {
    self.elaborator = elaborator
    self.names = names
    self.sums = sums
  }

  mutating func measure(_ formula: Formula, in scope: any FormulaScope) throws(Diagnostic)
    -> Measure
  {
    let (result, reading) = elaborator.read(formula, scope)
    let whole = formula.expression
    switch try result.get() {
    case .quantity(let quantity) where quantity.shape == .number:
      let mean = try mean(of: quantity, whole, reading)
      lifted.append((reading, whole, [whole.range: .mean(mean)]))
    case .number: _ = try lift(formula, whole, reading)
    case .quantity(let quantity) where quantity.shape == nil:
      _ = try lift(formula, whole, reading)
    case .quantity, .label, .outputs: throw elaborator.notScalar(whole, reading, "a metric")
    }
    return Measure(means: means, programs: try programs())
  }

  private func programs() throws(Diagnostic) -> [NumberProgram] {
    var programs: [NumberProgram] = []
    for (reading, expression, parts) in lifted {
      let program = NumberProgram(expression) { part in
        switch parts[part.range] {
        case .number(let number): .number(number)
        case .named(let place): .value(place)
        case .mean(let place): .value(names.count + place)
        case .formula(let place): .value(names.count + means.count + place)
        case nil: nil
        }
      }
      guard let program else { throw notOfMeans(expression, reading) }
      programs.append(program)
    }
    return programs
  }

  /// The place of a scalar formula's value in `lifted`.
  private mutating func lift(
    _ formula: Formula, _ expression: Expression, _ reading: Elaborator.Reading
  ) throws(Diagnostic) -> Int {
    if let place = places[formula.path] { return place }
    var parts: Parts = [:]
    try collect(expression, reading, &parts)
    lifted.append((reading, expression, parts))
    places[formula.path] = lifted.count - 1
    return lifted.count - 1
  }

  /// Finds what the parts of a scalar expression stand for.
  private mutating func collect(
    _ expression: Expression, _ reading: Elaborator.Reading, _ parts: inout Parts
  ) throws(Diagnostic) {
    if case .number(let number)? = reading.types[expression.range] {
      parts[expression.range] = .number(number)
      return
    }
    if let name = expression.dottedName ?? expression.name,
      let meaning = reading.scope.meaning(of: name)
    {
      parts[expression.range] = try part(name, meaning)
      return
    }
    switch expression.kind {
    case .call(let callee, let arguments):
      if let v = expression.exampleMean(reading) {
        parts[expression.range] = .mean(try mean(of: v, arguments[0], reading))
      } else {
        guard callee.name.flatMap(Function.named)?.scalar != nil else {
          throw notOfMeans(expression, reading)
        }
        for argument in arguments { try collect(argument, reading, &parts) }
      }
    case .negation, .binary:
      for child in expression.children { try collect(child, reading, &parts) }
    case .number, .name, .member: break
    }
  }

  private mutating func part(_ name: String, _ meaning: Meaning) throws(Diagnostic) -> Part? {
    switch meaning {
    case .number(let number): return .number(number)
    case .schedule: return names.firstIndex(of: name).map(Part.named)
    case .batch: return nil
    case .definition(let formula, let scope):
      let (result, reading) = elaborator.read(formula, scope)
      if case .number(let number) = try result.get() { return .number(number) }
      return .formula(try lift(formula, formula.expression, reading))
    }
  }

  /// The place in `means` of the mean of `v`, which `expression` says.
  private mutating func mean(
    of v: Quantity, _ expression: Expression, _ reading: Elaborator.Reading
  ) throws(Diagnostic) -> Int {
    var search = MeanSearch(elaborator)
    if let problem = search.problem(in: expression, reading) { throw problem }
    let shape = v.shape ?? .number
    let application = Application(elaborator, reading, expression, "mean", [])
    let sum = try application.sum(v.value, shape)
    let known = sums.firstIndex { $0.value == sum && $0.count == shape.count }
    if known == nil { sums.append((sum, shape.count)) }
    means.append(known ?? sums.count - 1)
    return means.count - 1
  }

  private func notOfMeans(_ expression: Expression, _ reading: Elaborator.Reading) -> Diagnostic {
    reading.source.diagnostic(
      "metric-not-of-means", "`\(expression)` is not computed from means over examples",
      at: expression.range,
      note: "around `mean`, a metric takes arithmetic and functions of numbers")
  }
}

extension Expression {
  /// The value whose mean over a batch's examples this is, where it is one.
  fileprivate func exampleMean(_ reading: Elaborator.Reading) -> Quantity? {
    guard case .call(let callee, let arguments) = kind, callee.name == "mean",
      arguments.count == 1, case .quantity(let v)? = reading.types[arguments[0].range],
      v.shape != nil
    else { return nil }
    return v
  }
}

/// Looks for a mean over examples within what is computed for each example.
private struct MeanSearch {
  private let elaborator: Elaborator
  private var seen: Set<String> = []

  init(_ elaborator: Elaborator) { self.elaborator = elaborator }

  /// What is wrong with an expression that must be a value for each example; nil for nothing.
  mutating func problem(
    in expression: Expression, _ reading: Elaborator.Reading, gradient: Expression? = nil
  ) -> Diagnostic? {
    if expression.exampleMean(reading) != nil {
      return nested(expression, reading, gradient)
    }
    if let name = expression.dottedName ?? expression.name,
      case .definition(let formula, let scope)? = reading.scope.meaning(of: name)
    {
      guard seen.insert(formula.path).inserted else { return nil }
      let read = elaborator.read(formula, scope).reading
      var problem = problem(in: formula.expression, read, gradient: gradient)
      problem?.related.append(reading.label(expression, "used here"))
      return problem
    }
    var gradient = gradient
    if case .call(let callee, _) = expression.kind, callee.name == "gradient" {
      gradient = expression
    }
    for child in expression.children {
      if let problem = problem(in: child, reading, gradient: gradient) { return problem }
    }
    return nil
  }

  private func nested(
    _ mean: Expression, _ reading: Elaborator.Reading, _ gradient: Expression?
  ) -> Diagnostic {
    reading.source.diagnostic(
      "nested-mean", "a `mean` stands within what a metric computes for each example",
      at: mean.range, label: "is over all examples, and known at the end only",
      note:
        "a metric takes each `mean` over the whole set, then computes once what stands around it",
      help: gradient == nil
        ? "take it apart: `mean(a) - mean(b)`, or for a variance `mean(v^2) - mean(v)^2`"
        : "`gradient(v, a)` is of the sum of `v` over the examples: leave `mean` out")
  }
}
