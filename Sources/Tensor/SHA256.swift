import CKernels

/// SHA-256 (FIPS 180-4), fed piece by piece. A value: a copy can go on, or be finished, on its own.
public struct SHA256: Sendable {
  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  /// The bytes since the last whole block, fewer than 64.
  private var rest: [UInt8] = []
  /// The number of bytes so far.
  public private(set) var count = 0

  /// The digest of nothing yet.
  public init() {}

  /// Adds bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    count += bytes.count
    var bytes = bytes
    if !rest.isEmpty {
      let taken = min(64 - rest.count, bytes.count)
      rest.append(contentsOf: bytes[..<taken])
      bytes = UnsafeRawBufferPointer(rebasing: bytes[taken...])
      guard rest.count == 64 else { return }
      rest.withUnsafeBytes { compress($0) }
      rest.removeAll(keepingCapacity: true)
    }
    let whole = bytes.count / 64 * 64
    compress(UnsafeRawBufferPointer(rebasing: bytes[..<whole]))
    rest.append(contentsOf: bytes[whole...])
  }

  /// Adds bytes.
  public mutating func update(_ bytes: some Sequence<UInt8>) {
    Array(bytes).withUnsafeBytes { update($0) }
  }

  /// The 32 bytes of the digest of all that was added; more can be added afterwards.
  public var bytes: [UInt8] {
    var last = self
    let bits = UInt64(count) &* 8
    let zeros = (119 - count % 64) % 64
    last.update([0x80] + [UInt8](repeating: 0, count: zeros) + bigEndian(bits))
    return last.state.flatMap(bigEndian)
  }

  /// The digest as 64 lowercase hexadecimal digits.
  public var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  /// The hexadecimal digest of some bytes.
  public static func hex(of bytes: some Sequence<UInt8>) -> String {
    var digest = SHA256()
    digest.update(bytes)
    return digest.hex
  }

  private mutating func compress(_ blocks: UnsafeRawBufferPointer) {
    guard let start = blocks.baseAddress else { return }
    let bytes = start.assumingMemoryBound(to: UInt8.self)
    assay_sha256_blocks(&state, bytes, Int64(blocks.count / 64))
  }
}

/// An integer's bytes, the most significant first.
public func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.bigEndian) { Array($0) }
}
