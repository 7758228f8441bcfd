import CKernels
import Testing

@testable import Tensor

@Suite struct SHA256Tests {
  @Test func givesThePublishedDigests() {
    // FIPS 180-4's examples, from NIST's "SHA256.pdf" and "SHA2_Additional.pdf".
    #expect(
      SHA256.hex(of: "".utf8)
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      SHA256.hex(of: "abc".utf8)
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256.hex(of: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      SHA256.hex(of: [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func piecesOfAnySizeGiveTheDigestOfTheWhole() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let whole = SHA256.hex(of: bytes)
    for size in [1, 3, 55, 56, 63, 64, 65, 127, 128, 999] {
      var digest = SHA256()
      for start in stride(from: 0, to: bytes.count, by: size) {
        digest.update(bytes[start..<min(bytes.count, start + size)])
      }
      #expect(digest.hex == whole)
      #expect(digest.count == 1000)
    }
  }

  @Test func aDigestCanBeReadOnTheWay() {
    var digest = SHA256()
    digest.update("a".utf8)
    #expect(digest.hex == SHA256.hex(of: "a".utf8))
    digest.update("bc".utf8)
    #expect(digest.hex == SHA256.hex(of: "abc".utf8))
  }

  @Test func theProcessorsInstructionsAndPlainCodeAgree() {
    let blocks = (0..<64 * 50).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    var fast = (0..<8).map { UInt32($0) &* 0x9e37_79b9 }
    var plain = fast
    assay_sha256_blocks(&fast, blocks, 50)
    assay_sha256_blocks_generic(&plain, blocks, 50)
    #expect(fast == plain)
  }
}
