import Testing
import Text

@Suite struct SourceTextTests {
  @Test func linesAndColumnsCountCharactersFromOne() {
    let text = SourceText(name: "a.yaml", text: "é日: x\r\n\r\tb\ncd")
    let place = { (word: String) -> String in
      let range = text.whole.text.utf8.firstRange(of: word.utf8)
      let start = range.map {
        text.whole.text.utf8.distance(from: text.whole.text.utf8.startIndex, to: $0.lowerBound)
      }
      return Span(text, (start ?? 0)..<(start ?? 0) + word.utf8.count).position
    }
    #expect(place("é") == "a.yaml:1:1")
    #expect(place("x") == "a.yaml:1:5")
    #expect(place("b") == "a.yaml:3:2")
    #expect(place("d") == "a.yaml:4:2")
    #expect(text.range(ofLine: 2)?.isEmpty == true)
    #expect(text.range(ofLine: 5) == nil)
    #expect(Span(text, 900..<1000).position == "a.yaml:4:3")
  }

  @Test func textThatIsNotUTF8KeepsItsOffsets() {
    let text = SourceText(name: "a", bytes: [0x61, 0xFF, 0x62])
    #expect(Span(text, 2..<3).text == "b")
    #expect(Span(text, 2..<3).column == 3)
  }

  @Test func aSpanTellsWhatLedToIt() {
    let child = SourceText(name: "child.yaml", text: "extends: base.yaml")
    let base = SourceText(
      name: "base.yaml", text: "a: 1", lead: .init("extended from", Span(child, 9..<18)))
    #expect(base.whole.trail == ["extended from child.yaml:1:10"])
    #expect(child.whole.trail == [])
  }
}

@Suite struct SpannedTextTests {
  @Test(arguments: [
    ("mean(x) + y", "mean(x) + y", 0, 10..<11, "y"),
    ("> \n  mean(x)\n  + y\n", "mean(x) + y\n", 3, 10..<11, "y"),
    ("'it''s a'", "it's a", 1, 5..<6, "a"),
    ("'it''s a'", "it's a", 1, 0..<4, "it''s"),
    ("\"a \\\" b\"", "a \" b", 1, 4..<5, "b"),
    ("\"a\\nb\"", "a\nb", 1, 2..<3, "\"a\\nb\""),
    ("max(1,\n   2)", "max(1, 2)", 0, 4..<8, "1,\n   2"),
    ("x", "x", 0, 1..<1, ""),
  ])
  func aPartIsFoundWhereItIsWritten(
    _ written: String, _ text: String, _ start: Int, _ part: Range<Int>, _ found: String
  ) {
    let source = SourceText(name: "a", text: written)
    #expect(SpannedText(text, in: source.whole, from: start).span(of: part).text == found)
  }
}

@Suite struct SuggestTests {
  private let names = ["padding", "kernel", "channels", "stride", "bias", "critic_steps"]

  @Test(arguments: [
    ("paddding", ["padding"]), ("kernle", ["kernel"]), ("Bias", ["bias"]),
    ("critic-steps", ["critic_steps"]), ("x", []), ("optimizer", []), ("chanels", ["channels"]),
  ])
  func aMistypedNameIsRecognised(_ typed: String, _ near: [String]) {
    #expect(Suggest.names(near: typed, among: names) == near)
  }

  @Test func atMostThreeNamesComeNearestFirst() {
    let many = ["conv2", "convx", "conv", "convy", "con"]
    #expect(Suggest.names(near: "conv1", among: many) == ["conv2", "convx", "conv"])
    #expect(Suggest.help(for: "conv1", among: many) == "did you mean `conv2`, `convx`, or `conv`?")
    #expect(Suggest.help(for: "zebra", among: many) == nil)
  }

  @Test func aSwapOfNeighboursIsOneStep() {
    #expect(Suggest.distance(Array("abcd"), Array("acbd")) == 1)
    #expect(Suggest.distance(Array(""), Array("abc")) == 3)
    #expect(Suggest.distance(Array("kitten"), Array("sitting")) == 3)
    #expect(Suggest.distance(Array("ca"), Array("abc")) == 3)
  }
}
