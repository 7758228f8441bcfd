/// The event files that TensorBoard reads: records with check sums, each a message of Protocol
/// Buffers.
///
/// A record is (tensorflow/core/lib/io/record_writer.h): its length in 8 bytes, the length's masked
/// CRC-32C, the message, its masked CRC-32C; all numbers with the least byte first.
public struct EventFile: Sendable {
  /// What the file holds so far.
  public private(set) var bytes: [UInt8] = []

  /// A value of one step.
  public enum Value: Sendable {
    /// A number; TensorBoard keeps numbers in single precision.
    case scalar(Float)
    /// A PNG file of so many pixels and colours (1 or 3).
    case image(png: [UInt8], width: Int, height: Int, channels: Int)
  }

  /// A file that says first what it is. Times are seconds since 1970.
  public init(time: Double) {
    var message = Message()
    message.double(1, time)
    message.text(3, "brain.Event:2")
    append(message.bytes)
  }

  /// Adds the values of a step, each with its name.
  public mutating func add(step: Int, time: Double, _ values: [(tag: String, value: Value)]) {
    var summary = Message()
    for (tag, value) in values {
      var entry = Message()
      entry.text(1, tag)
      switch value {
      case .scalar(let number): entry.float(2, number)
      case .image(let png, let width, let height, let channels):
        var image = Message()
        image.count(1, height)
        image.count(2, width)
        image.count(3, channels)
        image.data(4, png)
        entry.data(4, image.bytes)
      }
      summary.data(1, entry.bytes)
    }
    var event = Message()
    event.double(1, time)
    event.count(2, step)
    event.data(5, summary.bytes)
    append(event.bytes)
  }

  private mutating func append(_ message: [UInt8]) {
    let length = EventFile.littleEndian(UInt64(message.count))
    bytes += length
    bytes += EventFile.littleEndian(CRC32C.masked(length))
    bytes += message
    bytes += EventFile.littleEndian(CRC32C.masked(message))
  }

  fileprivate static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}

/// A message of Protocol Buffers: fields by number, in four kinds of wire.
private struct Message {
  private(set) var bytes: [UInt8] = []

  mutating func double(_ field: Int, _ value: Double) {
    key(field, wire: 1)
    bytes += EventFile.littleEndian(value.bitPattern)
  }

  mutating func float(_ field: Int, _ value: Float) {
    key(field, wire: 5)
    bytes += EventFile.littleEndian(value.bitPattern)
  }

  mutating func count(_ field: Int, _ value: Int) {
    key(field, wire: 0)
    varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func text(_ field: Int, _ value: String) { data(field, Array(value.utf8)) }

  mutating func data(_ field: Int, _ value: [UInt8]) {
    key(field, wire: 2)
    varint(UInt64(value.count))
    bytes += value
  }

  private mutating func key(_ field: Int, wire: Int) { varint(UInt64(field << 3 | wire)) }

  /// Seven bits a byte, the least first; the eighth says that more follow.
  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// The check sum of Castagnoli's polynomial (RFC 3720, appendix B.4).
public enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0x82f6_3b78 : value >> 1
    }
  }

  /// The check sum of some bytes.
  public static func of(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
  }

  /// The check sum as event files hold it: turned right by 15 bits, plus a constant, so that a sum
  /// over bytes that hold sums is no fixed number.
  static func masked(_ bytes: [UInt8]) -> UInt32 {
    let sum = of(bytes)
    return (sum >> 15 | sum << 17) &+ 0xa282_ead8
  }
}
