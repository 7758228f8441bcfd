import CKernels
import Graph
import Tensor

/// Images enlarged `height` times down and `width` times to the right, linear between the pixels
/// and with the corners aligned as with PyTorch's align_corners=False (`pooling.h`).
public struct UpsampleBilinear: Upsampling {
  typealias Adjoint = UpsampleBilinearGradient
  static let enlarges = true
  /// How often the extents are multiplied.
  public let factor: Extent

  /// The op with a factor for each direction.
  public init(height: Int, width: Int) { factor = Extent(height: height, width: width) }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (x, y) = (inputs[0].floats, output.floats)
    var resize = bound(inputs[0].shape, output.shape)
    return { _ in assay_resize_bilinear(y, x, &resize) }
  }

  /// Four fused multiply-adds a pixel.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int {
    8 * output.count
  }

  /// Both directions, and one.
  public static var examples: [Example] {
    [
      Example(UpsampleBilinear(height: 2, width: 3), .numbers([2, 3, 2, 2])),
      Example(UpsampleBilinear(height: 1, width: 2), .numbers([1, 2, 4, 1])),
    ]
  }
}
