import Foundation
import Testing
import Text

@testable import YAML

/// Reads texts that are nearly YAML. `ASSAY_FUZZ=1000000` reads that many; without it a few are
/// read, to see that the test works.
@Suite struct FuzzTests {
  /// A small generator of random numbers (splitmix64), so that a seed gives the same texts again.
  private struct Dice {
    var state: UInt64

    mutating func roll(_ sides: Int) -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int((z ^ (z >> 31)) % UInt64(sides))
    }

    mutating func pick<Item>(_ items: [Item]) -> Item { items[roll(items.count)] }
  }

  private static let tokens: [String] = [
    "[", "]", "{", "}", ": ", ":", "- ", "-", "? ", ", ", "#", " #", "&a", "*a", "!", "!!str ",
    "|", ">", "|2", ">+", "|-", "'", "\"", "''", "\\", "\\x41", "\\u", "%", "%TAG ! x\n", "---",
    "...", "\n", "\n\n", "\r\n", "\r", "\t", " ", "  ", "        ", "~", "null", "<<: ", "@", "`",
    "\u{FEFF}", "\u{2028}", "\u{85}", "\0", "é", "日本", "\u{1F600}", "true", "1e400", "0x1F",
    ".nan", "18446744073709551616", "extends: a.yaml\n", "a: ", "b: 1\n", "\n- ", "\n  ",
  ]

  private static let names = ["dense", "layers", "units", "rate", "2", "0", "a", "b", "train"]

  /// What the mutations start from: every example of the diagnostic cases and every experiment
  /// beside them.
  private static let seeds: [[UInt8]] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../DiagnosticTests")
    let files = ["Cases", "Files"].flatMap { name in
      let inside = folder.appending(path: name)
      let found = (try? FileManager.default.contentsOfDirectory(atPath: inside.path)) ?? []
      return found.sorted().map { inside.appending(path: $0) }
    }
    let texts = files.compactMap { try? String(contentsOf: $0, encoding: .utf8) }
    return texts.flatMap { text in
      let blocks = text.components(separatedBy: "```yaml\n").dropFirst()
      let examples = blocks.map { $0.components(separatedBy: "```\n")[0] }
      return (examples.isEmpty ? [text] : examples).map { Array($0.utf8) }
    }
  }()

  private static func mutated(_ dice: inout Dice) -> [UInt8] {
    var bytes = dice.pick(seeds)
    for _ in 0...dice.roll(6) {
      let place = dice.roll(bytes.count + 1)
      let end = min(bytes.count, place + dice.roll(12))
      switch dice.roll(8) {
      case 0: bytes.removeSubrange(place..<end)
      case 1 where place < bytes.count: bytes[place] = UInt8(dice.roll(256))
      case 2 where place < bytes.count: bytes[place] ^= 1 << UInt8(dice.roll(8))
      case 3: bytes.insert(contentsOf: bytes[place..<end], at: dice.roll(bytes.count + 1))
      case 4:
        let other = dice.pick(seeds)
        bytes = Array(bytes[..<place] + other[dice.roll(other.count + 1)...])
      case 5 where dice.roll(40) == 0:
        let token = Array(dice.pick(tokens).utf8)
        let run = repeatElement(token, count: dice.roll(3000)).joined()
        bytes.insert(contentsOf: run, at: place)
      default: bytes.insert(contentsOf: dice.pick(tokens).utf8, at: place)
      }
    }
    return bytes
  }

  /// Reads, changes, and writes one text, as a run would.
  private static func use(_ bytes: [UInt8], _ dice: inout Dice) -> String? {
    let problems = Problems()
    let source = SourceText(name: "fuzz.yaml", bytes: bytes)
    let root = Parser.document(source, problems)
    if problems.diagnostics.count > Problems.limit { return "too many problems" }
    if root == nil, !problems.hasErrors { return "refused without a reason" }
    guard let root else {
      return dice.roll(8) == 0 ? rendered(problems) : nil
    }
    let text = root.yaml
    let again = Problems()
    let back = Parser.document(SourceText(name: "again.yaml", text: text), again)
    if back != root { return "does not read back: \(again.diagnostics.first?.fact ?? text)" }
    let path = (0...dice.roll(3)).map { _ in dice.pick(names) }.joined(separator: ".")
    let value = String(decoding: bytes.prefix(dice.roll(20)), as: UTF8.self)
    let overrides = [dice.pick(["", "+", "~"]) + path + dice.pick(["=", ""]) + value]
    let changed = Override.apply(overrides, to: root.merging(base: root), problems)
    _ = Reading(problems).mapping(changed, of: "an experiment", at: source.whole) { fields in
      _ = fields.int("a", "number") + fields.intPair("b", "pair").width
      _ = fields.formula("minimize", "loss").span(of: 0..<3)
      _ = fields.section("train", "how long") { $0.unsigned("steps", "updates", default: 1) }
      _ = fields.strings("layers", "names")
    }
    return dice.roll(8) == 0 ? rendered(problems) : nil
  }

  private static func rendered(_ problems: Problems) -> String? {
    let text = Renderer(.full).render(problems.diagnostics)
    return text.utf8.count > 1 << 20 ? "a report of more than 1 MiB" : nil
  }

  @Test func textsThatAreNearlyYAMLAreReadOrRefused() {
    let count = ProcessInfo.processInfo.environment["ASSAY_FUZZ"].flatMap(Int.init) ?? 300
    let clock = ContinuousClock()
    var slowest = (time: Duration.zero, seed: 0)
    for seed in 0..<count {
      var dice = Dice(state: UInt64(seed))
      let bytes = Self.mutated(&dice)
      let start = clock.now
      if let failure = Self.use(bytes, &dice) {
        Issue.record("seed \(seed): \(failure)\n\(String(decoding: bytes, as: UTF8.self))")
      }
      let time = clock.now - start
      if time > slowest.time { slowest = (time, seed) }
    }
    if count > 300 { print("\(count) texts; the slowest, \(slowest.seed), took \(slowest.time)") }
  }
}
