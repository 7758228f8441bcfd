/// Reads the header of an IDX file, the format of MNIST: two zero bytes, the kind of the numbers,
/// the number of axes, then the extents as 32-bit integers; all numbers big-endian.
func readIDXHeader(_ reader: ByteReader) throws(DataError) -> ArrayHeader {
  let kinds: [UInt8: ElementKind] = [
    0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
  ]
  let magic = try reader.bytes(4)
  guard magic.count == 4, magic[0] == 0, magic[1] == 0 else {
    throw DataError(
      reader.path, at: "byte 0", "is not an IDX file: it does not start with its mark")
  }
  guard let kind = kinds[magic[2]] else {
    throw DataError(
      reader.path, at: "byte 2", "is an IDX file of an unknown kind of numbers (\(magic[2]))")
  }
  let rank = Int(magic[3])
  guard (1...4).contains(rank) else {
    throw DataError(
      reader.path, at: "byte 3", "is an IDX file of \(rank) axes, but there must be 1 to 4")
  }
  let extents = try reader.bytes(4 * rank)
  guard extents.count == 4 * rank else { throw DataError(reader.path, "ends within its header") }
  let dims = (0..<rank).map { axis in
    extents[4 * axis..<4 * axis + 4].reduce(0) { $0 << 8 | Int($1) }
  }
  return try ArrayHeader(reader, dims: dims, kind: kind, isBigEndian: true, start: 4 + 4 * rank)
}
