/// The kinds of numbers that files of arrays hold.
enum ElementKind: String, Hashable, Sendable {
  case bool, int8, uint8, int16, uint16, int32, uint32, int64, uint64, float32, float64

  /// The size of one number, in bytes.
  var size: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// The largest value of the kinds that stay bytes in memory, nil for those that become float32.
  var largestByte: Int? {
    switch self {
    case .bool: 1
    case .uint8: 255
    default: nil
    }
  }

  /// The number at `offset`, exact but for integers beyond 2⁵³.
  func value(_ bytes: UnsafeRawPointer, at offset: Int, isBigEndian: Bool) -> Double {
    func load<Word: FixedWidthInteger>(_: Word.Type) -> Word {
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: Word.self)
      return isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word)
    }
    return switch self {
    case .bool, .uint8: Double(load(UInt8.self))
    case .int8: Double(load(Int8.self))
    case .int16: Double(load(Int16.self))
    case .uint16: Double(load(UInt16.self))
    case .int32: Double(load(Int32.self))
    case .uint32: Double(load(UInt32.self))
    case .int64: Double(load(Int64.self))
    case .uint64: Double(load(UInt64.self))
    case .float32: Double(Float(bitPattern: load(UInt32.self)))
    case .float64: Double(bitPattern: load(UInt64.self))
    }
  }
}
