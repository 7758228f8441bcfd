import CKernels
import Graph
import Tensor

/// dw = the gradient of y = conv(x, w) with respect to w, from x and dy.
public struct ConvWeightGradient: Convolving {
  /// The geometry of the convolution from x to y.
  public let geometry: ConvGeometry

  /// The weight gradient of the convolution of `geometry`.
  public init(_ geometry: ConvGeometry) { self.geometry = geometry }

  /// Of x [N, H, W, IC] and dy [N, OH, OW, OC]: [KH, KW, IC / groups, OC].
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let count = try expectBatch(inputs)
    try expectShape(geometry.input(count), 0, inputs)
    try expectShape(geometry.output(count), 1, inputs)
    return try checked(geometry.weights.dims, inputs)
  }

  /// It is linear in both: with g for the gradient here, the input gradient with weights g, and
  /// conv(x, g).
  public func gradient(_ g: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let (x, dy) = (inputs[0], inputs[1])
    return [
      try graph.add(ConvInputGradient(geometry), dy, g),
      try graph.add(Convolution(geometry), x, g),
    ]
  }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (x, dy, dw) = (inputs[0].floats, inputs[1].floats, output.floats)
    var geometry = geometry.bound(inputs[0].shape[0])
    return { _ in assay_conv_weight_gradient(dw, x, dy, &geometry) }
  }

  /// Two for each tap of each element of dy.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int {
    geometry.operations(inputs[0][0])
  }

  /// All geometries.
  public static var examples: [Example] {
    ConvGeometry.examples.map {
      Example(
        ConvWeightGradient($0), .numbers($0.input(2).dims), .numbers($0.output(2).dims))
    }
  }
}
