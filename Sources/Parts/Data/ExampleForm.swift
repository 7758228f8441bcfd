import Tensor

/// What examples look like, known before any is read.
public struct ExampleForm: Hashable, Sendable {
  /// The shape of one example, channels first.
  public var shape: ExampleShape
  /// The least and the greatest value that may occur; nil where nothing is declared.
  public var range: ClosedRange<Float>?

  /// Examples of a shape and a range.
  public init(_ shape: ExampleShape, range: ClosedRange<Float>?) {
    self.shape = shape
    self.range = range
  }

  /// The height, the width and the channels of an image; features are one row of one channel.
  var extents: (height: Int, width: Int, channels: Int) {
    shape.isImage ? (shape.dims[1], shape.dims[2], shape.dims[0]) : (1, shape.count, 1)
  }
}
