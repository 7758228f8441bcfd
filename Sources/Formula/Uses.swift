/// What a formula needs, read off its text and that of the `let` names it uses.
public struct Uses: Sendable {
  /// A network that is called.
  public struct Network: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Whether with its averaged weights.
    public let isAveraged: Bool

    /// The network `name`.
    public init(name: String, isAveraged: Bool) {
      self.name = name
      self.isAveraged = isAveraged
    }
  }

  /// The networks that are called: a formula's own before those of the `let` names in it.
  public private(set) var networks: [Network] = []
  /// The names that are not defined by formulas, such as `x` and `beta`, in the same order.
  public private(set) var names: [String] = []
  /// The paths of the `let` formulas that are used.
  public private(set) var definitions: [String] = []
  /// Whether random numbers are drawn.
  public private(set) var draws = false
  /// Whether the batch is used: `x` or `label`.
  public private(set) var usesBatch = false
  /// Whether the value changes with `step`, `epoch`, `progress` or a scheduled parameter.
  public private(set) var changesWithTime = false

  /// What `formula` needs when its names have their meaning in `scope`.
  public init(of formula: Formula, in scope: any FormulaScope) {
    pending = [(formula.expression, scope)]
    // A list instead of recursion: `let` names may form a long chain, or a circle.
    while let (expression, scope) = pending.popLast() { collect(expression, scope) }
  }

  /// The definitions that are still to be read.
  private var pending: [(Expression, any FormulaScope)] = []
  /// What the lists hold, to be looked up.
  private var listed: Set<Network> = []
  private var named: Set<String> = []
  private var defined: Set<String> = []

  private mutating func collect(_ expression: Expression, _ scope: any FormulaScope) {
    if let name = expression.dottedName ?? expression.name,
      let meaning = scope.meaning(of: name)
    {
      collect(name, meaning)
    } else if let name = expression.name {
      add(name)
    } else if case .call(let callee, let arguments) = expression.kind {
      collect(callee: callee)
      for argument in arguments { collect(argument, scope) }
    } else {
      for child in expression.children { collect(child, scope) }
    }
  }

  private mutating func collect(_ name: String, _ meaning: Meaning) {
    switch meaning {
    case .definition(let formula, let scope):
      guard defined.insert(formula.path).inserted else { return }
      definitions.append(formula.path)
      pending.append((formula.expression, scope))
      return
    case .batch: usesBatch = true
    case .schedule: changesWithTime = true
    case .number: break
    }
    add(name)
  }

  private mutating func collect(callee: Expression) {
    if let network = callee.averagedNetwork {
      add(Network(name: network, isAveraged: true))
    } else if let name = callee.name {
      if let function = Function.named(name) {
        if function.isDraw { draws = true }
      } else {
        add(Network(name: name, isAveraged: false))
      }
    }
  }

  private mutating func add(_ name: String) {
    if named.insert(name).inserted { names.append(name) }
  }

  private mutating func add(_ network: Network) {
    if listed.insert(network).inserted { networks.append(network) }
  }
}

extension Expression {
  /// The network in `average(network)`, nil for anything else.
  var averagedNetwork: String? {
    guard case .call(let callee, let arguments) = kind, callee.name == "average",
      arguments.count == 1
    else { return nil }
    return arguments[0].name
  }
}
