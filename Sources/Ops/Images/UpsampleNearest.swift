import CKernels
import Graph
import Tensor

/// Each pixel repeated `height` times down and `width` times to the right.
public struct UpsampleNearest: Upsampling {
  typealias Adjoint = UpsampleNearestGradient
  static let enlarges = true
  /// How often the extents are multiplied.
  public let factor: Extent

  /// The op with a factor for each direction.
  public init(height: Int, width: Int) { factor = Extent(height: height, width: width) }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (x, y) = (inputs[0].floats, output.floats)
    var resize = bound(inputs[0].shape, output.shape)
    return { _ in assay_resize_nearest(y, x, &resize) }
  }

  /// None.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int {
    0
  }

  /// Both directions, and one.
  public static var examples: [Example] {
    [
      Example(UpsampleNearest(height: 2, width: 3), .numbers([2, 3, 2, 2])),
      Example(UpsampleNearest(height: 1, width: 2), .numbers([1, 2, 4, 1])),
    ]
  }
}
