import Testing

@testable import Text

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    "\u{1B}[31m", "\u{7}", "\u{8}", "\r", "\u{7F}", "\u{9B}31m", "\u{85}", "\u{202E}", "\u{2066}",
    "\u{200E}", "\u{2028}", "\u{FEFF}",
  ])
  func `what a terminal would obey is replaced, and escaped in JSON`(_ text: String) throws {
    let harmless = DisplayWidth.harmless("a\n\tb\(text)c")
    #expect(harmless == "a\n\tb\u{FFFD}\(text.dropFirst())c")
    #expect(!DisplayWidth.shown("a\(text)").unicodeScalars.contains { DisplayWidth.speaks($0) })
    let json = JSON.string("a\(text)").text
    #expect(json.utf8.allSatisfy { (0x20..<0x7F).contains($0) }, "\(json)")
    #expect(try JSON(parsing: Array(json.utf8)).string == "a\(text)")
  }

  @Test(arguments: ["å", "日本", "👩‍👩‍👧", "±", "e\u{301}", "─━", "a\tb\n"])
  func `what is only shown stays`(_ text: String) {
    #expect(DisplayWidth.harmless(text) == text)
  }

  @Test func `a line cannot hide behind the one that returns to its start`() {
    #expect(DisplayWidth.harmless("good\rbad\r\n") == "good\u{FFFD}bad\u{FFFD}\n")
  }
}
