import CKernels
import Graph
import Tensor

/// Uniform numbers of 0 ..< 1: a function of the seed, the stream and the update's number alone
/// (`random.h`), drawn anew at every update.
public struct Uniform: ListedOp {
  /// The stream, a hash of the draw's place in the experiment.
  public let stream: UInt64
  /// The extents of the result.
  public let dims: [Int]

  /// A draw of shape `dims` from `stream`.
  public init(stream: UInt64, _ dims: [Int]) {
    self.stream = stream
    self.dims = dims
  }

  /// The stream.
  public var attributes: String { "stream " + String(stream, radix: 16) }

  /// Never folded: it changes.
  public var traits: Traits {
    var traits = Traits()
    traits.isFoldable = false
    return traits
  }

  /// `dims`.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expect(0, inputs)
    return try checked(dims, inputs)
  }

  /// Nothing to pass on.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [] }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (y, count, stream) = (output.floats, Int64(output.shape.count), stream)
    return { moment in assay_random_uniform(y, count, moment.seed, stream, moment.update) }
  }

  /// A number per example and an image.
  public static var examples: [Example] {
    [Example(Uniform(stream: 1, [33, 1])), Example(Uniform(stream: 2, [2, 3, 3, 2]))]
  }
}
