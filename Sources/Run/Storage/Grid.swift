/// Images side by side in one picture.
public struct Grid: Hashable, Sendable {
  /// Images down.
  public var rows: Int
  /// Images across.
  public var columns: Int
  /// The height, width and number of channels of an image.
  public var height, width, channels: Int

  /// Black pixels between two images and around all of them, as many as torchvision's `make_grid`.
  public static let padding = 2

  /// A grid of `rows` by `columns` images, each [height, width, channels].
  public init(rows: Int, columns: Int, height: Int, width: Int, channels: Int) {
    self.rows = rows
    self.columns = columns
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// Draws images, [count, height, width, channels], row by row from the top left; places without an
  /// image stay black. Three channels are red, green, blue; of any other number the first is drawn
  /// in grey. `range` is what black and white stand for: see ``shade(_:in:)``.
  public func draw(_ images: [Float], range: ClosedRange<Float>) -> Bitmap {
    let drawn = channels == 3 ? 3 : 1
    var bitmap = Bitmap(
      width: columns * (width + Grid.padding) + Grid.padding,
      height: rows * (height + Grid.padding) + Grid.padding, channels: drawn)
    let size = height * width * channels
    for image in 0..<min(rows * columns, size == 0 ? 0 : images.count / size) {
      let top = Grid.padding + image / columns * (height + Grid.padding)
      let left = Grid.padding + image % columns * (width + Grid.padding)
      for y in 0..<height {
        for x in 0..<width {
          let source = image * size + (y * width + x) * channels
          let target = ((top + y) * bitmap.width + left + x) * drawn
          for channel in 0..<drawn {
            bitmap.pixels[target + channel] = Grid.shade(images[source + channel], in: range)
          }
        }
      }
    }
    return bitmap
  }

  /// The byte of a value: 255 (value - lo) / (hi - lo), rounded to the nearest (to even at a half),
  /// and kept in 0...255. NaN is 0.
  @inline(__always)
  public static func shade(_ value: Float, in range: ClosedRange<Float>) -> UInt8 {
    let scaled = (value - range.lowerBound) / (range.upperBound - range.lowerBound) * 255
    // False for NaN too.
    let kept = scaled > 0 ? (scaled < 255 ? scaled : 255) : 0
    // Above 2^23 floats are the whole numbers: the sum is rounded, and its low byte is the result.
    return UInt8(truncatingIfNeeded: (kept + 0x1.8p23).bitPattern)
  }
}
