import Report
import Run
import Testing

@Suite struct ScaleTests {
  private func texts(_ low: Double, _ high: Double, _ kind: Scale.Kind) -> [String] {
    Scale(kind, showing: [low, high], margin: 0).ticks(5).compactMap(\.words)
      .map { $0.raised.isEmpty ? $0.text : "\($0.text)^\($0.raised)" }
  }

  @Test func `ticks of a linear axis are round numbers, exact in decimal`() {
    #expect(texts(0, 1, .linear) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    let signed = ["\u{2212}0.2", "\u{2212}0.1", "0", "0.1", "0.2"]
    #expect(texts(-0.3, 0.3, .linear) == signed)
    #expect(texts(0, 20_000, .linear) == ["0", "5000", "10000", "15000", "20000"])
  }

  @Test func `long numbers share a power of ten`() {
    let scale = Scale(.linear, showing: [0, 4e6], margin: 0)
    #expect(scale.exponent == 6)
    #expect(scale.ticks(4).compactMap(\.words?.text) == ["0", "1", "2", "3", "4"])
    #expect(Scale(.linear, showing: [1e-5, 3e-5]).exponent == -6)
  }

  @Test func `a logarithmic axis marks decades, and their parts where there are few`() {
    #expect(
      texts(1e-5, 1, .log) == [
        "10^\u{2212}5", "10^\u{2212}4", "10^\u{2212}3", "10^\u{2212}2", "10^\u{2212}1", "10^0",
      ])
    #expect(texts(1, 9, .log) == ["1", "2", "5"])
    #expect(texts(1e-100, 1e100, .log).count <= 6)
    let scale = Scale(.log, showing: [1, 100], margin: 0)
    #expect(abs((scale.place(10) ?? 0) - 0.5) < 1e-12)
    #expect(scale.place(0) == nil && scale.place(-1) == nil)
  }

  @Test(
    arguments: [
      [], [0], [5], [.nan], [.infinity], [-1e308, 1e308], [1, 1 + 1e-15], [1e300, 1.0000001e300],
      [0, .leastNonzeroMagnitude], [-3, 0], [-.infinity, 7],
    ] as [[Double]])
  func `no numbers make an axis without ends`(_ values: [Double]) {
    for kind in [Scale.Kind.linear, .log] {
      let scale = Scale(kind, showing: values)
      #expect(scale.low < scale.high && (scale.high - scale.low).isFinite)
      #expect(scale.ticks(5).allSatisfy { $0.value >= scale.low && $0.value <= scale.high })
      for value in values where Scale.canShow(value, kind) && abs(value) < 1e299 {
        #expect((0...1).contains(scale.place(value) ?? -1), "\(value) \(scale)")
      }
    }
  }

  @Test func `limits that do not rise are none`() {
    #expect(Scale.Limits(1, 1, .linear) == nil && Scale.Limits(2, 1, .linear) == nil)
    #expect(Scale.Limits(0, 1, .log) == nil && Scale.Limits(.nan, 1, .linear) == nil)
    #expect(Scale.Limits(0, 1, .linear) != nil)
  }
}

@Suite struct FigureTests {
  private func figure(_ label: String = "a", y: [Double] = [1, 2, 4]) -> Figure {
    let points = y.enumerated().map { Figure.Point(Double($0), $1, error: 0.5) }
    return Figure(
      x: Figure.Axis("step"), y: Figure.Axis("loss"),
      curves: [Figure.Curve(label, points), Figure.Curve("b", points)])
  }

  @Test func `SVG keeps text as text, and no name can write tags`() {
    let hostile = "</text><script>alert(1)</script>\u{1}\"&"
    let text = SVG.text(figure(hostile).drawing(), title: hostile)
    #expect(!text.contains("<script") && !text.contains("\u{1}"))
    #expect(text.contains("&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;\u{fffd}&quot;&amp;"))
    #expect(text.contains(">step</text>") && text.contains(">loss</text>"))
  }

  @Test func `a value that is not finite is a gap, in the line and in the band`() {
    func paths(_ y: [Double]) -> Int {
      SVG.text(figure(y: y).drawing(), title: "").split(separator: "<path").count
    }
    #expect(paths([1, 2, .nan, 3, 4]) - paths([1, 2, 2.5, 3, 4]) == 4)
    #expect(paths([.nan, .nan]) > 0)
  }

  @Test func `the picture has the size in inches, and its lines the palette's colours`() {
    let drawing = figure().drawing(width: 144, height: 72)
    let picture = Raster.draw(drawing, dotsPerInch: 100)
    #expect(picture.width == 200 && picture.height == 100 && picture.channels == 3)
    let colors = Set(
      stride(from: 0, to: picture.pixels.count, by: 3).map { Array(picture.pixels[$0..<$0 + 3]) })
    #expect(colors.contains([213, 94, 0]), "vermilion, the line that lies above")
    #expect(colors.contains([255, 255, 255]))
  }

  @Test func `nothing is drawn outside a box`() {
    var drawing = Drawing(width: 72, height: 72)
    let box = Box(left: 20, top: 20, right: 40, bottom: 40)
    let line = Drawing.Shape.line(
      [Place(-1e9, 30), Place(1e9, 30)], Stroke(Palette.colors[0], width: 4))
    drawing.shapes = [.within(box, [line])]
    let picture = Raster.draw(drawing, dotsPerInch: 72)
    for x in 0..<72 {
      let isWhite = picture.pixels[(30 * 72 + x) * 3] == 255
      #expect(isWhite == !(20..<40).contains(x), "\(x)")
    }
  }

  @Test func `an area covers as much of a pixel as lies in it`() {
    var drawing = Drawing(width: 8, height: 8)
    let black = Color(red: 0, green: 0, blue: 0)
    let corners = [Place(2.5, 2), Place(6, 2), Place(6, 5.5), Place(2.5, 5.5)]
    drawing.shapes = [.area(corners, black, opacity: 1)]
    let picture = Raster.draw(drawing, dotsPerInch: 72)
    func shade(_ x: Int, _ y: Int) -> UInt8 { picture.pixels[(y * 8 + x) * 3] }
    #expect(
      [shade(1, 3), shade(2, 3), shade(3, 3), shade(5, 3), shade(6, 3)] == [255, 128, 0, 0, 255])
    #expect([shade(4, 1), shade(4, 2), shade(4, 5), shade(4, 6)] == [255, 0, 128, 255])
  }
}
