/// Bytes as text (RFC 4648, section 4).
enum Base64 {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The text of some bytes.
  static func text(_ bytes: [UInt8]) -> String {
    String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
      var length = 0
      for start in stride(from: 0, to: bytes.count, by: 3) {
        let count = min(3, bytes.count - start)
        let word = (0..<3).reduce(0) { $0 << 8 | ($1 < count ? Int(bytes[start + $1]) : 0) }
        for digit in 0..<4 {
          text[length + digit] =
            digit <= count ? digits[word >> (18 - 6 * digit) & 63] : UInt8(ascii: "=")
        }
        length += 4
      }
      return length
    }
  }

  /// The text of numbers in single precision, the least byte first.
  static func text(_ values: [Double]) -> String {
    text(values.flatMap { bytes(Float($0).bitPattern) })
  }

  /// The text of steps as whole numbers of 32 bits, the least byte first.
  static func text(steps: [Int]) -> String {
    text(steps.flatMap { bytes(UInt32(clamping: $0)) })
  }

  private static func bytes(_ word: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
  }
}
