import CKernels
import Graph
import Tensor

/// y = x^n for an integer n, by repeated multiplication; 1 / x^-n where n is negative.
public struct Power: Elementwise {
  /// The largest size of an exponent: all integers up to it are exact as float32.
  public static let limit = 1 << 24
  /// The integer n, at most `limit` in size.
  public let exponent: Int

  /// The power with the exponent `exponent`.
  public init(_ exponent: Int) { self.exponent = exponent }

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_POWER_INTEGER, Float(exponent)) }
  /// The exponent.
  public var attributes: String { "\(exponent)" }

  /// The input's.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expectNumbers(1, inputs)
    guard (-Self.limit...Self.limit).contains(exponent) else {
      throw failure("takes exponents up to \(Self.limit), not \(exponent)", inputs)
    }
    return inputs[0]
  }

  /// Of positive exponents: an odd one keeps the order, an even one has no sign.
  public func interval(_ inputs: [Interval]) -> Interval {
    guard (1...64).contains(exponent) else { return .unknown }
    let power = { (x: Double) in (0..<exponent).reduce(1) { product, _ in product * x } }
    if !exponent.isMultiple(of: 2) { return inputs[0].rising(power) }
    let (low, high) = (power(inputs[0].lower), power(inputs[0].upper))
    let keepsSign = inputs[0].lower > 0 || inputs[0].upper < 0
    return Interval(
      keepsSign ? min(low, high) : 0, max(low, high), isReached: inputs[0].isReached)
  }

  /// dy n x^(n - 1).
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    if exponent == 0 { return [nil] }
    let power = try graph.add(Power(exponent - 1), inputs[0])
    let slope = try graph.scale(power, by: Float(exponent))
    return [try graph.add(Multiply(), dy, slope)]
  }

  /// Positive, negative and no powers.
  public static var examples: [Example] {
    [-3, -1, 0, 1, 2, 5].map { Example(Power($0), .positive([2, 3])) }
  }
}
