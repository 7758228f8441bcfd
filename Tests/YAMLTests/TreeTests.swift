import Testing
import Text

@testable import YAML

@Suite struct ParserTests {
  @Test func aTreeKeepsOrderTextAndPlace() throws {
    let text = """
      # a comment
      b: [1, two, "3"]
      a:
        - {x: 'it''s'}
        - |
          kept
          lines
      """
    let parsed = parse(text)
    #expect(parsed.lines == [])
    let root = try #require(parsed.value)
    #expect(root.flow == "{b: [1, two, '3'], a: [{x: 'it's'}, 'kept\nlines']}")
    let items = try #require(root["a"]?.items)
    #expect(
      root["b"]?.items?.map(\.span.position) == [
        "test.yaml:2:5", "test.yaml:2:8", "test.yaml:2:13",
      ])
    #expect(root.span.text == "b")
    #expect(root["a"]?.span.text == "-")
    #expect(items[0]["x"]?.span.text == "'it''s'")
    #expect(items[1].span.text == "|\n    kept\n    lines")
  }

  @Test func placesCountCharactersAfterWideText() {
    let parsed = parse("名: {é: 1, 日本: 2, 日本: 3}\r\nb: 1\r\nb: 2")
    #expect(
      parsed.lines == [
        "1:18 duplicate-key: `日本` is written twice in one mapping",
        "3:1 duplicate-key: `b` is written twice in one mapping",
      ])
    #expect(parsed.value?["名"]?["日本"]?.span.text == "2")
  }

  @Test func aByteOrderMarkAtTheStartIsPassedOver() {
    let parsed = parse([0xEF, 0xBB, 0xBF] + Array("a: 1\nb: 2".utf8))
    #expect(parsed.lines == [])
    #expect(parsed.value?.flow == "{a: 1, b: 2}")
    #expect(parsed.value?["b"]?.span.text == "2")
  }

  @Test(
    arguments: [
      ([0xFF, 0xFE, 0x61, 0], "not-utf8"), ([0xFE, 0xFF, 0, 0x61], "not-utf8"),
      ([0xFF, 0xFE, 0, 0], "not-utf8"), ([0, 0, 0xFE, 0xFF], "not-utf8"),
      ([0x61, 0x3A, 0x20, 0xFF], "not-utf8"), ([0x61, 0x3A, 0x20, 0xC0, 0x80], "not-utf8"),
      ([0x61, 0x3A, 0x20, 0xED, 0xA0, 0x80], "not-utf8"),
      ([0x61, 0x3A, 0x20, 0xE2, 0x82], "not-utf8"),
      ([0x61, 0x3A, 0x20, 0], "control-character"),
      ([0x61, 0x3A, 0x20, 0x1B], "control-character"),
      ([0x61, 0x3A, 0x20, 0xEF, 0xBB, 0xBF, 0x31], "control-character"),
      ([0x61, 0x3A, 0x20, 0xC2, 0x85], "control-character"),
    ] as [([UInt8], String)])
  func bytesThatAreNoTextAreRefused(_ bytes: [UInt8], _ code: String) {
    let parsed = parse(bytes)
    #expect(parsed.value == nil)
    #expect(parsed.codes == [code])
  }

  @Test(arguments: HugeText.all) func hugeTextsAreRefusedEarly(_ huge: HugeText) {
    #expect(parse(huge.text()).codes.last == huge.code)
  }

  @Test func sixtyThousandAnchorsGiveABoundedReport() {
    let parsed = parse("a: [" + (0..<45_000).map { "&x\($0) 1" }.joined(separator: ", ") + "]")
    #expect(parsed.problems.count == Problems.limit)
    #expect(Set(parsed.codes) == ["yaml-anchor"])
  }

  @Test func aLongScalarIsReadWhole() {
    let text = String(repeating: "x", count: 1_000_000)
    #expect(parse("a: \(text)").value?["a"]?.scalar?.text == text)
  }
}

