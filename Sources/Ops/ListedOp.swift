import Graph
import Tensor

/// An op of the list `allOps`: one file with its shape rule, its gradient rule, its kernel call and
/// its examples.
public protocol ListedOp: Op {
  /// Small uses of the op, which together reach all that its attributes can change. Every test of
  /// all ops runs on them: values, gradients of first and second order, bits on every path.
  static var examples: [Example] { get }
}

/// One use of an op.
public struct Example: Sendable {
  /// The op with its attributes.
  public let op: any Op
  /// What it is given.
  public let inputs: [Argument]

  /// The use of `op` on `inputs`.
  public init(_ op: any Op, _ inputs: Argument...) {
    self.op = op
    self.inputs = inputs
  }

  /// What an input of an example holds.
  public enum Values: Hashable, Sendable {
    /// Any numbers of about -2...2.
    case numbers
    /// Numbers that differ from each other, from those of the other inputs and from 0 by more than
    /// a finite difference takes: for ops with kinks and ties.
    case apart
    /// Numbers of about 0.5...3.
    case positive
    /// Zeros and ones, as comparisons give them.
    case flags
    /// Integers of 0 ..< classes.
    case labels(classes: Int)
  }

  /// One input of an example.
  public struct Argument: Hashable, Sendable {
    /// What it holds.
    public let values: Values
    /// Its shape.
    public let shape: Shape

    /// An input of shape `dims` that holds `values`.
    public init(_ values: Values, _ dims: [Int]) {
      self.values = values
      if case .labels = values { shape = Shape(dims, .int32) } else { shape = Shape(dims) }
    }

    /// Any numbers.
    public static func numbers(_ dims: [Int]) -> Argument { Argument(.numbers, dims) }
    /// Numbers that are no neighbours.
    public static func apart(_ dims: [Int]) -> Argument { Argument(.apart, dims) }
    /// Positive numbers.
    public static func positive(_ dims: [Int]) -> Argument { Argument(.positive, dims) }
    /// Zeros and ones.
    public static func flags(_ dims: [Int]) -> Argument { Argument(.flags, dims) }
    /// Integers of 0 ..< classes.
    public static func labels(_ dims: [Int], classes: Int) -> Argument {
      Argument(.labels(classes: classes), dims)
    }
  }
}
