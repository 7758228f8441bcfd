import Tensor

/// Numbers in memory, as bytes or as float32: images stay the bytes that they are in their file.
public enum Numbers: Sendable {
  /// Bytes, packed four to an element of the buffer; the numbers are these bytes over `divisor`:
  /// 255 for images, so that they are 0...1, and 1 for booleans.
  case bytes(Buffer, divisor: Int)
  /// Floats.
  case floats(Buffer)

  /// The first of the bytes of a buffer.
  static func bytes(of buffer: Buffer) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(buffer.floats).assumingMemoryBound(to: UInt8.self)
  }
}

/// Reads the numbers of a file of arrays.
struct ArrayFile {
  /// The header.
  let header: ArrayHeader
  private let reader: ByteReader

  /// Opens the file at `path` and reads its header.
  init(_ path: String, format: ArrayHeader.Format) throws(DataError) {
    reader = try ByteReader(path)
    header = try format.header(reader)
  }

  /// Reads examples in memory's order: the last axis contiguous, images channels last.
  ///
  /// - Parameters:
  ///   - range: what the numbers must lie in, where it is known.
  ///   - rounded: becomes the first whole number that is not held exactly.
  func examples(in range: ClosedRange<Float>?, rounded: inout RoundedNumber?) throws(DataError)
    -> Numbers
  {
    let strides = memoryStrides
    if let divisor = header.kind.largestByte {
      let raw = try allocate((header.count + 3) / 4)
      let target = Numbers.bytes(of: raw)
      try readPieces { (piece, first, count) throws(DataError) in
        if divisor == 1 { try checkBooleans(piece, first, count) }
        (target + first).update(
          from: piece.assumingMemoryBound(to: UInt8.self), count: count)
      }
      guard let strides else { return .bytes(raw, divisor: divisor) }
      let moved = try allocate((header.count + 3) / 4)
      rearrange(target, to: Numbers.bytes(of: moved), strides: strides)
      return .bytes(moved, divisor: divisor)
    }
    let raw = try allocate(header.count)
    try readPieces { (piece, first, count) throws(DataError) in
      for index in 0..<count {
        raw.floats[first + index] = try number(
          piece, index, first: first, in: range, &rounded)
      }
    }
    guard let strides else { return .floats(raw) }
    let moved = try allocate(header.count)
    rearrange(raw.floats, to: moved.floats, strides: strides)
    return .floats(moved)
  }

  /// Reads labels: whole numbers in 0 ..< classes.
  func labels(classes: Int) throws(DataError) -> [Int32] {
    guard header.dims.count == 1 else {
      throw DataError(header.path, "has shape \(header.shape), but labels have one axis")
    }
    var labels: [Int32] = []
    labels.reserveCapacity(header.count)
    try readPieces { (piece, first, count) throws(DataError) in
      for index in 0..<count {
        let value = header.kind.value(
          piece, at: index * header.kind.size, isBigEndian: header.isBigEndian)
        guard let label = Int32(exactly: value), label >= 0, Int(label) < classes else {
          throw DataError(
            header.path, at: "label \(first + index)",
            "holds the label \(text(of: value)), but labels are whole numbers from 0 "
              + "to \(classes - 1)")
        }
        labels.append(label)
      }
    }
    return labels
  }

  /// The number at `index` of a piece, finite and in range.
  private func number(
    _ piece: UnsafeRawPointer, _ index: Int, first: Int, in range: ClosedRange<Float>?,
    _ rounded: inout RoundedNumber?
  ) throws(DataError) -> Float {
    let kind = header.kind
    let value = kind.value(piece, at: index * kind.size, isBigEndian: header.isBigEndian)
    let single = Float(value)
    let byte = header.start + (first + index) * kind.size
    if single.isFinite, range?.contains(single) ?? true {
      if rounded == nil {
        rounded = RoundedNumber(value, held: single, header.path, at: "byte \(byte)")
      }
      return single
    }
    let position = "byte \(byte)"
    if single.isFinite, let range {
      throw DataError(
        header.path, at: position,
        "holds \(text(of: value)), outside of its range \(text(of: range))")
    }
    throw DataError(
      header.path, at: position,
      value.isFinite
        ? "holds \(text(of: value)), too large for single precision"
        : "holds \(text(of: value)), but every number must be finite")
  }

