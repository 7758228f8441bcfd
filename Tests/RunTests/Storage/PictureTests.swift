import CZlib
import Tensor
import Testing

@testable import Run

@Suite struct PictureTests {
  /// The pixels of a PNG that ``PNG`` wrote, with every chunk's CRC checked.
  private func decode(_ png: [UInt8], width: Int, height: Int, channels: Int) throws -> [UInt8] {
    var rest = png[8...]
    var data: [UInt8] = []
    while !rest.isEmpty {
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      let body = Array(rest.dropFirst(4).prefix(4 + length))
      let check = rest.dropFirst(8 + length).prefix(4).reduce(UInt(0)) { $0 << 8 | UInt($1) }
      #expect(crc32(0, body, UInt32(body.count)) == check)
      if body.starts(with: Array("IDAT".utf8)) { data += body.dropFirst(4) }
      rest = rest.dropFirst(12 + length)
    }
    let row = width * channels + 1
    var count = UInt(row * height)
    var rows = [UInt8](repeating: 0, count: row * height)
    #expect(uncompress(&rows, &count, data, UInt(data.count)) == Z_OK)
    for index in rows.indices where index >= row && index % row > 0 {
      rows[index] &+= rows[index - row]
    }
    return rows.indices.filter { $0 % row > 0 }.map { rows[$0] }
  }

  @Test(arguments: [1, 3])
  func aPNGHoldsThePixels(_ channels: Int) throws {
    var bitmap = Bitmap(width: 5, height: 3, channels: channels)
    bitmap.pixels = bitmap.pixels.indices.map { UInt8(truncatingIfNeeded: $0 * 37) }
    let png = PNG.encode(bitmap)
    #expect(png.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]))
    #expect(Array(png[16..<26]) == [0, 0, 0, 5, 0, 0, 0, 3, 8, channels == 1 ? 0 : 2])
    #expect(try decode(png, width: 5, height: 3, channels: channels) == bitmap.pixels)
  }

  @Test(arguments: [1, 3])
  func aPNGIsReadBackUnlessItIsDamaged(_ channels: Int) {
    var bitmap = Bitmap(width: 7, height: 4, channels: channels)
    bitmap.pixels = bitmap.pixels.indices.map { UInt8(truncatingIfNeeded: $0 * 91) }
    let png = PNG.encode(bitmap)
    #expect(PNG.decode(png) == bitmap)
    for length in png.indices { #expect(PNG.decode(Array(png[..<length])) == nil) }
    for index in png.indices {
      var damaged = png
      damaged[index] ^= 0x10
      #expect(PNG.decode(damaged) == nil, "byte \(index)")
    }
  }

  @Test func shadesAreRoundedAndKeptInRange() {
    let shades = [-1, 0, 0.25, 0.5, 1, 2, .nan, .infinity].map { Grid.shade($0, in: 0...1) }
    // 63.75 and 127.5: to the nearest, to even at a half.
    #expect(shades == [0, 0, 64, 128, 255, 255, 0, 255])
    #expect(Grid.shade(0, in: -1...1) == 128)
  }

  @Test func imagesStandSideBySideWithTwoBlackPixelsBetween() {
    let grid = Grid(rows: 1, columns: 2, height: 1, width: 2, channels: 1)
    let bitmap = grid.draw([1, 0.2, 0.4, 0.6], range: 0...1)
    #expect((bitmap.width, bitmap.height) == (10, 5))
    let rows = stride(from: 0, to: 50, by: 10).map { Array(bitmap.pixels[$0..<$0 + 10]) }
    #expect(rows[2] == [0, 0, 255, 51, 0, 0, 102, 153, 0, 0])
    for row in [0, 1, 3, 4] { #expect(rows[row] == [UInt8](repeating: 0, count: 10)) }
  }

  @Test func colourIsKeptAndMissingImagesAreBlack() {
    let grid = Grid(rows: 1, columns: 2, height: 1, width: 1, channels: 3)
    let bitmap = grid.draw([1, 0, 0.2], range: 0...1)
    let row = Array(bitmap.pixels[(2 * 8 * 3)..<(3 * 8 * 3)])
    #expect(Array(row[6..<9]) == [255, 0, 51])
    #expect(row[9...].allSatisfy { $0 == 0 })
  }

  @Test func otherNumbersOfChannelsShowTheFirst() {
    let grid = Grid(rows: 1, columns: 1, height: 1, width: 1, channels: 2)
    #expect(grid.draw([1, 0], range: 0...1).pixels[12] == 255)
  }

  /// Points on a ring, without a library's sine: (±3, ±4), (±4, ±3), (±5, 0), (0, ±5).
  private let ring: [Float] = [
    3, 4, 3, -4, -3, 4, -3, -4, 4, 3, 4, -3, -4, 3, -4, -3, 5, 0, -5, 0, 0, 5, 0, -5,
  ]

  @Test func aScatterIsAlwaysTheSameBits() {
    let window = Scatter.Window(around: ring)
    #expect(window == Scatter.Window(x: 0, y: 0, half: 5.75))
    let picture = Scatter.draw(
      real: ring, generated: ring.map { $0 * 0.9 } + [.nan, 0, 100, 0, .infinity, 1],
      window: window)
    #expect((picture.width, picture.height, picture.channels) == (640, 640, 3))
    #expect(
      SHA256.hex(of: picture.pixels)
        == "e79f3bc57d7795f762c707d5ddf281342ef212cb976ad2f2a70675f7b5cf9029")
  }

  @Test func pointsLieWhereTheirNumbersSay() {
    let picture = Scatter.draw(
      real: [], generated: [2.5, 2.5], window: Scatter.Window(x: 0, y: 0, half: 5))
    // A quarter from the right and from the top of the box.
    let (x, y) = (66 + 559 * 3 / 4, 14 + 559 / 4)
    let pixel = Array(picture.pixels[((y * 640 + x) * 3)..<((y * 640 + x) * 3 + 3)])
    #expect(pixel[0] > 220 && pixel[1] < 190 && pixel[2] < 160)
  }

  @Test(arguments: [
    [], [1, 1], [.nan, .nan], [1e30, 1e30, 1e30, 1e30], [-3e38, -3e38, 3e38, 3e38], [1e-38, 0],
  ])
  func anyPointsCanBeDrawn(_ points: [Float]) {
    let picture = Scatter.draw(
      real: points, generated: points, window: Scatter.Window(around: points))
    #expect(picture.pixels.count == 640 * 640 * 3)
  }

  @Test func axesHaveRoundNumbers() {
    func texts(_ low: Double, _ high: Double) -> [String] {
      Ticks(span: high - low).inside(low...high).map(\.text)
    }
    #expect(texts(-5.75, 5.75) == ["-4", "-2", "0", "2", "4"])
    #expect(texts(-0.01, 0.31) == ["0", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30"])
    #expect(texts(900, 2600) == ["1000", "1500", "2000", "2500"])
  }
}
