import CKernels
import Graph
import Tensor

/// y = x where x > 0, else `slope` x.
public struct LeakyReLU: Elementwise {
  /// The slope where x < 0, not below 0.
  public let slope: Float

  /// The rectifier with the slope `slope`.
  public init(_ slope: Float) { self.slope = slope }

  /// `leaky_relu`, which the type's spelling would not give.
  public static let name = "leaky_relu"
  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_LEAKY_RELU, slope) }
  /// The slope.
  public var attributes: String { "\(slope)" }

  /// The input's.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expectNumbers(1, inputs)
    guard slope >= 0 else { throw failure("takes slopes from 0, not \(slope)", inputs) }
    return inputs[0]
  }

  /// It never falls.
  public func interval(_ inputs: [Interval]) -> Interval {
    let slope = Double(slope)
    return inputs[0].rising { $0 > 0 ? $0 : slope == 0 ? 0 : slope * $0 }
  }

  /// dy where x > 0, which is where y > 0, so that x need not be kept; else `slope` dy.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let isPositive = try graph.add(Greater(), output, graph.constant(0))
    let factor = try graph.add(Select(), isPositive, graph.constant(1), graph.constant(slope))
    return [try graph.add(Multiply(), dy, factor)]
  }

  /// A tensor and a scalar, and the ends of what slopes are in use.
  public static var examples: [Example] {
    unary(Self(0.2), .apart) + [
      Example(Self(0), .apart([2, 3])), Example(Self(1), .apart([2, 3])),
    ]
  }
}
