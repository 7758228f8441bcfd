import Graph
import Tensor

/// What draws of random numbers check and know: a function of the seed, the stream and the update's
/// number alone (`random.h`), drawn anew at every update.
protocol Draw: ListedOp {
  /// The stream, a hash of the draw's place in the experiment.
  var stream: UInt64 { get }
  /// The extents of the result.
  var dims: [Int] { get }
  /// A draw of shape `dims` from `stream`.
  init(stream: UInt64, _ dims: [Int])
}

extension Draw {
  /// The stream.
  public var attributes: String { "stream " + String(stream, radix: 16) }

  /// It changes with every update.
  public var traits: Traits { .changing }

  /// `dims`.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expect(0, inputs)
    return try checked(dims, inputs)
  }

  /// Nothing to pass on.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [] }

  /// A number per example and an image.
  public static var examples: [Example] {
    [Example(Self(stream: 1, [33, 1])), Example(Self(stream: 2, [2, 3, 3, 2]))]
  }
}
