import CZlib
import Tensor

/// A picture of bytes, row by row from the top: grey (one channel) or red, green, blue (three).
public struct Bitmap: Hashable, Sendable {
  /// Pixels across.
  public let width: Int
  /// Pixels down.
  public let height: Int
  /// Bytes of a pixel: 1 or 3.
  public let channels: Int
  /// The pixels, [height, width, channels].
  public var pixels: [UInt8]

  /// A picture of one shade.
  public init(width: Int, height: Int, channels: Int, shade: UInt8 = 0) {
    precondition(channels == 1 || channels == 3)
    self.width = width
    self.height = height
    self.channels = channels
    pixels = [UInt8](repeating: shade, count: width * height * channels)
  }
}

/// The PNG format (ISO 15948), 8 bits a channel, compressed by zlib.
public enum PNG {
  /// A picture as the bytes of a PNG file.
  public static func encode(_ bitmap: Bitmap) -> [UInt8] {
    file(bitmap, compress(filtered(bitmap)))
  }

  /// The file of a picture whose rows were compressed to `data`.
  private static func file(_ bitmap: Bitmap, _ data: [UInt8]) -> [UInt8] {
    let header =
      bigEndian(UInt32(bitmap.width)) + bigEndian(UInt32(bitmap.height))
      + [8, bitmap.channels == 1 ? 0 : 2, 0, 0, 0]
    return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
      + chunk("IHDR", header) + chunk("IDAT", data) + chunk("IEND", [])
  }

  /// Writes a picture to a file, whole or not at all.
  public static func write(_ bitmap: Bitmap, to path: some Located) throws {
    try AtomicFile.write(encode(bitmap), to: path)
  }

  /// Whether a file begins and ends as ``encode(_:)`` lets it.
  static func isWhole(_ file: File) throws -> Bool {
    let (size, end) = (try file.size(), chunk("IEND", []))
    guard size > 57 else { return false }
    return try self.size(of: file.bytes(at: 0, count: 34)) != nil
      && file.bytes(at: size - end.count, count: end.count) == end
  }

  /// What a file's header says of a picture of grey or of colours; nil for any other file.
  public static func size(of png: [UInt8]) -> (width: Int, height: Int, channels: Int)? {
    let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    guard png.count > 33, png.starts(with: signature) else { return nil }
    func number(at place: Int) -> Int { png[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    return (number(at: 16), number(at: 20), png[25] == 0 ? 1 : 3)
  }

  /// The picture of a file that ``encode(_:)`` made, with whatever version of zlib; nil for any
  /// other file.
  static func decode(_ png: [UInt8]) -> Bitmap? {
    func number(at place: Int) -> Int {
      png[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    // The signature and IHDR take 33 bytes, IDAT 12 beside its data, IEND 12.
    guard png.count > 57, number(at: 33) == png.count - 57 else { return nil }
    let (width, height, channels) = (number(at: 16), number(at: 20), png[25] == 0 ? 1 : 3)
    let (length, data) = (width * channels, Array(png[41..<png.count - 16]))
    // zlib makes at most 1032 bytes of one.
    guard length > 0, height > 0, (length + 1) * height <= 1032 * data.count else { return nil }
    var bitmap = Bitmap(width: width, height: height, channels: channels)
    var rows = [UInt8](repeating: 0, count: (length + 1) * height)
    var count = UInt(rows.count)
    guard uncompress(&rows, &count, data, UInt(data.count)) == Z_OK else { return nil }
    for index in bitmap.pixels.indices {
      let above = index < length ? 0 : bitmap.pixels[index - length]
      bitmap.pixels[index] = rows[index + index / length + 1] &+ above
    }
    return filtered(bitmap) == rows && file(bitmap, data) == png ? bitmap : nil
  }

  /// The rows, each as its differences to the row above (filter 2), which compress better.
  private static func filtered(_ bitmap: Bitmap) -> [UInt8] {
    let length = bitmap.width * bitmap.channels
    let count = (length + 1) * bitmap.height
    return [UInt8](unsafeUninitializedCapacity: count) { rows, filled in
      bitmap.pixels.withUnsafeBufferPointer { pixels in
        for row in 0..<bitmap.height {
          let (from, to) = (row * length, row * (length + 1))
          rows[to] = 2
          for index in 0..<length {
            rows[to + 1 + index] =
              row == 0 ? pixels[index] : pixels[from + index] &- pixels[from - length + index]
          }
        }
      }
      filled = count
    }
  }

  /// zlib's effort: the last of its levels that take the first match they find. A scatter takes a
  /// tenth of the time of level 6, for up to a third more bytes; a grid of images half of it or less,
  /// for 5 % more.
  private static let level: Int32 = 3

  private static func compress(_ bytes: [UInt8]) -> [UInt8] {
    let bound = compressBound(UInt(bytes.count))
    return [UInt8](unsafeUninitializedCapacity: Int(bound)) { buffer, filled in
      var count = bound
      let status = compress2(buffer.baseAddress, &count, bytes, UInt(bytes.count), level)
      precondition(status == Z_OK, "zlib refused a buffer of the size that it asked for")
      filled = Int(count)
    }
  }

  /// A chunk: its length, name, contents, and the CRC of name and contents.
  private static func chunk(_ name: String, _ contents: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + contents
    let check = UInt32(truncatingIfNeeded: crc32(0, body, UInt32(body.count)))
    return bigEndian(UInt32(contents.count)) + body + bigEndian(check)
  }
}
