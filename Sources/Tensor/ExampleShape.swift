/// The shape of one example as the experiment's file writes it, without the batch axis and channels
/// first: `[784]`, `[1, 28, 28]`.
///
/// `[1]` is a number per example. In memory the batch comes first and images are channels last:
/// `[1, 28, 28]` in batches of 64 is `[64, 28, 28, 1]`. This type is the one place that knows.
public struct ExampleShape: Hashable, Sendable, CustomStringConvertible {
  /// The extents, as written.
  public let dims: [Int]

  /// A shape whose extents are known to be good.
  public init(_ dims: [Int]) { self.dims = dims }

  /// One number per example.
  public static let number = ExampleShape([1])

  /// The number of values of one example.
  public var count: Int { dims.reduce(1, &*) }

  /// The number of axes.
  public var rank: Int { dims.count }

  /// Whether it is `[channels, height, width]`.
  public var isImage: Bool { rank == 3 }

  /// The number of channels (features, where there is one axis only): the first axis.
  public var channels: Int { dims.first ?? 1 }

  /// The shape in memory of a batch of `batch` examples.
  public func physical(batch: Int) -> Shape {
    isImage ? Shape([batch, dims[1], dims[2], dims[0]]) : Shape([batch] + dims)
  }

  /// The shape of the examples of a batch in memory.
  public init(physical shape: Shape) {
    let dims = Array(shape.dims.dropFirst())
    self.init(dims.count == 3 ? [dims[2], dims[0], dims[1]] : dims)
  }

  /// As the file writes it: `[1, 28, 28]`.
  public var description: String { "[" + dims.map(String.init).joined(separator: ", ") + "]" }
}
