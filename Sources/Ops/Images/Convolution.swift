import CKernels
import Graph
import Tensor

/// y = conv(x, w): each element of y is the sum, over the taps of the kernel and the channels of its
/// group, of the pixel of x under the tap times the weight. The kernel is not flipped, as in
/// every library for networks.
public struct Convolution: Convolving {
  /// The extents, the window and the groups.
  public let geometry: ConvGeometry

  /// The convolution of `geometry`.
  public init(_ geometry: ConvGeometry) { self.geometry = geometry }

  /// Of x [N, H, W, IC] and w [KH, KW, IC / groups, OC]: [N, OH, OW, OC].
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let count = try expectBatch(inputs)
    try expectShape(geometry.input(count), 0, inputs)
    try expectShape(geometry.weights, 1, inputs)
    return try checked(geometry.output(count).dims, inputs)
  }

  /// The two other convolutions.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let (x, w) = (inputs[0], inputs[1])
    return [
      try graph.add(ConvInputGradient(geometry), dy, w),
      try graph.add(ConvWeightGradient(geometry), x, dy),
    ]
  }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (x, w, y) = (inputs[0].floats, inputs[1].floats, output.floats)
    var geometry = geometry.bound(output.shape[0])
    return { _ in assay_conv_forward(y, x, w, &geometry) }
  }

  /// Two for each tap of each output element.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int {
    geometry.operations(inputs[0][0])
  }

  /// All geometries.
  public static var examples: [Example] {
    ConvGeometry.examples.map {
      Example(
        Convolution($0), .numbers($0.input(2).dims), .numbers($0.weights.dims))
    }
  }
}
