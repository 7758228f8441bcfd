import Testing

@testable import Text

@Suite struct RendererTests {
  private let source = SourceText(
    name: "wgan.yaml",
    text: """
      networks:
        generator:
          layers: []
        critic:
          - conv: {channels: 64, paddding: 1}
      \tname: 日本語 x
      loss: wgan_gp
      """)

  private func span(_ word: String, of source: SourceText? = nil) -> Span {
    let source = source ?? self.source
    let bytes = Array(word.utf8)
    let start = source.bytes.indices.first { source.bytes[$0...].starts(with: bytes) } ?? 0
    return Span(source, start..<start + bytes.count)
  }

  private func full(_ problems: Diagnostic...) -> String { Renderer(.full).render(problems) }

  @Test func aProblemShowsTheLineWithCarets() {
    let problem = Diagnostic(
      "unknown-key", "`conv` has no key `paddding`", at: span("paddding"), label: "unknown key",
      note: "`conv` takes `channels` and `padding`\n  in this order",
      help: "did you mean `padding`?\nor nothing")
    #expect(
      full(problem) == """
        error[unknown-key]: `conv` has no key `paddding`
         --> wgan.yaml:5:28
          |
        5 |     - conv: {channels: 64, paddding: 1}
          |                            ^^^^^^^^ unknown key
          |
          = note: `conv` takes `channels` and `padding`
                    in this order
        help: did you mean `padding`?
              or nothing

        1 error, nothing was run

        """)
  }

  @Test func relatedPlacesGetDashesAndGapsGetDots() {
    var problem = Diagnostic(
      "missing-network", "the loss `wgan_gp` needs a network", at: span("wgan_gp"),
      label: "uses it",
      related: [.init(span("generator"), "this"), .init(span("critic"), "and this")])
    problem.severity = .warning
    #expect(
      full(problem) == """
        warning[missing-network]: the loss `wgan_gp` needs a network
         --> wgan.yaml:7:7
          |
        2 |   generator:
          |   --------- this
        3 |     layers: []
        4 |   critic:
          |   ------ and this
        ...
        7 | loss: wgan_gp
          |       ^^^^^^^ uses it
          |

        1 warning

        """)
  }

  @Test func tabsAndWideCharactersKeepCaretsInPlace() {
    #expect(
      full(Diagnostic("a", "b", at: span("日本語"), related: [.init(span("x", of: source), "")]))
        .contains(
          """
          6 |     name: 日本語 x
            |           ^^^^^^
          """))
    #expect(full(Diagnostic("a", "b", at: span("語 x"))).contains("\n  |               ^^^^\n"))
  }

  @Test func placesOnOneLineGetALineEach() {
    let problem = Diagnostic(
      "a", "b", at: span("64"), label: "here", related: [.init(span("conv"), "there")])
    #expect(
      full(problem).contains(
        """
        5 |     - conv: {channels: 64, paddding: 1}
          |                        ^^ here
          |       ---- there
          |

        """))
  }

  @Test func aPlaceInAnotherFileShowsWhatLedToIt() {
    let base = SourceText(
      name: "base.yaml", text: "rate: -1", lead: .init("extended from", span("wgan_gp")))
    let problem = Diagnostic(
      "out-of-range", "no", at: span("-1", of: base), related: [.init(span("critic"), "for this")],
      note: "more")
    #expect(
      full(problem) == """
        error[out-of-range]: no
         --> base.yaml:1:7
          |
        1 | rate: -1
          |       ^^
          |
         ::: wgan.yaml:4:3
          |
        4 |   critic:
          |   ------ for this
          |
          = note: extended from wgan.yaml:7:7
          = note: more

        1 error, nothing was run

        """)
  }

  @Test func aProblemWithoutAPlaceStandsAlone() {
    #expect(
      full(Diagnostic("file-not-found", "there is no file `x`", at: nil, note: "n", help: "h"))
        == "error[file-not-found]: there is no file `x`\nnote: n\nhelp: h\n\n"
        + "1 error, nothing was run\n")
  }

  @Test func controlCharactersNeverReachTheTerminal() {
    let evil = SourceText(name: "a\u{1B}[2J", text: "x: \u{1B}[31m\u{202E}")
    let text = full(Diagnostic("a", "`\u{1B}]0;`", at: evil.whole, label: "\u{7}"))
    #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}") && !text.contains("\u{7}"))
  }

  @Test func oneLongLineIsShownInPart() {
    let long = SourceText(
      name: "a",
      text: String(repeating: "日", count: 100_000) + "HERE" + String(repeating: "x", count: 999))
    let lines = full(Diagnostic("a", "b", at: span("HERE", of: long))).split(separator: "\n")
    #expect(lines[3].hasPrefix("1 | ...日") && lines[3].hasSuffix("x..."))
    #expect(lines[3].count < 140)
    let caret = DisplayWidth.width(of: String(lines[4].prefix { $0 != "^" }))
    let here = lines[3].firstRange(of: "HERE").map {
      DisplayWidth.width(of: String(lines[3][..<$0.lowerBound]))
    }
    #expect(caret == here)
    #expect(lines[4].hasSuffix(" ^^^^"))
  }

  @Test func endsOfLinesAndOfTheTextCanBeMarked() {
    let text = SourceText(name: "a", text: "ab\ncd\n")
    #expect(full(Diagnostic("a", "b", at: Span(text, 2..<2))).contains("1 | ab\n  |   ^\n"))
    #expect(full(Diagnostic("a", "b", at: Span(text, 6..<6))).contains("3 |\n  | ^\n"))
    #expect(full(Diagnostic("a", "b", at: Span(text, 0..<5))).contains("1 | ab\n  | ^^\n"))
  }

  @Test func conciseFormIsALineEach() {
    let problems = [
      Diagnostic("a", "one", at: span("64")), Diagnostic("b", "two", at: nil, severity: .warning),
    ]
    #expect(
      Renderer(.concise).render(problems)
        == "wgan.yaml:5:24: error[a]: one\nwarning[b]: two\n")
  }

  @Test func jsonFormHoldsEverything() {
    let problem = Diagnostic(
      "a", "one", at: span("64"), label: "l", related: [.init(span("conv"), "r")], note: "n",
      help: "h")
    let expected = """
      [{"code":"a","fact":"one","helps":["h"],"label":"l","notes":["n"],\
      "place":{"column":24,"length":2,"line":5,"source":"wgan.yaml"},\
      "related":[{"label":"r","place":{"column":7,"length":4,"line":5,"source":"wgan.yaml"}}],\
      "severity":"error"}]

      """
    #expect(Renderer(.json).render([problem]) == expected)
    #expect(Renderer(.json).render([]) == "[]\n")
  }

  @Test func colourIsOnlyAroundTheSameText() {
    let problem = Diagnostic("a", "one", at: span("64"), label: "l", note: "n", help: "h")
    let plain = full(problem)
    let coloured = Renderer(.full, colour: true).render([problem])
    #expect(coloured.contains("\u{1B}[1;31m"))
    #expect(coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == plain)
  }
}

@Suite struct ProblemsTests {
  @Test func problemsComeInTheOrderOfTheirLines() throws {
    let first = SourceText(name: "a", text: "abc")
    let second = SourceText(name: "b", text: "abc")
    let problems = Problems()
    for (code, span) in [
      ("3", Span(first, 2..<3)), ("4", second.whole), ("2", Span(first, 0..<1)), ("1", nil),
      ("2", Span(first, 0..<1)),
    ] {
      problems.add(Diagnostic(code, "fact", at: span))
    }
    #expect(problems.diagnostics.map(\.code) == ["1", "2", "3", "4"])
    #expect(problems.errorCount == 4)
    #expect(problems.hasErrors)
  }

  @Test func warningsRejectNothing() throws {
    let problems = Problems()
    problems.add(Diagnostic("a", "b", at: nil, severity: .warning))
    #expect(!problems.hasErrors)
  }
}
