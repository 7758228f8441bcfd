import Tensor

/// Arrays of numbers in NumPy's format, version 1.0.
public enum NPYFile {
  /// Writes the samples of a picture: `[count, features]`, or `[count, channels, height, width]`.
  public static func write(_ picture: Picture, to path: String) throws {
    let size = picture.shape.count
    let count = size == 0 ? 0 : picture.values.count / size
    let dims = ([count] + picture.shape.dims).map(String.init).joined(separator: ", ")
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(dims)), }"
    // The values begin at a multiple of 64 bytes; the header ends in a line break.
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes += [UInt8(header.utf8.count & 0xff), UInt8(header.utf8.count >> 8)]
    bytes += header.utf8
    for value in ordered(picture) {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }
    try OutFile.write(bytes, to: path)
  }

  /// The values in the order of the file: images channels first.
  private static func ordered(_ picture: Picture) -> [Float] {
    guard picture.shape.isImage, picture.shape.channels > 1 else { return picture.values }
    let (channels, pixels) = (picture.shape.channels, picture.shape.count / picture.shape.channels)
    return picture.values.indices.map { index in
      let (image, rest) = index.quotientAndRemainder(dividingBy: channels * pixels)
      let (channel, pixel) = rest.quotientAndRemainder(dividingBy: pixels)
      return picture.values[image * channels * pixels + pixel * channels + channel]
    }
  }
}
