import CZlib

/// The bytes of a data file, unpacked on the way if the file is gzipped (told by its first bytes,
/// never by its name).
///
/// It unpacks no more than it is asked for, so a caller that knows the size from a header is safe
/// from archives that unpack to more than any memory.
final class ByteReader {
  private let file: DataFile
  private var stream: Unpacker?
  /// Bytes that were read to look at the file's start.
  private var start: [UInt8]

  /// Whether the file is packed.
  var isPacked: Bool { stream != nil }

  /// The file's path.
  var path: String { file.path }

  /// The file's identity when it was opened.
  var identity: DataFile.Identity { file.identity }

  /// The most bytes that the file can unpack to: deflate makes at most 1032 of one.
  var capacity: Int { isPacked ? min(identity.size, 1 << 50) * 1032 : identity.size }

  /// Opens the file at `path`.
  init(_ path: String) throws(DataError) {
    file = try DataFile(path)
    start = [0, 0]
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 2, alignment: 16)
    defer { piece.deallocate() }
    let count = try file.read(into: piece)
    start = Array(piece[..<count])
    if start == [0x1F, 0x8B] {
      try file.rewind()
      start = []
      stream = try Unpacker(path)
    }
  }

  /// The next bytes, as many as there are and fit: fewer only at the end.
  func read(into bytes: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
    if let stream { return try stream.read(from: file, into: bytes) }
    let early = min(start.count, bytes.count)
    bytes.copyBytes(from: start[..<early])
    start.removeFirst(early)
    return try early + file.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[early...]))
  }

  /// The next `count` bytes; fewer at the end of the file.
  func bytes(_ count: Int) throws(DataError) -> [UInt8] {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 16)
    defer { piece.deallocate() }
    let filled = try read(into: UnsafeMutableRawBufferPointer(rebasing: piece[..<count]))
    return Array(piece[..<filled])
  }

  /// Throws if the file changed since it was opened.
  func checkUnchanged() throws(DataError) { try file.checkUnchanged(since: file.identity) }
}

/// The state of unpacking a gzip file of one or several members.
private final class Unpacker {
  private let path: String
  private let state: UnsafeMutablePointer<z_stream>
  private let packed = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
  private var isAtEnd = false

  init(_ path: String) throws(DataError) {
    self.path = path
    state = .allocate(capacity: 1)
    state.initialize(to: z_stream())
    let size = Int32(MemoryLayout<z_stream>.size)
    // 15: the largest window; 16: a gzip header and its check sum.
    guard inflateInit2_(state, 15 + 16, ZLIB_VERSION, size) == Z_OK else {
      throw DataError(path, "cannot be unpacked: there is no memory for it")
    }
  }

  deinit {
    inflateEnd(state)
    state.deallocate()
    packed.deallocate()
  }

  func read(from file: DataFile, into bytes: UnsafeMutableRawBufferPointer) throws(DataError) -> Int
  {
    var done = 0
    while done < bytes.count, !isAtEnd {
      let room = UInt32(min(bytes.count - done, 1 << 30))
      state.pointee.next_out = bytes.baseAddress.map {
        ($0 + done).assumingMemoryBound(to: UInt8.self)
      }
      state.pointee.avail_out = room
      try refill(from: file)
      let result = inflate(state, Z_NO_FLUSH)
      done += Int(room - state.pointee.avail_out)
      if result == Z_STREAM_END {
        try startMember(from: file)
      } else if result != Z_OK {
        throw DataError(path, "is a damaged gzip file: \(reason(result))")
      }
    }
    return done
  }

  /// Reads packed bytes if there are none left; the end of the file within a member is an error.
  private func refill(from file: DataFile) throws(DataError) {
    guard state.pointee.avail_in == 0 else { return }
    let count = try file.read(into: packed)
    if count == 0 { throw DataError(path, "is a truncated gzip file") }
    state.pointee.next_in = packed.baseAddress?.assumingMemoryBound(to: UInt8.self)
    state.pointee.avail_in = UInt32(count)
  }

  /// At the end of a member: another one follows, or the file ends.
  private func startMember(from file: DataFile) throws(DataError) {
    if state.pointee.avail_in == 0 {
      let count = try file.read(into: packed)
      state.pointee.next_in = packed.baseAddress?.assumingMemoryBound(to: UInt8.self)
      state.pointee.avail_in = UInt32(count)
    }
    isAtEnd = state.pointee.avail_in == 0
    if !isAtEnd { inflateReset(state) }
  }

  private func reason(_ result: Int32) -> String {
    if let message = state.pointee.msg { return String(cString: message) }
    return result == Z_MEM_ERROR ? "there is no memory for it" : "it ends too early"
  }
}
