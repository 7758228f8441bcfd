import Testing
import Text

@testable import YAML

private enum Mode: String, CaseIterable {
  case nearest, bilinear
}

@Suite struct FieldsTests {
  @Test func everyKindOfValueIsReadAndFilledIn() {
    let text = """
      kernel: 5
      rate: 2e-4
      bias: false
      title: no
      mode: bilinear
      betas: [0, 0.9]
      shape: [2 * width, width, 7]
      """
    let read = read(text) { fields in
      #expect(fields.int("kernel", "side", in: 1...64, default: 3) == 5)
      #expect(fields.int("stride", "step", in: 1...64, default: 1) == 1)
      #expect(fields.number("rate", "size of a step", in: .above(0)) == 2e-4)
      #expect(fields.bool("bias", "adds a number", default: true) == false)
      #expect(fields.string("title", "for people") == "no")
      #expect(fields.choice("mode", "between pixels", of: Mode.self) == .bilinear)
      #expect(fields.numbers("betas", "decays", count: 2...2, in: 0..<1) == [0, 0.9])
      #expect(fields.ints("shape", "sizes", count: 1...4, in: 1...) == [16, 8, 7])
      #expect(fields.optionalInt("seed", "of its own") == nil)
      #expect(fields.intPair("padding", "zeros around", in: 0..., default: 0).width == 0)
    }
    #expect(read.lines == [])
    #expect(
      read.resolved
        == "{kernel: 5, stride: 1, rate: 0.0002, bias: false, title: no, mode: bilinear, "
        + "betas: [0, 0.9], shape: [16, 8, 7], padding: [0, 0]}")
  }

  @Test func everyProblemIsReportedInTheOrderOfTheFile() {
    let read = read("{kernle: 3, rate: -1, bias: yes, mode: cubic}") { fields in
      _ = fields.int("kernel", "side of the window", in: 1...64, default: 3)
      _ = fields.number("rate", "size of a step", in: .above(0))
      _ = fields.bool("bias", "adds a number", default: true)
      _ = fields.choice("mode", "between pixels", of: Mode.self)
      _ = fields.string("name", "text for people")
    }
    #expect(
      read.lines == [
        "1:1 missing-key: `conv` needs `name`",
        "1:2 unknown-key: `conv` has no key `kernle`",
        "1:19 out-of-range: `rate` must be greater than 0, but is -1",
        "1:29 wrong-type: `bias` must be true or false, but this is the text `yes`",
        "1:40 unknown-choice: `mode` must be `nearest` or `bilinear`, but this is the text `cubic`",
      ])
    #expect(read.problems[1].helps == ["did you mean `kernel`?"])
    #expect(read.problems[3].helps == ["write `bias: true`"])
  }

  @Test(arguments: [
    ("5", 5), ("010", 10), ("+1", 1), ("0x1F", 31), ("0o17", 15), ("1e3", 1000), ("2.0", 2),
    ("5.", 5), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
    ("width", 8), ("'2 * width'", 16),
  ])
  func aWholeNumberMayBeWrittenAs(_ text: String, _ value: Int) {
    let read = read("n: \(text)") { $0.int("n", "a number") }
    #expect(read.lines == [])
    #expect(read.value == value)
    #expect(read.resolved == "{n: \(value)}")
  }

  @Test(arguments: [
    ("1.5", "wrong-type: `n` must be a whole number, but is 1.5"),
    ("half", "wrong-type: `n` must be a whole number, but is 0.5"),
    ("'5'", "wrong-type: `n` must be a whole number, but this is the text `5`"),
    ("1_000", "wrong-type: `n` must be a whole number, but this is the text `1_000`"),
    ("1:30", "wrong-type: `n` must be a whole number, but this is the text `1:30`"),
    ("true", "wrong-type: `n` must be a whole number, but this is `true`"),
    ("[1]", "wrong-type: `n` must be a whole number, but this is a list"),
    ("{a: 1}", "wrong-type: `n` must be a whole number, but this is a mapping"),
    ("9223372036854775808", "out-of-range: `n` must be below 2^63, but is 9223372036854775808"),
    ("18446744073709551616", "out-of-range: `n` must be below 2^63, but is 18446744073709551616"),
    ("1e30", "out-of-range: `n` must be below 2^63, but is 1e30"),
    ("huge", "out-of-range: `n` must be below 2^63, but is huge"),
    ("0", "out-of-range: `n` must be at least 1, but is 0"),
    (".nan", "not-finite: `n` must be a finite number, but is `.nan`"),
    ("bad", "not-finite: `n` must be a finite number, but is `bad`"),
    ("-.INF", "not-finite: `n` must be a finite number, but is `-.INF`"),
    ("nan(0x12)", "not-finite: `n` must be a finite number, but is `nan(0x12)`"),
    ("1e400", "not-finite: `n` is beyond the numbers that a double holds"),
    ("1e-400", "not-finite: `n` is beyond the numbers that a double holds"),
    ("１２", "unknown-text: cannot evaluate `１２`"),
    ("~", "no-value: `n` has no value"),
    ("abc", "unknown-text: cannot evaluate `abc`"),
  ])
  func aWholeNumberCannotBeWrittenAs(_ text: String, _ problem: String) {
    let read = read("n: \(text)") { $0.int("n", "a number", in: 1...) }
    #expect(read.lines.map { $0.drop { $0 != " " }.dropFirst() } == [problem[...]])
    #expect(read.value == 1)
  }

  @Test func aSeedReachesTo64Bits() {
    let ask = { (text: String) in read(text) { $0.unsigned("seed", "of all draws", default: 0) } }
    #expect(ask("seed: 18446744073709551615").value == .max)
    #expect(ask("seed: 18446744073709551615").resolved == "{seed: 18446744073709551615}")
    #expect(
      ask("seed: -1").lines == ["1:7 out-of-range: `seed` must be from 0 to 2^64 - 1, but is -1"])
    #expect(ask("seed: 18446744073709551616").codes == ["out-of-range"])
    #expect(ask("seed: 1.5").codes == ["wrong-type"])
  }

  @Test func aPairIsOneNumberOrTwo() {
    let ask = { (text: String) in read(text) { $0.intPair("kernel", "window", in: 1...64) } }
    #expect(ask("kernel: 3").value == Pair(height: 3, width: 3))
    #expect(ask("kernel: [3, 5]").value == Pair(height: 3, width: 5))
    #expect(ask("kernel: 3").resolved == "{kernel: [3, 3]}")
    #expect(ask("kernel: [3]").lines == ["1:9 wrong-count: `kernel` must have 2 items, but has 1"])
    #expect(ask("kernel: 0").codes == ["out-of-range"])
  }

  @Test func listsSayHowManyItemsTheyNeed() {
    let ask = { (text: String) in read(text) { $0.ints("input", "shape", count: 1...2, in: 1...) } }
    #expect(
      ask("input: 5").lines == [
        "1:8 wrong-type: `input` must be a list, but this is the number `5`"
      ])
    #expect(
      ask("input: []").lines == ["1:8 wrong-count: `input` must have at least 1 item, but has 0"])
    #expect(
      ask("input: [1, 2, 3]").lines == [
        "1:8 wrong-count: `input` must have at most 2 items, but has 3"
      ])
    #expect(ask("input: [0, a]").codes == ["out-of-range", "unknown-text"])
  }

  @Test func aNameMayStandForAListOfOne() {
    let ask = { (text: String) in read(text) { $0.strings("trains", "networks") } }
    #expect(ask("trains: critic").value == ["critic"])
    #expect(ask("trains: [encoder, decoder]").value == ["encoder", "decoder"])
    #expect(ask("trains: critic").resolved == "{trains: [critic]}")
    #expect(ask("trains: [[a]]").codes == ["wrong-type"])
  }

  @Test func partsHaveShortAndLongForms() {
    let text = """
      layers:
        - dense: 64
        - relu
        - relu: {}
        - dense: {units: 2 * width, bias: false}
        - residual: [relu, {dense: 3}]
      """
    let read = read(text) { $0.parts("layers", "in order", of: layerList) }
    #expect(read.lines == [])
    #expect(read.value.map(\.name) == ["dense", "relu", "relu", "dense", "residual"])
    #expect((read.value[3].part as? Dense)?.units == 16)
    #expect(read.value[3].place.span(of: "units").text == "2 * width")
    #expect(read.value[0].place.span(of: "units").text == "64")
    #expect(read.value[0].place.span(of: "bias").text == "dense")
    #expect(
      read.resolved
        == "{layers: [{dense: {units: 64, bias: true}}, {relu: {}}, {relu: {}}, "
        + "{dense: {units: 16, bias: false}}, "
        + "{residual: {layers: [{relu: {}}, {dense: {units: 3, bias: true}}]}}]}")
  }

  @Test(arguments: [
    ("dens: 3", "unknown-part: there is no layer `dens`"),
    ("relu: 3", "wrong-type: `relu` takes named settings, but this is the number `3`"),
    ("dense", "missing-key: `dense` needs `units`"),
    ("[relu]", "wrong-type: a layer is needed here, but this is a list"),
    ("~", "wrong-type: a layer is needed here, but this is nothing"),
    (
      "{dense: 3, relu: {}}",
      "several-parts: one layer is needed here, but this names `dense` and `relu`"
    ),
    ("{}", "wrong-type: a layer is needed here, but this is a mapping"),
  ])
  func aPartIsRefused(_ text: String, _ problem: String) {
    let read = read("layers: [\(text)]") { $0.parts("layers", "in order", of: layerList) }
    #expect(read.lines.map { $0.drop { $0 != " " }.dropFirst() } == [problem[...]])
    #expect(read.value.isEmpty)
  }

  @Test func sectionsHaveKeysOfTheirOwn() {
    let ask = { (text: String) in
      read(text) { fields in
        fields.section("train", "how long", ifMissing: .hasDefaults) { train in
          train.int("steps", "updates", in: 1..., default: 100)
        }
      }
    }
    #expect(ask("train: {steps: 5}").value == 5)
    #expect(ask("").value == 100)
    #expect(ask("").resolved == "{train: {steps: 100}}")
    #expect(ask("train: {step: 5}").lines == ["1:9 unknown-key: `train` has no key `step`"])
    #expect(ask("train: 5").codes == ["wrong-type"])
  }

  @Test func namesOfTheUserKeepTheirOrder() {
    let read = read("networks: {b: {units: 2}, a: {units: 1}}") { fields in
      fields.sections("networks", "what is trained") { name, network in
        "\(name)\(network.int("units", "number of outputs"))"
      }
    }
    #expect(read.value.map(\.value) == ["b2", "a1"])
    #expect(read.resolved == "{networks: {b: {units: 2}, a: {units: 1}}}")
  }

  @Test func formulasKeepTheirTextAndPlace() {
    let text = """
      minimize: >
        mean(x)
        + mean(y)
      rate: 1e-3
      let: {z: q.mean + 1, n: 010}
      """
    let read = read(text) { fields in
      let loss = fields.formula("minimize", "the loss")
      _ = fields.formula("rate", "size of a step", in: .above(0))
      let names = fields.formulas("let", "names")
      #expect(names.map(\.name) == ["z", "n"])
      return loss
    }
    #expect(read.lines == [])
    #expect(read.value.text == "mean(x) + mean(y)\n")
    #expect(read.value.span(of: 10..<17).text == "mean(y)")
    #expect(read.value.span(of: 10..<17).line == 3)
    #expect(
      read.resolved == "{minimize: mean(x) + mean(y), rate: 0.001, let: {z: q.mean + 1, n: 10}}")
  }

  @Test func aConstantFormulaIsCheckedAsTheNumberItIs() {
    let ask = { (text: String) in
      read(text) { $0.formula("rate", "size of a step", in: .above(0)).text }
    }
    #expect(ask("rate: -1e-3").codes == ["out-of-range"])
    #expect(ask("rate: 1e400").codes == ["not-finite"])
    #expect(ask("rate: true").codes == ["wrong-type"])
    #expect(ask("rate: 2e-4 * min(1, step / 1000)").lines == [])
  }

  @Test func aPartDescribesItselfWithoutBeingRead() {
    let dense = Fields.descriptions(of: Dense.self)
    #expect(dense.map(\.key) == ["units", "bias"])
    #expect(dense[0].isMain && dense[0].isRequired)
    #expect(dense[0].type.words == "whole number, at least 1")
    #expect(dense[1].fallback == .bool(true, at: SourceText(name: "", text: "").whole))
    #expect(Fields.descriptions(of: Residual.self).map(\.type.words) == ["list of layer"])
  }
}
