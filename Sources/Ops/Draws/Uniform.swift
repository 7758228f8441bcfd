import CKernels
import Graph
import Tensor

/// Uniform numbers of 0 ..< 1, drawn anew at every update.
public struct Uniform: Draw {
  /// The stream, a hash of the draw's place in the experiment.
  public let stream: UInt64
  /// The extents of the result.
  public let dims: [Int]

  /// A draw of shape `dims` from `stream`.
  public init(stream: UInt64, _ dims: [Int]) {
    self.stream = stream
    self.dims = dims
  }

  /// From 0 to 1.
  public func interval(_ inputs: [Interval]) -> Interval { .unit }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (y, count, stream) = (output.floats, Int64(output.shape.count), stream)
    let each = count / Int64(max(dims.first ?? 1, 1))
    return { moment in
      assay_random_uniform(
        y, Int64(moment.first) * each, count, moment.seed, stream, moment.update)
    }
  }
}
