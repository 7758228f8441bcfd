import Foundation
import Testing

@Suite struct FigureCommandTests {
  /// Two seeds and another rate: three runs.
  private func study() throws -> Workplace {
    let place = try Workplace()
    for words in ["seed=1", "seed=2", "train.optimizer.adam.rate=1e-2"] {
      _ = try place.train("\(words) --threads 1")
    }
    return place
  }

  @Test func `plot draws SVG and PNG, the same bytes each time`() throws {
    let place = try study()
    for name in ["figure.svg", "figure.png"] {
      let words = ["plot", "ring", "--y", "generator.loss,test.score", "--smooth", "0.5"]
      let first = try place.shell("\"$assay\" \(words.joined(separator: " ")) --out \(name)")
      #expect(first.code == 0 && first.out == "\(name)\n" && first.err == "")
      let bytes = try place.bytes(name)
      _ = try place.shell("\"$assay\" \(words.joined(separator: " ")) --out \(name)")
      #expect(try place.bytes(name) == bytes)
    }
    let svg = try place.text("figure.svg")
    #expect(svg.contains("rate 0.001, generator.loss") && svg.hasSuffix("</svg>\n"))
    #expect(try place.bytes("figure.png").starts(with: [0x89, 0x50, 0x4e, 0x47]))
  }

  @Test func `plot takes a setting as an axis, and several forms of runs`() throws {
    let place = try study()
    let ending = try place.shell(
      """
      "$assay" plot $(ls -d runs/ring/*) --x rate --log-x --y test.score --y-limits=-2,2 --out a.svg
      """)
    #expect(ending.code == 0, "\(ending.err)")
    #expect(try place.text("a.svg").components(separatedBy: "<circle").count == 3)
  }

  @Test(arguments: [
    ("--y generator.loss", "needs `--out"), ("--out a.svg", "needs `--y"),
    ("--y generator.los --out a.svg", "did you mean `generator.loss`"),
    ("--y generator.loss --out a.pdf", "ends in `.svg` or `.png`"),
    ("--y generator.loss --out a.svg --y-limits 2,1", "two rising numbers"),
    ("--y generator.loss --out a.svg --log-y --y-limits 0,1", "above 0"),
    ("--y generator.loss --out a.svg --smooth 1", "from 0 to 0.9999"),
    ("--y generator.los --out a.svg", "error[no-such-column]: no run measures `generator.los`"),
    ("--y , --out a.svg", "`--y` names nothing"),
    ("--y generator.loss --out a.svg --x networks.generator.layers.1", "error[not-a-number]"),
    (
      "--y generator.loss --out a.svg --group-by bach",
      "error[no-such-setting]: no setting is called `bach`"
    ),
  ])
  func `plot says what it lacks`(_ words: String, _ message: String) throws {
    let place = try Workplace()
    _ = try place.train("train.steps=2")
    let ending = try place.shell("\"$assay\" plot ring \(words)")
    #expect(ending.code == 2 && ending.err.contains(message), "\(ending.err)")
    #expect(try place.names(".").allSatisfy { !$0.hasPrefix("a.") }, "nothing is written")
  }

  @Test func `a figure that shows nothing is told`() throws {
    let place = try Workplace()
    let run = try place.train("train.steps=2")
    try place.write("\(run)/metrics.csv", "step,epoch,a.loss\n1,1,nan\n2,2,-1\n")
    let ending = try place.shell("\"$assay\" plot ring --y a.loss --log-y --out a.svg")
    #expect(ending.code == 0 && ending.err.contains("note: no value can be drawn"))
    #expect(try place.shell("\"$assay\" plot ring --y a.loss --out b.svg").err == "")
  }

  @Test func `report writes one file that loads nothing`() throws {
    let place = try study()
    let ending = try place.assay("report", "ring", "--metric", "test.score", "--goal", "maximize")
    #expect(ending.code == 0 && ending.out == "report.html\n", "\(ending.err)")
    let html = try place.text("report.html")
    #expect(html.hasPrefix("<!doctype html>") && html.contains("default-src 'none'"))
    for word in ["src=\"http", "href=", "@import", "fetch(", "innerHTML", "eval("] {
      #expect(!html.contains(word), "\(word)")
    }
    let wrong = try place.assay("report", "ring", "--goal", "maximise")
    #expect(wrong.code == 2 && wrong.err.contains("minimize or maximize"))
  }

  @Test func `export writes a log folder of TensorBoard, again the same`() throws {
    let place = try study()
    let first = try place.assay("export", "ring", "--tensorboard", "board")
    #expect(first.code == 0 && first.out.split(separator: "\n").count == 3)
    let paths = first.out.split(separator: "\n").map(String.init)
    let bytes = try paths.map { try place.bytes("\(place.path)/\($0)") }
    #expect(try place.assay("export", "ring", "--tensorboard", "board").out == first.out)
    #expect(try paths.map { try place.bytes("\(place.path)/\($0)") } == bytes)
    #expect(try place.assay("export", "ring").err.contains("needs `--tensorboard DIR`"))
  }
}
