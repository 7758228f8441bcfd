import Text

/// A safetensors file opened for reading. Nothing in it is believed: every length, offset and shape
/// is checked when it is opened, before any memory is taken by their measure.
public struct SafetensorsFile: Sendable {
  /// A tensor in the file.
  public struct Tensor: Hashable, Sendable {
    /// Its name; never a path of anything.
    public var name: String
    /// The type of its elements.
    public var type: Safetensors.ElementType
    /// Its shape, row-major.
    public var shape: [Int]
    /// Where its bytes are, counted from the end of the header.
    var range: Range<Int>
    /// The number of its bytes.
    public var byteCount: Int { range.count }
  }

  /// The file's path.
  public let path: String
  /// The tensors, sorted by name.
  public let tensors: [Tensor]
  /// The file's `__metadata__`.
  public let metadata: [String: String]

  private let file: File
  private let payloadStart: Int
  private let payloadCount: Int

  /// Opens a regular file and checks its header: the format whole, and the header's digest where it
  /// has one. The values are checked by ``verify()``.
  public init(opening located: some Located) throws {
    file = try File(reading: located)
    path = file.path
    do {
      let header = try SafetensorsFile.header(of: file)
      payloadStart = 8 + header.count
      payloadCount = try file.size() - payloadStart
      let entries = try SafetensorsFile.entries(header)
      metadata = try SafetensorsFile.metadata(entries)
      if let digest = metadata[Safetensors.headerDigest],
        digest != Safetensors.digest(ofHeader: header)
      {
        throw Invalid("has a damaged header: its digest differs")
      }
      tensors = try SafetensorsFile.tensors(entries, payload: payloadCount)
    } catch let error as Invalid {
      throw StorageError("read", path, .invalid(error.fact))
    } catch let error as JSONError {
      throw StorageError("read", path, .invalid("has a header that is not JSON: \(error)"))
    }
  }

  /// Reads the whole file and compares it with its digests; a file without them is refused too.
  public func verify() throws {
    guard let digest = metadata[Safetensors.payloadDigest],
      metadata[Safetensors.headerDigest] != nil
    else { throw StorageError("read", path, .invalid("holds no digests of its contents")) }
    guard try file.digest(from: payloadStart, count: payloadCount).hex == digest else {
      throw StorageError("read", path, .invalid("holds damaged values: their digest differs"))
    }
  }

  /// The tensor of a name.
  public subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

  /// Reads a tensor's elements into `memory`, which is as large as the tensor.
  public func read(_ tensor: Tensor, into memory: UnsafeMutableRawBufferPointer) throws {
    precondition(memory.count == tensor.byteCount)
    try file.read(into: memory, at: payloadStart + tensor.range.lowerBound)
  }
}

/// What is wrong with a file's contents, to follow its path.
private struct Invalid: Error {
  var fact: String
  init(_ fact: String) { self.fact = fact }
}

extension SafetensorsFile {
  /// The header's bytes.
  private static func header(of file: File) throws -> [UInt8] {
    let size = try file.size()
    guard size >= 8 else { throw Invalid("is no safetensors file: it has \(size) bytes") }
    let start = try file.bytes(at: 0, count: 8)
    let length = start.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= Safetensors.headerLimit else { throw Invalid("is \(kind(start))") }
    guard Int(length) <= size - 8 else { throw Invalid("ends inside its header") }
    let header = try file.bytes(at: 8, count: Int(length))
    guard header.first == UInt8(ascii: "{") else {
      throw Invalid("is no safetensors file: its header does not start with `{`")
    }
    return header
  }

  /// What a file is that does not start with a header's length. PyTorch's own files are programs:
  /// they are named, so that nobody wonders, and never read.
  private static func kind(_ start: [UInt8]) -> String {
    if start.starts(with: [0x50, 0x4b, 3, 4]) {
      return "a zip archive (as `torch.save` makes), not a safetensors file"
    }
    if start[0] == 0x80, (2...5).contains(start[1]) {
      return "a Python pickle, not a safetensors file"
    }
    return "no safetensors file: its first 8 bytes are no length of a header"
  }

  private static func entries(_ header: [UInt8]) throws -> [String: JSON] {
    guard let entries = try JSON(parsing: header, depth: 4).object else {
      throw Invalid("has a header that is not a JSON object")
    }
    return entries
  }

  private static func metadata(_ entries: [String: JSON]) throws -> [String: String] {
    guard let metadata = entries[Safetensors.metadataName] else { return [:] }
    guard let fields = metadata.object else { throw Invalid("has metadata that are no object") }
    return try fields.mapValues {
      guard let text = $0.string else { throw Invalid("has metadata that are not text") }
      return text
    }
  }

  /// The tensors by name; together they cover the payload without gap and overlap.
  private static func tensors(_ entries: [String: JSON], payload: Int) throws -> [Tensor] {
    let tensors = try entries.filter { $0.key != Safetensors.metadataName }
      .sorted { byBytes($0.key, $1.key) }
      .map { try tensor($0.key, $0.value) }
    var end = 0
    let ranges = tensors.map(\.range).sorted {
      ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
    }
    for range in ranges {
      guard range.lowerBound == end else {
        throw Invalid("has tensors with a gap or an overlap at byte \(end) of their values")
      }
      end = range.upperBound
    }
    guard end == payload else {
      throw Invalid("has \(payload) bytes of values, but its tensors take \(end)")
    }
    return tensors
  }

  private static func tensor(_ name: String, _ entry: JSON) throws -> Tensor {
    guard !name.isEmpty, !name.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
      throw Invalid("has a tensor whose name is empty or holds control characters")
    }
    guard let fields = entry.object, Set(fields.keys) == ["dtype", "shape", "data_offsets"],
      let shape = whole(fields["shape"]), let offsets = whole(fields["data_offsets"])
    else { throw Invalid("describes tensor `\(name)` in a way that the format does not know") }
    guard let code = fields["dtype"]?.string, let type = Safetensors.ElementType(rawValue: code)
    else { throw Invalid("has a tensor `\(name)` of a type that Assay does not read") }
    guard offsets.count == 2, offsets[0] <= offsets[1], shape.count <= Safetensors.rankLimit else {
      throw Invalid("has a tensor `\(name)` with an impossible shape or place")
    }
    guard byteCount(shape, type) == offsets[1] - offsets[0] else {
      throw Invalid("has a tensor `\(name)` whose shape does not fit its place")
    }
    return Tensor(name: name, type: type, shape: shape, range: offsets[0]..<offsets[1])
  }

  /// A list of whole numbers from 0 on.
  private static func whole(_ value: JSON?) -> [Int]? {
    guard let items = value?.array else { return nil }
    let numbers = items.compactMap(\.integer).filter { $0 >= 0 }
    return numbers.count == items.count ? numbers : nil
  }

  /// The bytes that a shape takes; nil where the number is too large.
  private static func byteCount(_ shape: [Int], _ type: Safetensors.ElementType) -> Int? {
    var count = type.size
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      if overflow { return nil }
      count = product
    }
    return count
  }
}
