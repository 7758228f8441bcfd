import Glibc
import TestSupport
import Testing

@testable import Run

/// How many inputs the campaign tries: `ASSAY_FUZZ=1000000 swift test -c release --filter Fuzz`.
private let inputs = getenv("ASSAY_FUZZ").flatMap { Int(String(cString: $0)) } ?? 2000

@Suite struct SafetensorsFuzzTests {
  /// Small numbers for mutations, the same in every campaign.
  private struct Dice {
    var state: UInt64 = 1
    mutating func roll(_ sides: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(sides))
    }
  }

  private static let words: [[UInt8]] = [
    "{", "}", "[", "]", ",", ":", "\"", "\\u0000", "\\ud800", "-1", "1e9", "1.5", "null",
    "99999999999999999999", "9223372036854775807", "\"shape\"", "\"data_offsets\"", "[0,4]",
    "\"dtype\"", "\"F32\"", "\"__metadata__\"", "\"header_sha256\":\"", "{\"a\":{}}", "\u{0}", "é",
  ].map { Array($0.utf8) }

  @Test func noBytesBreakTheReader() throws {
    // In memory where there is such a folder: what is tested is the reader, not the disk.
    let memory = "/dev/shm"
    let folder = try TemporaryFolder(in: access(memory, W_OK) == 0 ? memory : P_tmpdir)
    let golden = Run.folder(of: Run.folder(of: #filePath)) + "/Goldens/tiny.safetensors"
    let seeds = [try contents(golden), try ownFile(folder)]
    var dice = Dice()
    var accepted = 0
    let file = try File("write", folder("input"), flags: O_RDWR | O_CREAT)
    for number in 0..<inputs {
      var bytes = seeds[number % seeds.count]
      for _ in 0...dice.roll(4) { mutate(&bytes, &dice) }
      if dice.roll(4) > 0 { mendLength(&bytes) }
      try file.truncate(to: 0)
      lseek(file.descriptor, 0, SEEK_SET)
      try file.write(bytes)
      accepted += try reads(folder("input")) ? 1 : 0
    }
    // Both ends are reached: mutations that change nothing of weight, and those that do.
    #expect(accepted > 0)
    #expect(accepted < inputs)
  }

  /// Reads a file in full; refusals are the only errors that it may meet.
  private func reads(_ path: String) throws -> Bool {
    do {
      let file = try SafetensorsFile(opening: path)
      for tensor in file.tensors {
        let memory = UnsafeMutableRawBufferPointer.allocate(
          byteCount: tensor.byteCount, alignment: 8)
        defer { memory.deallocate() }
        try file.read(tensor, into: memory)
      }
      try? file.verify()
      return true
    } catch let error as StorageError where error.isInvalid {
      return false
    }
  }

  private func ownFile(_ folder: TemporaryFolder) throws -> [UInt8] {
    let values: [Float] = [1, 2, 3, 4]
    try values.withUnsafeBytes {
      try Safetensors.write(
        [Safetensors.Tensor("w", .float32, shape: [2, 2], bytes: $0)], metadata: ["step": "3"],
        to: folder("own"))
    }
    return try contents(folder("own"))
  }

  private func mutate(_ bytes: inout [UInt8], _ dice: inout Dice) {
    let place = bytes.isEmpty ? 0 : dice.roll(bytes.count)
    let end = min(bytes.count, place + dice.roll(9))
    switch dice.roll(6) {
    case 0 where !bytes.isEmpty: bytes[place] ^= 1 << dice.roll(8)
    case 1 where !bytes.isEmpty: bytes[place] = UInt8(dice.roll(256))
    case 2: bytes.removeSubrange(place..<end)
    case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 4: bytes.insert(contentsOf: Self.words[dice.roll(Self.words.count)], at: place)
    default: bytes.removeLast(min(bytes.count, dice.roll(20)))
    }
  }

  /// Makes the length of the header fit the first `}}` again, so that what follows is read too.
  private func mendLength(_ bytes: inout [UInt8]) {
    guard bytes.count > 8, let close = bytes.lastIndex(of: UInt8(ascii: "}")), close >= 8 else {
      return
    }
    let length = UInt64(close - 7).littleEndian
    bytes.replaceSubrange(0..<8, with: withUnsafeBytes(of: length) { Array($0) })
  }
}
