import CKernels
import Graph
import Tensor

/// What ops that enlarge images by whole factors, and their adjoints, check and know.
protocol Upsampling: ListedOp {
  /// The op that takes gradients back: the linear map's transpose.
  associatedtype Adjoint: Upsampling
  /// Whether the op enlarges; an adjoint makes smaller.
  static var enlarges: Bool { get }
  /// How often the extents are multiplied.
  var factor: Extent { get }
  /// The op with a factor for each direction.
  init(height: Int, width: Int)
}

extension Upsampling {
  /// The factors.
  public var attributes: String { "\(factor)" }

  /// Of [N, H, W, C]: [N, height H, width W, C], or the other way round.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expectNumbers(1, inputs)
    return try Self.enlarges ? enlarged(inputs[0], inputs) : shrunk(inputs[0], inputs)
  }

  /// The input's, which are repeated or mixed; an adjoint adds them up.
  public func interval(_ inputs: [Interval]) -> Interval {
    Self.enlarges ? inputs[0] : .unknown
  }

  /// The adjoint's.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [try graph.add(Adjoint(height: factor.height, width: factor.width), dy)] }

  private func expectImages(_ inputs: [Shape]) throws(ShapeError) {
    try expectRank(4, "images [N, H, W, C]", 0, inputs)
    guard (1...Window.limit).contains(factor.height), (1...Window.limit).contains(factor.width)
    else { throw failure("cannot enlarge images \(factor) times", inputs) }
  }

  /// The shape of enlarged images x [N, H, W, C].
  private func enlarged(_ x: Shape, _ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expectImages(inputs)
    let (height, tall) = x[1].multipliedReportingOverflow(by: factor.height)
    let (width, wide) = x[2].multipliedReportingOverflow(by: factor.width)
    if tall || wide { throw failure("cannot enlarge \(x) \(factor) times", inputs) }
    return try checked([x[0], height, width, x[3]], inputs)
  }

  /// The shape of the images whose enlargement is y.
  private func shrunk(_ y: Shape, _ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expectImages(inputs)
    guard y[1] % factor.height == 0, y[2] % factor.width == 0 else {
      throw failure("needs extents that \(factor) divides, but the input is \(y)", inputs)
    }
    return Shape([y[0], y[1] / factor.height, y[2] / factor.width, y[3]])
  }

  /// As the kernels take it, between images x and larger ones y.
  func bound(_ x: Shape, _ y: Shape) -> assay_resize {
    assay_resize(
      batch: Int64(x[0]), height: Int64(x[1]), width: Int64(x[2]), channels: Int64(x[3]),
      out_height: Int64(y[1]), out_width: Int64(y[2]))
  }
}
