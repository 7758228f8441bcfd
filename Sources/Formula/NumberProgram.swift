/// A formula of numbers in the form for repeated evaluation, which allocates nothing: instructions
/// on a stack of numbers. It gives the bits of `Formula.number`.
public struct NumberProgram: Sendable {
  private enum Instruction: Sendable {
    /// Pushes a number.
    case number(Double)
    /// Pushes the value at a place.
    case value(Int)
    /// Replaces the top.
    case negation
    /// Replaces the two numbers on top.
    case binary(Expression.Operator)
    /// Replaces as many numbers on top as the function takes.
    case call(@Sendable (UnsafeBufferPointer<Double>) -> Double, count: Int)
  }

  private var instructions: [Instruction] = []
  /// The most numbers that lie on the stack.
  private var depth = 0

  /// What a part of a formula stands for, where it is not computed from its own parts.
  enum Reference: Sendable {
    /// A number that never changes.
    case number(Double)
    /// The value at a place.
    case value(Int)
  }

  /// The program of `formula`, whose names stand for the values at their places in `names`; nil
  /// where `Formula.number` would refuse it whatever the values.
  public init?(_ formula: Formula, names: [String]) {
    self.init(formula.expression) { part in
      guard let name = part.name else { return nil }
      return names.firstIndex(of: name).map(Reference.value)
        ?? (name == "pi" ? .number(.pi) : nil)
    }
  }

  /// The program of an expression, parts of which stand for what `reference` says; nil where
  /// something else in it is not computed from numbers.
  init?(_ expression: Expression, reference: (Expression) -> Reference?) {
    guard add(expression, reference, below: 0) else { return nil }
  }

  private mutating func add(
    _ expression: Expression, _ reference: (Expression) -> Reference?, below: Int
  ) -> Bool {
    depth = max(depth, below + 1)
    switch reference(expression) {
    case .number(let number):
      instructions.append(.number(number))
      return true
    case .value(let place):
      instructions.append(.value(place))
      return true
    case nil: break
    }
    switch expression.kind {
    case .number(let number): instructions.append(.number(number))
    case .name, .member: return false
    case .negation(let operand):
      guard add(operand, reference, below: below) else { return false }
      instructions.append(.negation)
    case .binary(let symbol, let left, let right):
      guard add(left, reference, below: below), add(right, reference, below: below + 1) else {
        return false
      }
      instructions.append(.binary(symbol))
    case .call(let callee, let arguments):
      guard let function = callee.name.flatMap(Function.named), let scalar = function.scalar,
        function.arity.contains(arguments.count)
      else { return false }
      for (index, argument) in arguments.enumerated() {
        guard add(argument, reference, below: below + index) else { return false }
      }
      instructions.append(.call(scalar, count: arguments.count))
    }
    return true
  }

  /// The number that comes out of `values`; nil where some part of the formula is not finite.
  public func number(_ values: [Double]) -> Double? {
    // On the thread's own stack up to 128 numbers: deeper than anyone writes a schedule.
    withUnsafeTemporaryAllocation(of: Double.self, capacity: depth) { stack in
      var count = 0
      for instruction in instructions {
        switch instruction {
        case .number(let number):
          stack.initializeElement(at: count, to: number)
          count += 1
        case .value(let place):
          stack.initializeElement(at: count, to: values[place])
          count += 1
        case .negation: stack[count - 1].negate()
        case .binary(let symbol):
          count -= 1
          stack[count - 1] = symbol(stack[count - 1], stack[count])
          guard stack[count - 1].isFinite else { return nil }
        case .call(let scalar, let taken):
          count -= taken - 1
          stack[count - 1] = scalar(
            UnsafeBufferPointer(rebasing: stack[count - 1..<count - 1 + taken]))
          guard stack[count - 1].isFinite else { return nil }
        }
      }
      return stack[0]
    }
  }
}
