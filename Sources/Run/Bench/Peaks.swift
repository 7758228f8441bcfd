import CKernels
import Glibc
import Tensor

/// What the machine can do at this moment with the threads that there are: the measure for kernels.
public struct Peaks: Sendable {
  /// Multiplications and additions a second, of fused multiply-adds in registers.
  public let operations: Double
  /// Bytes read and written a second, of a copy that is too large for the caches.
  public let bytes: Double

  /// The time that a loop is measured for, in seconds.
  private static let length = 0.05

  /// Measures both, in about a quarter of a second.
  public init() throws {
    var rounds: Int64 = 1 << 14
    var rate = 0.0
    var time = 0.0
    while time < Self.length, rounds < 1 << 40 {
      var count: Int64 = 0
      time = Self.time { count = assay_peak_fma(rounds) }
      rate = max(rate, Double(count) / time)
      rounds *= 2
    }
    operations = rate
    bytes = try Self.copyRate()
  }

  private static func copyRate() throws -> Double {
    let pieces = 64
    let size = 1 << 20
    let (from, to) = (try Buffer(pieces * size / 4), try Buffer(pieces * size / 4))
    var best = Double.infinity
    // The first pass gets the pages.
    for _ in 0..<5 {
      best = min(
        best,
        time {
          parallel(pieces) { piece in
            let offset = piece * size / 4
            memcpy(to.floats + offset, from.floats + offset, size)
          }
        })
    }
    return Double(2 * pieces * size) / best
  }

  private static func time(_ body: () -> Void) -> Double {
    let start = Timestamp.monotonic()
    body()
    return max(Timestamp.monotonic() - start, 1e-9)
  }
}
