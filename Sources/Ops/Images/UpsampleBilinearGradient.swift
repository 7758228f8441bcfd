import CKernels
import Graph
import Tensor

/// The adjoint of `UpsampleBilinear`: dx from dy.
public struct UpsampleBilinearGradient: Upsampling {
  typealias Adjoint = UpsampleBilinear
  static let enlarges = false
  /// How often the extents are multiplied.
  public let factor: Extent

  /// The op with a factor for each direction.
  public init(height: Int, width: Int) { factor = Extent(height: height, width: width) }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (dy, dx) = (inputs[0].floats, output.floats)
    var resize = bound(output.shape, inputs[0].shape)
    return { _ in assay_resize_bilinear_gradient(dx, dy, &resize) }
  }

  /// Four fused multiply-adds for each element of dy.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int {
    8 * inputs[0].count
  }

  /// Both directions, and one.
  public static var examples: [Example] {
    [
      Example(UpsampleBilinearGradient(height: 2, width: 3), .numbers([2, 6, 6, 2])),
      Example(UpsampleBilinearGradient(height: 1, width: 2), .numbers([1, 2, 8, 1])),
    ]
  }
}
