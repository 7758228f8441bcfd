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

  /// The program of `formula`, whose names stand for the values at their places in `names`; nil
  /// where `Formula.number` would refuse it whatever the values.
  public init?(_ formula: Formula, names: [String]) {
    guard add(formula.expression, names, below: 0) else { return nil }
  }

  private mutating func add(_ expression: Expression, _ names: [String], below: Int) -> Bool {
    depth = max(depth, below + 1)
    switch expression.kind {
    case .number(let number): instructions.append(.number(number))
    case .name(let name):
      if let place = names.firstIndex(of: name) {
        instructions.append(.value(place))
      } else if name == "pi" {
        instructions.append(.number(.pi))
      } else {
        return false
      }
    case .member: return false
    case .negation(let operand):
      guard add(operand, names, below: below) else { return false }
      instructions.append(.negation)
    case .binary(let symbol, let left, let right):
      guard add(left, names, below: below), add(right, names, below: below + 1) else {
        return false
      }
      instructions.append(.binary(symbol))
    case .call(let callee, let arguments):
      guard let function = callee.name.flatMap(Function.named), let scalar = function.scalar,
        function.arity.contains(arguments.count)
      else { return false }
      for (index, argument) in arguments.enumerated() {
        guard add(argument, names, below: below + index) else { return false }
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
