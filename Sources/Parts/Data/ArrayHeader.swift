import Tensor

/// What the header of a file of numbers says.
struct ArrayHeader: Hashable, Sendable {
  /// The file.
  let path: String
  /// The extents, the examples first.
  let dims: [Int]
  /// The kind of the numbers.
  let kind: ElementKind
  /// Whether the most significant byte of a number comes first.
  let isBigEndian: Bool
  /// Whether the first axis is contiguous (Fortran's order) instead of the last.
  let isColumnMajor: Bool
  /// Where the numbers start, in bytes.
  let start: Int

  /// The formats of files of numbers.
  enum Format: Sendable {
    /// The format of MNIST.
    case idx
    /// NumPy's format for one array.
    case npy

    /// Reads the header, and no more than it.
    func header(_ reader: ByteReader) throws(DataError) -> ArrayHeader {
      switch self {
      case .idx: try readIDXHeader(reader)
      case .npy: try readNPYHeader(reader)
      }
    }
  }

  /// Reads the header of the file at `path`, and no more than it.
  init(inspecting path: String, format: Format) throws(DataError) {
    self = try format.header(ByteReader(path))
  }

  /// A header whose numbers fit into its file; throws where they cannot.
  init(
    _ reader: ByteReader, dims: [Int], kind: ElementKind, isBigEndian: Bool,
    isColumnMajor: Bool = false, start: Int
  ) throws(DataError) {
    path = reader.path
    self.dims = dims
    self.kind = kind
    self.isBigEndian = isBigEndian
    self.isColumnMajor = isColumnMajor
    self.start = start
    try checkExtents()
    try checkSize(of: reader)
  }

  /// The number of examples.
  var examples: Int { dims[0] }

  /// How many numbers there are.
  var count: Int { dims.reduce(1, *) }

  /// The extents as messages write them.
  var shape: String { Shape(dims).description }

  /// The shape of one example: features stay as they are, `[height, width]` is an image of one
  /// channel, and three axes are channels, height and width.
  func exampleShape() throws(DataError) -> ExampleShape {
    let rest = Array(dims.dropFirst())
    switch rest.count {
    case 0: return .number
    case 1, 3: return ExampleShape(rest)
    case 2: return ExampleShape([1] + rest)
    default:
      throw DataError(
        path, "has shape \(shape), but examples have at most three axes",
        help: "save `[examples, channels, height, width]` or `[examples, features]`")
    }
  }

  private func checkExtents() throws(DataError) {
    guard let first = dims.first else {
      throw DataError(path, "holds a single number, not examples")
    }
    if first == 0 { throw DataError(path, "holds no examples") }
    guard Shape(checking: dims) != nil else {
      throw DataError(
        path,
        "has shape \(shape), which is "
          + (dims.contains { $0 < 1 } ? "empty" : "more than can be held"))
    }
    if first > Int(Int32.max) { throw DataError(path, "holds more than 2147483647 examples") }
  }

  private func checkSize(of reader: ByteReader) throws(DataError) {
    let expected = start + count * kind.size
    let fact = "says in its header that it holds \(shape) of \(kind.rawValue), which takes"
    if reader.isPacked {
      if expected > reader.capacity {
        throw DataError(
          path, "\(fact) \(expected) bytes, more than its \(reader.identity.size) can unpack to")
      }
    } else if expected != reader.identity.size {
      let kind = expected > reader.identity.size ? "truncated: it" : "too long: it"
      throw DataError(
        path,
        "is \(kind) \(fact) \(expected) bytes, but it has "
          + "\(reader.identity.size)")
    }
  }
}