/// A text that would take long to read whole.
struct HugeText: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let code: String
  let text: @Sendable () -> String

  init(_ name: String, _ code: String, _ text: @escaping @Sendable () -> String) {
    self.testDescription = name
    self.code = code
    self.text = text
  }

  private static func times(_ count: Int, _ text: String) -> String {
    String(repeating: text, count: count)
  }

  private static func numbered(_ count: Int, _ text: (Int) -> String) -> String {
    (0..<count).map(text).joined()
  }

  static let all = [
    HugeText("nested lists", "nested-too-deep") { times(100_000, "[") },
    HugeText("nested mappings", "nested-too-deep") { times(100_000, "{a: ") },
    HugeText("dashes on a line", "nested-too-deep") { times(20_000, "- ") },
    HugeText("question marks on a line", "key-not-a-name") { times(20_000, "? ") },
    HugeText("nested blocks", "nested-too-deep") {
      numbered(1400) { times($0, " ") + "a:\n" }
    },
    HugeText("a long list", "too-many-values") { "a: [" + times(300_000, "1, ") + "]" },
    HugeText("many keys", "too-many-values") { numbered(60_000) { "k\($0): 1\n" } },
    HugeText("a scalar of 2 MB", "file-too-large") { "a: " + times(2_000_000, "x") },
    HugeText("a long key", "yaml-syntax") { times(1025, "k") + ": 1" },
    HugeText("a long explicit key", "key-not-a-name") { "? " + times(257, "k") + "\n: 1" },
    HugeText("many tag directives", "yaml-tag") {
      numbered(50_000) { "%TAG !a\($0)! b\n" } + "---\na: 1"
    },
    HugeText("many tag directives at the end", "several-documents") {
      "a: 1\n...\n" + numbered(50_000) { "%TAG !a\($0)! b\n" }
    },
    HugeText("an open quote with escapes", "yaml-syntax") { "a: \"" + times(200_000, "\\x41") },
    HugeText("quotes", "several-documents") { times(1_000_000, "\"") },
    HugeText("one key again and again", "duplicate-key") { times(30_000, "a:\n") },
    HugeText("comments", "empty-file") { times(500_000, "#\n") },
  ]
}

@Suite struct MergeTests {
  private func merged(_ base: String, _ child: String) -> String? {
    guard let base = parse(base).value, let child = parse(child).value else { return nil }
    return child.merging(base: base).flow
  }

  @Test func mappingsMergeAndEverythingElseReplaces() {
    #expect(
      merged("{a: {b: 1, c: 2}, d: 3}", "{a: {c: 4, e: 5}}") == "{a: {b: 1, c: 4, e: 5}, d: 3}")
    #expect(merged("{a: [1, 2]}", "{a: [3]}") == "{a: [3]}")
    #expect(merged("{a: gan}", "{a: {gan: {x: 1}}}") == "{a: {gan: {x: 1}}}")
    #expect(merged("{a: {b: 1}}", "{a: 2}") == "{a: 2}")
  }

  @Test func aTildeRemovesWhatTheBaseHas() {
    #expect(merged("{a: {adam: {}}}", "{a: {adam: ~, sgd: {}}}") == "{a: {sgd: {}}}")
    #expect(merged("{a: 1}", "{a: '~'}") == "{a: '~'}")
    #expect(merged("{a: 1}", "{b: ~}") == "{a: 1, b: ~}")
  }
}

@Suite struct OverrideTests {
  private let file = """
    {train: {steps: 5, optimizer: adam}, layers: [relu, dense: 32, {dense: {units: 3, bias: true}}]}
    """

  private func apply(_ overrides: String...) -> Outcome<String> {
    let problems = Problems()
    let root = parse(file).value.map { Override.apply(overrides, to: $0, problems) }
    return Outcome(value: root?.flow ?? "", problems: problems.diagnostics, resolved: "")
  }

  @Test(arguments: [
    ("train.steps=20 epochs", "steps: 5", "steps: 20 epochs"),
    ("train.steps=[1, {a: b}]", "steps: 5", "steps: [1, {a: b}]"),
    ("train.rate=2e-4 * min(1, step / 10)", "adam}", "adam, rate: 2e-4 * min(1, step / 10)}"),
    ("train.optimizer.adam.rate=1", "optimizer: adam", "optimizer: {adam: {rate: 1}}"),
    ("~train.optimizer", ", optimizer: adam", ""),
    ("~layers.0", "relu, ", ""),
    ("layers.1.dense=64", "dense: 32", "dense: 64"),
    ("layers.1.dense.bias=false", "dense: 32", "dense: {: 32, bias: false}"),
    ("layers.2.dense.units=4", "units: 3", "units: 4"),
    ("+layers.0=tanh", "[relu, ", "[tanh, relu, "),
    ("+layers.3=tanh", "true}}]", "true}}, tanh]"),
    ("+train.x.y=1", "adam}", "adam, x: {y: 1}}"),
    ("train.title='a=b'", "adam}", "adam, title: 'a=b'}"),
  ])
  func anOverrideChangesOnePlace(_ override: String, _ old: String, _ new: String) throws {
    let before = try #require(parse(file).value).flow
    let outcome = apply(override)
    #expect(outcome.lines == [])
    #expect(outcome.value == before.replacing(old, with: new, maxReplacements: 1))
  }

  @Test(arguments: [
    ("train..steps=1", "1:7 bad-override: a name is missing in the path"),
    ("=1", "1:1 bad-override: a name is missing in the path"),
    ("", "1:1 bad-override: a name is missing in the path"),
    ("train.steps", "1:1 bad-override: an override needs a `=`"),
    ("~train.steps=1", "1:1 bad-override: `~` removes a key and takes no value"),
    ("~train.stepz", "1:8 bad-override: `train` has no `stepz` to remove"),
    ("layers.3=relu", "1:8 bad-override: `layers` has 3 items, counted from 0"),
    ("layers.99999999999999999999=relu", ""),
    ("+train.steps=1", "1:8 bad-override: `steps` is already there"),
    ("+layers.4=tanh", "1:9 bad-override: `layers` has 3 items, counted from 0"),
    ("train.steps=*x", "1:13 yaml-alias: aliases are not read"),
    ("train.steps=[1", "1:13 yaml-syntax: this list is never closed"),
    ("train.steps={a: 1, a: 2}", "1:20 duplicate-key: `a` is written twice in one mapping"),
  ])
  func anOverrideIsRefused(_ override: String, _ problem: String) {
    #expect(apply(override).lines == [problem].filter { !$0.isEmpty })
  }

