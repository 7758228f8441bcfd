import Foundation
import TestSupport
import Testing

@testable import Parts

/// Readers given damaged files refuse them or read something; they never trap.
///
/// `ASSAY_FUZZ=1000000 swift test -c release --filter DatasetsFuzz` tries as many.
@Suite struct DatasetsFuzzTests {
  static let tries = Int(ProcessInfo.processInfo.environment["ASSAY_FUZZ"] ?? "") ?? 1000

  @Test(
    arguments: [
      "f4.npy", "fortran.npy", "object.npy", "images.idx", "images.idx.gz", "two_members.idx.gz",
    ])
  func damagedArraysNeverTrap(name: String) throws {
    let seed = try [UInt8](Data(contentsOf: URL(filePath: golden(name))))
    let format: ArrayHeader.Format = name.hasSuffix("npy") ? .npy : .idx
    try mutate(seed) { path throws(DataError) in
      let file = try ArrayFile(path, format: format)
      _ = try file.header.exampleShape()
      _ = try file.numbers(in: 0...100)
      _ = try ArrayFile(path, format: format).labels(classes: 3)
    }
  }

  @Test func damagedTablesNeverTrap() throws {
    let text = "a,b,\"c, d\"\r\n1,2.5e3,-3\n4,\"5\",6\n\n"
    try mutate(Array(text.utf8)) { path throws(DataError) in
      _ = try CSVTable(path, CSVHeader(label: "1"), classes: 3, range: -10...10)
    }
  }

  /// Calls `read` on damaged copies of a file: bytes changed, cut out, doubled or cut off.
  private func mutate(_ seed: [UInt8], _ read: (String) throws(DataError) -> Void) throws {
    let folder = try TemporaryFolder()
    var random = SplitMix(state: UInt64(seed.count))
    var refused = 0
    for _ in 0..<Self.tries {
      var bytes = seed
      for _ in 0...random.below(4) { damage(&bytes, &random) }
      let path = try folder.write("x", bytes)
      do throws(DataError) { try read(path) } catch { refused += 1 }
    }
    #expect(refused > Self.tries / 10)
  }

  private func damage(_ bytes: inout [UInt8], _ random: inout SplitMix) {
    guard !bytes.isEmpty else { return }
    let place = random.below(bytes.count)
    let count = random.below(min(16, bytes.count - place) + 1)
    switch random.below(5) {
    case 0: bytes[place] = UInt8(random.below(256))
    case 1: bytes[place] ^= 1 << UInt8(random.below(8))
    case 2: bytes.removeSubrange(place..<place + count)
    case 3: bytes.insert(contentsOf: bytes[place..<place + count], at: place)
    default: bytes.removeLast(count)
    }
  }
}

/// SplitMix64: the same damage at every run.
private struct SplitMix {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((word ^ (word >> 31)) % UInt64(bound))
  }
}
