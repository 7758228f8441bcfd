import Testing

@testable import Text

@Suite struct JSONTests {
  private func parse(_ text: String, depth: Int = 32) throws -> JSON {
    try JSON(parsing: Array(text.utf8), depth: depth)
  }

  @Test func keysAreSortedByTheirBytes() {
    let value: JSON = ["b": .integer(1), "é": .null, "a": .bool(true), "Z": .number(0.5)]
    #expect(value.text == #"{"Z":0.5,"a":true,"b":1,"é":null}"#)
  }

  @Test func theIndentedFormIsForPeopleToo() {
    let value: JSON = ["list": [.integer(1), .integer(2)], "inner": ["a": "b"], "none": [:]]
    #expect(
      value.indentedText == """
        {
          "inner": {
            "a": "b"
          },
          "list": [1,2],
          "none": {}
        }

        """)
  }

  @Test func whatIsWrittenReadsBackTheSame() throws {
    let value: JSON = [
      "text": "quote \" slash \\ line\n tab\t bell\u{7} é 🎨",
      "numbers": [
        .integer(.min), .integer(.max), .number(1e-300), .number(-0.0), .number(1e22),
      ], "nested": [["x": .null], .bool(false)],
    ]
    #expect(try parse(value.text) == value)
    #expect(try parse(value.indentedText) == value)
  }

  @Test func numbersThatJSONDoesNotHaveBecomeNull() {
    #expect(JSON.number(.nan).text == "null")
    #expect(JSON.number(.infinity).text == "null")
  }

  @Test func escapesAreRead() throws {
    #expect(try parse(#""\u0041\n\/\ud83c\udfa8""#) == "A\n/🎨")
  }

  @Test(arguments: [
    "", " ", "{", "[1", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "01", "1.", ".5", "+1", "1e",
    "0x1", "NaN", "nul", "truer", "1 2", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"",
    "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"a\nb\"", "{\"a\":1,\"a\":2}", "1e999", "\u{feff}1",
    "'a'", "[1]]", "\\",
  ])
  func whatIsNotJSONIsRefused(_ text: String) {
    #expect(throws: JSONError.self) { try parse(text) }
  }

  @Test func textThatIsNotUTF8IsRefused() {
    #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xff, 0x22]) }
  }

  @Test func depthIsLimited() throws {
    #expect(try parse("[[[]]]", depth: 3) == [[[]]])
    #expect(throws: JSONError(fact: "too many levels", offset: 2)) {
      try parse("[[[]]]", depth: 2)
    }
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError.self) { try parse(deep) }
  }
}
