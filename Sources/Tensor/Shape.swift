/// What the elements of a tensor are. Every kind takes four bytes, so that all live in one arena.
public enum Element: String, Hashable, Sendable {
  /// IEEE single precision: everything that is differentiated.
  case float32
  /// Signed integers: labels and, later, tokens.
  case int32
}

/// The dimensions of a tensor and what its elements are; row-major, the last axis is contiguous.
///
/// The first axis of a batch is the batch. Images are `[batch, height, width, channels]` inside
/// (the file, the exports and the messages say channels first; `Network` converts).
public struct Shape: Hashable, Sendable, CustomStringConvertible {
  /// The extent of each axis; none for a scalar.
  public let dims: [Int]
  /// The number of elements: the product of `dims`.
  public let count: Int
  /// The kind of the elements.
  public let element: Element

  /// The most elements that one tensor may have (32 GiB of float32).
  public static let limit = 1 << 33

  /// A shape whose extents are known to be good, as when they come from other shapes.
  public init(_ dims: [Int], _ element: Element = .float32) {
    self.dims = dims
    self.element = element
    count = dims.reduce(1, &*)
  }

  /// A shape from numbers that a user wrote: nil when an extent is below 1 or there are more than
  /// `limit` elements.
  public init?(checking dims: [Int], _ element: Element = .float32) {
    var count = 1
    for extent in dims {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 1, !overflow, product <= Self.limit else { return nil }
      count = product
    }
    self.dims = dims
    self.element = element
    self.count = count
  }

  /// One number.
  public static let scalar = Shape([])

  /// The number of axes.
  public var rank: Int { dims.count }

  /// The extent of an axis.
  public subscript(axis: Int) -> Int { dims[axis] }

  /// As a reader writes it: `[64, 28, 28, 1]`.
  public var description: String { "[" + dims.map(String.init).joined(separator: ", ") + "]" }

  /// The distance in elements between neighbours along each axis.
  public var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * dims[axis + 1]
    }
    return strides
  }

  /// The shape that both broadcast to, nil when they do not fit. A scalar fits everything;
  /// otherwise the ranks are equal, and along each axis the extents are equal or one of them is 1.
  public func broadcast(with other: Shape) -> Shape? {
    if rank == 0 { return Shape(other.dims, element) }
    if other.rank == 0 { return self }
    guard rank == other.rank else { return nil }
    var result = dims
    for axis in 0..<rank where dims[axis] != other.dims[axis] {
      guard dims[axis] == 1 || other.dims[axis] == 1 else { return nil }
      result[axis] = max(dims[axis], other.dims[axis])
    }
    return Shape(result, element)
  }

  /// The strides with which a tensor of this shape is read as one of shape `target`, to which it
  /// broadcasts: 0 along the axes that repeat.
  public func strides(broadcastTo target: Shape) -> [Int] {
    if rank == 0 { return [Int](repeating: 0, count: target.rank) }
    return zip(zip(dims, strides), target.dims).map { own, extent in
      own.0 == 1 && extent != 1 ? 0 : own.1
    }
  }
}
