import Formula
import Foundation
import Testing
import Text

@Suite("Formulas from noise")
struct FuzzTests {
  /// `ASSAY_FUZZ=1000000 swift test -c release --filter FormulaTests.FuzzTests` for a long run.
  static let rounds = ProcessInfo.processInfo.environment["ASSAY_FUZZ"].flatMap(Int.init) ?? 2000

  static let seeds = [
    "mean(critic(fake)) - mean(critic(x))",
    "penalty * mean((norm(gradient(critic(x), x)) - 1)^2)",
    "q.mean + exp(q.log_var / 2) * normal(latent)",
    "2e-4 * min(1, step / 1000)", "-a^-b^2", "average(generator)(uniform())", "((((1))))", "1.5e+3",
  ]
  static let pieces = [
    "(", ")", "-", "^", ".", ",", "e", "1", "x", " ", "\n", "²", "1e-4", "\u{0}", "f(", "é", "*",
  ]

  @Test("no text crashes the reader, and what it accepts prints and reads back as the same tree")
  func mutations() throws {
    let scope = try TestScope(["fake": "generator(normal(3))"], parameters: ["beta": 0.5])
    var random = SplitMix(state: 1)
    for _ in 0..<FuzzTests.rounds {
      var bytes = Array(FuzzTests.seeds[random.below(FuzzTests.seeds.count)].utf8)
      for _ in 0...random.below(6) { mutate(&bytes, &random) }
      let text = String(decoding: bytes, as: UTF8.self)
      guard let read = try? formula(text) else { continue }
      let again = try formula(read.description)
      #expect(again.description == read.description)
      #expect(again.expression.grouped == read.expression.grouped, "\(text)")
      // Whatever it means, it must come out as a type or as a diagnostic.
      _ = try? Update().elaborator.scalar(read, in: scope, what: "the loss")
    }
  }

  private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
    let place = random.below(bytes.count + 1)
    switch random.below(4) {
    case 0:
      let piece = FuzzTests.pieces[random.below(FuzzTests.pieces.count)]
      bytes.insert(contentsOf: piece.utf8, at: place)
    case 1 where place < bytes.count: bytes.remove(at: place)
    case 2 where place < bytes.count: bytes[place] = UInt8(random.below(256))
    default: bytes += bytes.prefix(place)
    }
    if bytes.count > 5000 { bytes.removeLast(bytes.count - 5000) }
  }
}

/// SplitMix64: the same mutations in every run.
private struct SplitMix {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(max(bound, 1)))
  }
}