  @Test func laterOverridesSeeEarlierOnes() {
    #expect(apply("a={b: 1, c: 2}", "a.b=3", "~a.c").value.hasSuffix(", a: {b: 3}}"))
  }

  @Test func aValueKnowsItsOverride() throws {
    let root = try #require(parse(file).value)
    let changed = Override.apply(["seed=1", "train.steps=  x y"], to: root, Problems())
    #expect(changed["train"]?["steps"]?.span.position == "override 2:1:15")
    #expect(changed["train"]?["steps"]?.span.text == "x y")
    #expect(changed["train"]?.entry("steps")?.keySpan.source.name == "test.yaml")
    #expect(changed.entry("seed")?.keySpan.position == "override 1:1:1")
  }

  @Test func aMainValueBesideOtherSettingsIsRead() throws {
    let root = try #require(parse("{units: 32}").value)
    let part = Override.apply(
      ["conv.bias=1"], to: Node.mapping([("conv", root["units"]!)], at: root.span), Problems())
    let problems = Problems()
    let (sum, _) = Reading(problems).mapping(
      part["conv"], of: "`conv`", at: root.span, mainKey: "units"
    ) { $0.int("units", "n") + $0.int("bias", "n") }
    #expect(sum == 33)
    #expect(problems.diagnostics.isEmpty)
  }

  @Test func aNewNameNeedsAPlus() {
    let ask = { (override: String) in
      let problems = Problems()
      let root = parse("let: {width: 1}").value.map { Override.apply([override], to: $0, problems) }
      _ = Reading(problems).mapping(root, of: "an experiment", at: root!.span) {
        $0.formulas("let", "names")
      }
      return problems.diagnostics.map { "\($0.fact): \($0.helps.first ?? "")" }
    }
    #expect(ask("let.widht=2") == ["`let` has nothing named `widht`: did you mean `width`?"])
    #expect(ask("let.z=2") == ["`let` has nothing named `z`: write `+let.z=2` to add it"])
    #expect(ask("let.width=2") == [])
    #expect(ask("+let.z=2") == [])
  }
}

@Suite struct EmitterTests {
  @Test func shortListsAndMappingsStandOnOneLine() throws {
    let text = """
      seed: 1
      data: {dataset: fashion-mnist, split: {validation: 5000}, scale: [-1, 1]}
      networks:
        generator:
          layers:
            - dense: {units: 64, bias: true}
            - relu: {}
      minimize: mean(max(0, 1 - critic(x))) + 0.5
      notes: |
        one

        two
      empty: {}
      title: 'no: yes'
      nothing:

      """
    #expect(try #require(parse(text).value).yaml == text)
  }

  @Test func whateverIsWrittenReadsBack() throws {
    let texts = [
      "a", "", " ", "a: b", "a #b", "#", "- a", "-", "-1", "?", "? x", "[", "a, b", "it's", "\"",
      "a\nb", "a\n", "\na", " a\nb", "a\n\nb\n", "a\n\n", "\t", "é", "\u{85}", "\u{2028}", "~",
      "null", "true", "1e3", "*x", "&x", "!x", "|", ">", "%a", "@", "`", "a:", ":a", "---", "...",
      "<<", "{}", "a]b", "=", "\u{1F600}", "a\\b", "\u{FEFF}", "key: [x", "x ", "'",
    ]
    let span = SourceText(name: "", text: "").whole
    for text in texts {
      for style in [Node.Scalar.Style.plain, .quoted, .block] {
        let isText = style != .plain
        guard isText || PlainText.isSafe(text) else { continue }
        let leaf = Node(.scalar(.init(text: text, style: style)), at: span)
        let tree = Node.mapping(
          [
            ("k", leaf), ("list", .sequence([leaf, .sequence([leaf], at: span)], at: span)),
            ("map", .mapping([("a", leaf), ("b", .mapping([("c", leaf)], at: span))], at: span)),
            (
              "deep",
              .sequence([.mapping([("a", .sequence([leaf, leaf], at: span))], at: span)], at: span)
            ),
            (text.isEmpty || text.unicodeScalars.contains { $0.value < 0x20 } ? "x" : text, leaf),
          ], at: span)
        let back = parse(tree.yaml)
        #expect(back.value == tree, "\(text.debugDescription) \(style)\n\(tree.yaml)\(back.lines)")
      }
    }
  }
}
