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
