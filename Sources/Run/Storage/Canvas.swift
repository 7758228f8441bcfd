/// A colour, 0...255 each.
public struct Color: Hashable, Sendable {
  /// The shares of the three lights.
  public var red, green, blue: Float

  /// A colour of these shares.
  public init(red: Float, green: Float, blue: Float) {
    self.red = red
    self.green = green
    self.blue = blue
  }
}

/// A white picture to draw on, in single precision until it is done.
public struct Canvas: Sendable {
  /// Pixels across and down.
  public let width, height: Int
  private var pixels: [Float]

  /// A white picture.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
    pixels = [Float](repeating: 255, count: width * height * 3)
  }

  /// The picture in bytes.
  public var bitmap: Bitmap {
    var bitmap = Bitmap(width: width, height: height, channels: 3)
    pixels.withUnsafeBufferPointer { pixels in
      bitmap.pixels.withUnsafeMutableBufferPointer { bytes in
        for index in 0..<min(bytes.count, pixels.count) {
          bytes[index] = Grid.shade(pixels[index], in: 0...255)
        }
      }
    }
    return bitmap
  }

  /// Mixes a colour into a pixel, as much of it as `alpha` says, 0...1; outside the picture nothing
  /// happens.
  public mutating func blend(_ x: Int, _ y: Int, _ color: Color, _ alpha: Float) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    let start = (y * width + x) * 3
    pixels.withUnsafeMutableBufferPointer { pixels in
      pixels[start] += (color.red - pixels[start]) * alpha
      pixels[start + 1] += (color.green - pixels[start + 1]) * alpha
      pixels[start + 2] += (color.blue - pixels[start + 2]) * alpha
    }
  }

  /// Fills a rectangle of pixels.
  mutating func fill(x columns: ClosedRange<Int>, y rows: ClosedRange<Int>, _ color: Color) {
    for y in rows { for x in columns { blend(x, y, color, 1) } }
  }

  /// A disc whose rim is smoothed over one pixel. The middle lies in the picture, whose pixels have
  /// their middles at whole numbers.
  mutating func dot(x: Float, y: Float, radius: Float, color: Color, alpha: Float) {
    let reach = radius + 0.5
    for row in Int((y - reach).rounded(.up))...Int((y + reach).rounded(.down)) {
      for column in Int((x - reach).rounded(.up))...Int((x + reach).rounded(.down)) {
        let dx = Float(column) - x
        let dy = Float(row) - y
        let share = reach - (dx * dx + dy * dy).squareRoot()
        if share > 0 { blend(column, row, color, alpha * min(1, share)) }
      }
    }
  }

  /// A number that ends before the pixel column `right`.
  mutating func text(_ text: String, right: Int, top: Int, _ color: Color) {
    var left = right - Glyphs.width(of: text)
    for character in text {
      for (row, bits) in Glyphs.rows(of: character).enumerated() {
        for column in 0..<5 where bits >> (4 - column) & 1 == 1 {
          let x = left + column * Glyphs.scale
          let y = top + row * Glyphs.scale
          fill(x: x...x + Glyphs.scale - 1, y: y...y + Glyphs.scale - 1, color)
        }
      }
      left += Glyphs.advance
    }
  }
}

/// The characters of numbers, drawn on 5 by 7 squares.
enum Glyphs {
  /// Pixels of a square's side.
  static let scale = 2
  /// Pixels from one character to the next.
  static let advance = 6 * scale
  /// Pixels from top to bottom.
  static let height = 7 * scale

  /// The width of a text in pixels.
  static func width(of text: String) -> Int { text.count * advance - scale }

  /// Seven rows from the top, five bits each; empty for a character that no number has.
  static func rows(of character: Character) -> [UInt8] {
    switch character {
    case "0": [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110]
    case "1": [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110]
    case "2": [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111]
    case "3": [0b01110, 0b10001, 0b00001, 0b00110, 0b00001, 0b10001, 0b01110]
    case "4": [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010]
    case "5": [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110]
    case "6": [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110]
    case "7": [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000]
    case "8": [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110]
    case "9": [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100]
    case "-": [0, 0, 0, 0b01110, 0, 0, 0]
    case ".": [0, 0, 0, 0, 0, 0b01100, 0b01100]
    default: []
    }
  }
}
