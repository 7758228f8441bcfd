/// Names of streams of random numbers.
///
/// Each place of an experiment that draws has a stream of its own, named by its path
/// (`data.order`, `networks.critic.layers[2]`), so that an edit elsewhere moves none of its numbers.
public enum Stream {
  /// The 64-bit number of the stream called `path`: FNV-1a over the UTF-8 bytes, then the finaliser
  /// of SplitMix64, which spreads what the last bytes changed over all bits.
  public static func hash(_ path: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    return hash ^ (hash >> 31)
  }
}
