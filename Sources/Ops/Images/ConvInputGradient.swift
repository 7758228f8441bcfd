import CKernels
import Graph
import Tensor

/// dx = the gradient of y = conv(x, w) with respect to x, from dy and w: a transposed convolution.
/// Pixels of x that no window reaches get 0.
public struct ConvInputGradient: Convolving {
  /// The geometry of the convolution from x to y.
  public let geometry: ConvGeometry

  /// The input gradient of the convolution of `geometry`.
  public init(_ geometry: ConvGeometry) { self.geometry = geometry }

  /// Of dy [N, OH, OW, OC] and w [KH, KW, IC / groups, OC]: [N, H, W, IC].
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let count = try expectBatch(inputs)
    try expectShape(geometry.output(count), 0, inputs)
    try expectShape(geometry.weights, 1, inputs)
    return try checked(geometry.input(count).dims, inputs)
  }

  /// It is linear in both: with g for the gradient here, conv(g, w) and the weight gradient of g.
  public func gradient(_ g: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let (dy, w) = (inputs[0], inputs[1])
    return [
      try graph.add(Convolution(geometry), g, w),
      try graph.add(ConvWeightGradient(geometry), g, dy),
    ]
  }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (dy, w, dx) = (inputs[0].floats, inputs[1].floats, output.floats)
    var geometry = geometry.bound(output.shape[0])
    return { _ in assay_conv_input_gradient(dx, dy, w, &geometry) }
  }

  /// Two for each tap of each element of dy.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int {
    geometry.operations(inputs[0][0])
  }

  /// All geometries.
  public static var examples: [Example] {
    ConvGeometry.examples.map {
      Example(
        ConvInputGradient($0), .numbers($0.output(2).dims), .numbers($0.weights.dims))
    }
  }
}
