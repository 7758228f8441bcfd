/// Reads the header of an `.npy` file, NumPy's format for one array, in its versions 1, 2 and 3.
///
/// The header is a Python dictionary. It is read by a parser that knows three keys and nothing
/// else; nothing is ever evaluated. Arrays of objects hold pickled code and are refused.
func readNPYHeader(_ reader: ByteReader) throws(DataError) -> ArrayHeader {
  let start = try reader.bytes(8)
  guard start.count == 8, start[..<6] == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59] else {
    throw DataError(
      reader.path, at: "byte 0", "is not an .npy file: it does not start with its mark")
  }
  guard (1...3).contains(start[6]), start[7] == 0 else {
    throw DataError(
      reader.path, at: "byte 6",
      "is an .npy file of version \(start[6]).\(start[7]), but only 1.0, 2.0 and 3.0 are known")
  }
  let sizeBytes = try reader.bytes(start[6] == 1 ? 2 : 4)
  let size = sizeBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  guard size <= NPYHeader.limit else {
    throw DataError(
      reader.path, at: "byte 8",
      "has a header of \(size) bytes, but at most \(NPYHeader.limit) are read")
  }
  let text = try reader.bytes(size)
  guard text.count == size else { throw DataError(reader.path, "ends within its header") }
  var header = NPYHeader(text, path: reader.path, start: 8 + sizeBytes.count)
  try header.parse()
  return try ArrayHeader(
    reader, dims: header.shape, kind: header.kind, isBigEndian: header.isBigEndian,
    isColumnMajor: header.isColumnMajor && header.shape.count > 1,
    start: 8 + sizeBytes.count + size)
}

/// A parser of the dictionary in an `.npy` header.
private struct NPYHeader {
  /// NumPy's own limit, in bytes.
  static let limit = 10_000

  private let text: [UInt8]
  private let path: String
  private let start: Int
  private var place = 0
  private(set) var shape: [Int] = []
  private(set) var kind = ElementKind.float32
  private(set) var isBigEndian = false
  private(set) var isColumnMajor = false

  init(_ text: [UInt8], path: String, start: Int) {
    self.text = text
    self.path = path
    self.start = start
  }

  /// Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (60000, 784), }`.
  mutating func parse() throws(DataError) {
    var seen: [String] = []
    try expect("{")
    while !take("}") {
      let key = try string()
      if seen.contains(key) { throw failure("has `\(shown(key))` twice in its header") }
      seen.append(key)
      try expect(":")
      switch key {
      case "descr": try readKind()
      case "fortran_order": isColumnMajor = try bool()
      case "shape": shape = try extents()
      default: throw failure("has the unknown key `\(shown(key, limit: 40))` in its header")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    if place < text.count { throw failure("has more than a dictionary in its header") }
    for key in ["descr", "fortran_order", "shape"] where !seen.contains(key) {
      throw failure("lacks `\(key)` in its header")
    }
  }

  private mutating func readKind() throws(DataError) {
    skipSpace()
    if place < text.count, text[place] == UInt8(ascii: "[") {
      throw failure("holds records, not plain numbers", help: saveHelp)
    }
    let descriptor = try string()
    let kinds: [String: ElementKind] = [
      "b1": .bool, "i1": .int8, "u1": .uint8, "i2": .int16, "u2": .uint16, "i4": .int32,
      "u4": .uint32, "i8": .int64, "u8": .uint64, "f4": .float32, "f8": .float64,
    ]
    let order = descriptor.first.flatMap { "<>|=".contains($0) ? $0 : nil }
    let name = String(order == nil ? descriptor[...] : descriptor.dropFirst())
    guard let found = kinds[name] else {
      throw failure(
        name.hasPrefix("O")
          ? "holds Python objects, which would be code to run, not numbers"
          : "holds elements of type `\(shown(descriptor, limit: 40))`, which is not read",
        help: saveHelp)
    }
    kind = found
    isBigEndian = order == ">"
  }

  private let saveHelp = "save it as `array.astype(numpy.float32)`"

  private mutating func extents() throws(DataError) -> [Int] {
    var extents: [Int] = []
    try expect("(")
    while !take(")") {
      extents.append(try integer())
      if extents.count > 32 { throw failure("has more than 32 axes") }
      if !take(",") {
        try expect(")")
        break
      }
    }
    return extents
  }

  private mutating func integer() throws(DataError) -> Int {
    skipSpace()
    let digits = text[place...].prefix { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
      throw failure("has an extent in its shape that is no whole number, or too large")
    }
    guard value >= 0 else { throw failure("has the negative extent \(value) in its shape") }
    place += digits.count
    // Python 2 marked long integers.
    _ = take("L")
    return value
  }

  private mutating func bool() throws(DataError) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)] {
      if text[place...].starts(with: word.utf8) {
        place += word.utf8.count
        return value
      }
    }
    throw failure("has a `fortran_order` that is neither True nor False")
  }

  private mutating func string() throws(DataError) -> String {
    skipSpace()
    guard place < text.count, text[place] == UInt8(ascii: "'") || text[place] == UInt8(ascii: "\""),
      let end = text[(place + 1)...].firstIndex(of: text[place])
    else { throw failure("has a header that is not a dictionary of known form") }
    defer { place = end + 1 }
    return String(decoding: text[(place + 1)..<end], as: UTF8.self)
  }

  private mutating func expect(_ mark: Character) throws(DataError) {
    if !take(mark) { throw failure("has a header without `\(mark)` where one is due") }
  }

  private mutating func take(_ mark: Character) -> Bool {
    skipSpace()
    guard place < text.count, text[place] == mark.asciiValue else { return false }
    place += 1
    return true
  }

  private mutating func skipSpace() {
    while place < text.count, text[place] == 0x20 || text[place] == 0x0A { place += 1 }
  }

  private func failure(_ fact: String, help: String? = nil) -> DataError {
    DataError(path, at: "byte \(start + place)", fact, help: help)
  }
}
