import Glibc

/// A stopwatch that tells the parts of training steps apart: each lap is the time since the lap
/// before it, so that laps cover a step without a gap.
///
/// A trainer without a probe pays for one comparison a part.
final class Probe {
  /// A stretch of time, in nanoseconds of the monotonic clock.
  struct Lap {
    /// The part that took it, a place in ``ProfiledPart/all(of:)``.
    let part: Int
    let start, end: Int64
  }

  /// All laps, in their order.
  private(set) var laps: [Lap] = []
  /// For each step the laps that it is made of.
  private(set) var steps: [Range<Int>] = []
  /// The part that ends a step.
  var rest = 0
  private var last: Int64 = 0

  /// The laps that are kept at most: about as many as fit in 100 MB.
  static let limit = 1 << 22

  /// A step begins.
  func begin() { last = Probe.now() }

  /// What was done since the last lap was `part`.
  func lap(_ part: Int) {
    let now = Probe.now()
    laps.append(Lap(part: part, start: last, end: now))
    last = now
  }

  /// The step is done.
  func finish() {
    lap(rest)
    steps.append((steps.last?.upperBound ?? 0)..<laps.count)
  }

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