  private func checkBooleans(_ piece: UnsafeRawPointer, _ first: Int, _ count: Int)
    throws(DataError)
  {
    let bytes = UnsafeRawBufferPointer(start: piece, count: count)
    if let index = bytes.firstIndex(where: { $0 > 1 }) {
      throw DataError(
        header.path, at: "byte \(header.start + first + index)",
        "holds \(bytes[index]), which is no boolean")
    }
  }

  /// Calls `body` with the numbers, in the file's order, about a mebibyte at a time, the index of
  /// each piece's first number and how many there are; then checks that the file ends there.
  private func readPieces(
    _ body: (UnsafeRawPointer, _ first: Int, _ count: Int) throws(DataError) -> Void
  ) throws(DataError) {
    let size = header.kind.size
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { piece.deallocate() }
    var first = 0
    while first < header.count {
      let wanted = min(header.count - first, piece.count / size)
      let part = UnsafeMutableRawBufferPointer(rebasing: piece[..<(wanted * size)])
      guard try reader.read(into: part) == wanted * size, let start = part.baseAddress else {
        throw DataError(
          header.path,
          "is truncated: its header says \(header.shape) of "
            + "\(header.kind.rawValue), but it ends before example "
            + "\(first / (header.count / header.examples))")
      }
      try body(start, first, wanted)
      first += wanted
    }
    if try !reader.bytes(1).isEmpty {
      throw DataError(
        header.path,
        "holds more than the \(header.shape) of \(header.kind.rawValue) "
          + "that its header says")
    }
    try reader.checkUnchanged()
  }

  /// Where the file's order is not memory's: the distances, in the file, between neighbours along
  /// the axes of memory's order (examples, height, width, channels); nil where both agree.
  private var memoryStrides: [(extent: Int, stride: Int)]? {
    let dims = header.dims
    var strides = Shape(dims).strides
    if header.isColumnMajor {
      var stride = 1
      for axis in dims.indices {
        strides[axis] = stride
        stride *= dims[axis]
      }
    }
    let hasChannels = dims.count == 4 && dims[1] > 1
    guard header.isColumnMajor || hasChannels else { return nil }
    let order = dims.count == 4 ? [0, 2, 3, 1] : Array(dims.indices)
    return order.map { (dims[$0], strides[$0]) }
  }

  private func allocate(_ count: Int) throws(DataError) -> Buffer {
    do { return try Buffer(count) } catch {
      throw DataError(header.path, "does not fit in memory: it needs \(error.bytes) bytes")
    }
  }
}

/// Copies numbers from the file's order to memory's.
private func rearrange<Element>(
  _ source: UnsafePointer<Element>, to target: UnsafeMutablePointer<Element>,
  strides: [(extent: Int, stride: Int)]
) {
  var axes = strides
  while axes.count < 4 { axes.insert((1, 0), at: 0) }
  var next = 0
  for a in 0..<axes[0].extent {
    for b in 0..<axes[1].extent {
      for c in 0..<axes[2].extent {
        let start = a * axes[0].stride + b * axes[1].stride + c * axes[2].stride
        for d in 0..<axes[3].extent {
          target[next] = source[start + d * axes[3].stride]
          next += 1
        }
      }
    }
  }
}

/// A number as messages write it: whole ones without a point.
func text(of value: Double) -> String {
  if let whole = Int(exactly: value) { return "\(whole)" }
  return "\(value)"
}

/// A range as the file writes it: `[0, 1]`.
func text(of range: ClosedRange<Float>) -> String {
  "[\(text(of: Double(range.lowerBound))), \(text(of: Double(range.upperBound)))]"
}
