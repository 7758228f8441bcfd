import CKernels
import Graph

/// erf(x) = 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x.
public struct ErrorFunction: Elementwise {
  /// The op, which has no attributes.
  public init() {}

  /// One.
  public static let arity = 1
  /// The kernel's.
  public var instruction: Instruction { Instruction(ASSAY_ERF) }

  /// From -1 to 1.
  public func interval(_ inputs: [Interval]) -> Interval {
    Interval(-1, 1, isReached: !inputs[0].isFinite)
  }

  /// dy 2 / sqrt(pi) e^(-x^2).
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let square = try graph.add(Square(), inputs[0])
    let bell = try graph.add(Exponential(), graph.add(Negate(), square))
    return [try graph.add(Multiply(), dy, graph.scale(bell, by: 1.1283792))]
  }

  /// A tensor and a scalar.
  public static var examples: [Example] { unary(Self(), .numbers) }
}
