import CKernels
import Graph
import Ops
import Tensor
import Text

/// The operators.
extension Application {
  /// `-v`
  func negation() throws(Diagnostic) -> Typed {
    if let numbers { return .number(-numbers[0]) }
    return try elementwise(Negate())
  }

  /// `a + b` and the like.
  func binary(_ symbol: Expression.Operator) throws(Diagnostic) -> Typed {
    if symbol == .divide, case .number(0) = arguments[1].typed {
      throw problem("formula-number", "division by zero", at: arguments[1])
    }
    if let numbers { return .number(try finite(symbol(numbers[0], numbers[1]))) }
    switch symbol {
    case .add: return try elementwise(Add())
    case .subtract: return try elementwise(Subtract())
    case .multiply: return try elementwise(Multiply())
    case .divide: return try elementwise(Divide())
    case .power:
      note([.difference])
      return try power()
    }
  }

  /// v^e on tensors: repeated multiplication for a whole number e, else exp(e log v).
  private func power() throws(Diagnostic) -> Typed {
    if case .number(let exponent) = arguments[1].typed, let whole = Int(exactly: exponent) {
      guard abs(whole) <= Power.limit else {
        throw problem("formula-number", "the exponent is too large", at: arguments[1])
      }
      return try elementwise(Power(whole), of: quantity(0))
    }
    if case .number(let base) = arguments[0].typed, base <= 0 {
      throw problem(
        "formula-number", "only a positive number has powers with any exponent",
        at: arguments[0])
    }
    return try elementwise(quantity(0), quantity(1)) { (graph, base, exponent) throws(ShapeError) in
      let log = try graph.add(Logarithm(), base)
      return try graph.add(Exponential(), graph.add(Multiply(), exponent, log))
    }
  }
}

extension Expression.Operator {
  /// The operator on numbers.
  public func callAsFunction(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .power: Self.power(a, b)
    }
  }

  /// a^b on numbers: for whole b of at most 1024, repeated multiplication, so that powers of whole
  /// numbers are exact as long as they fit.
  private static func power(_ base: Double, _ exponent: Double) -> Double {
    guard let count = Int(exactly: exponent), abs(count) <= 1024 else {
      return assay_pow(base, exponent)
    }
    let power = (0..<abs(count)).reduce(1.0) { product, _ in product * base }
    return count < 0 ? 1 / power : power
  }
}
