import Tensor
import Text

/// The safetensors format: tensors by name in one file that holds data and never code.
///
/// A file is the length of the header (8 bytes), the header (JSON, padded with spaces), and the
/// values of all tensors without a gap, little-endian. Assay's files are a function of their
/// contents alone: keys are sorted by bytes, values lie in order of falling element size and then
/// name (which aligns them), and `__metadata__` holds two digests:
/// - `payload_sha256`: of all bytes after the header;
/// - `header_sha256`: of the header with this digest's own 64 digits read as zeros.
public enum Safetensors {
  /// The element types that Assay writes and reads.
  public enum ElementType: String, Hashable, Sendable {
    /// IEEE single precision.
    case float32 = "F32"
    /// IEEE double precision.
    case float64 = "F64"
    /// Signed 64-bit integers.
    case int64 = "I64"
    /// Bytes.
    case uint8 = "U8"

    /// Bytes of one element.
    public var size: Int {
      switch self {
      case .float32: 4
      case .float64, .int64: 8
      case .uint8: 1
      }
    }
  }

  /// A tensor to be written.
  public struct Tensor {
    /// Its name in the file.
    public var name: String
    /// The type of its elements.
    public var type: ElementType
    /// Its shape, row-major; empty for a single number.
    public var shape: [Int]
    /// Its elements, as many as the shape says; they must stay where they are until written.
    public var bytes: UnsafeRawBufferPointer

    /// A tensor over memory of the caller.
    public init(
      _ name: String, _ type: ElementType, shape: [Int], bytes: UnsafeRawBufferPointer
    ) {
      self.name = name
      self.type = type
      self.shape = shape
      self.bytes = bytes
    }
  }

  /// Metadata keys that the format's writer fills in itself.
  static let payloadDigest = "payload_sha256"
  static let headerDigest = "header_sha256"
  /// The name that the format reserves among the tensors.
  static let metadataName = "__metadata__"
  /// The longest header that is read or written, in bytes.
  static let headerLimit = 16 << 20
  /// The most axes that a tensor may have.
  static let rankLimit = 16
  /// The most bytes that are gathered before they are written.
  private static let gathered = 1 << 20

  /// Writes `tensors` and `metadata` to `path`, whole or not at all (``AtomicFile``). Names must
  /// differ, and each tensor must hold the bytes that its shape says.
  public static func write(
    _ tensors: [Tensor], metadata: [String: String] = [:], to path: some Located
  ) throws {
    let ordered = tensors.sorted {
      $0.type.size == $1.type.size ? byBytes($0.name, $1.name) : $0.type.size > $1.type.size
    }
    var payload = SHA256()
    for tensor in ordered { payload.update(tensor.bytes) }
    let start = header(ordered, metadata, payload: payload.hex)
    guard start.count - 8 <= headerLimit else {
      throw StorageError("write", path.place.path, .invalid("would have a header that is too long"))
    }
    try AtomicFile.write(to: path, size: start.count + payload.count) { file in
      var small = start
      for tensor in ordered {
        // Networks have many small tensors: they go to the system together.
        if small.count + tensor.bytes.count > gathered {
          try file.write(small)
          small.removeAll(keepingCapacity: true)
        }
        if tensor.bytes.count > gathered {
          try file.write(tensor.bytes)
        } else {
          small += tensor.bytes
        }
      }
      try file.write(small)
    }
  }

  /// The first bytes of a file: the header's length and the header.
  private static func header(
    _ tensors: [Tensor], _ metadata: [String: String], payload: String
  ) -> [UInt8] {
    var fields = metadata.mapValues { JSON.string($0) }
    fields[payloadDigest] = .string(payload)
    fields[headerDigest] = .string(zeros)
    var entries: [String: JSON] = [metadataName: .object(fields)]
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.bytes.count
      precondition(tensor.bytes.count == tensor.shape.reduce(tensor.type.size, *))
      let previous = entries.updateValue(
        [
          "dtype": .string(tensor.type.rawValue),
          "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
          "data_offsets": [.integer(Int64(offset)), .integer(Int64(end))],
        ], forKey: tensor.name)
      precondition(previous == nil, "two tensors are named \(tensor.name)")
      offset = end
    }
    var header = Array(JSON.object(entries).text.utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    if let place = placeOfDigest(in: header) {
      header.replaceSubrange(place, with: SHA256.hex(of: header).utf8)
    }
    return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
  }

  /// 64 digits in the place of the header's digest while it is computed.
  private static let zeros = String(repeating: "0", count: 64)

  /// Where the header's digest stands in the header. Inside a string the key's quotes would be
  /// escaped, so that the first match is the key itself.
  private static func placeOfDigest(in header: [UInt8]) -> Range<Int>? {
    let key = Array("\"\(headerDigest)\":\"".utf8)
    guard let match = header.firstRange(of: key), match.upperBound + 64 <= header.count else {
      return nil
    }
    return match.upperBound..<match.upperBound + 64
  }

  /// The digest that belongs into `header`; nil where the header has no place for it.
  static func digest(ofHeader header: [UInt8]) -> String? {
    guard let place = placeOfDigest(in: header) else { return nil }
    var header = header
    header.replaceSubrange(place, with: zeros.utf8)
    return SHA256.hex(of: header)
  }
}
