import CKernels

/// The standard normal distribution in double precision, to about 12 digits, with the project's own
/// exp and log.
enum Normal {
  /// log(2 pi) / 2
  private static let logRootTwoPi = 0.918_938_533_204_672_8

  /// The logarithm of the density at `x`.
  static func logDensity(_ x: Double) -> Double { -0.5 * x * x - logRootTwoPi }

  /// The logarithm of the mass between two numbers, a < b.
  ///
  /// Both are taken to the left half, where a small mass is not the difference of two large ones.
  static func logMass(_ a: Double, _ b: Double) -> Double {
    if a > 0 { return logMass(-b, -a) }
    guard b <= 0 else {
      return assay_log(max(0, 1 - assay_exp(logBelow(a)) - assay_exp(logBelow(-b))))
    }
    let upper = logBelow(b)
    return upper + assay_log(max(0, 1 - assay_exp(logBelow(a) - upper)))
  }

  /// The number between a and b that the share `u` of the mass between them lies below.
  static func quantile(_ u: Double, _ a: Double, _ b: Double) -> Double {
    if a > 0 { return -quantile(1 - u, -b, -a) }
    // A mass below that is more than a half is taken from the other side.
    let mass = assay_exp(logMass(a, b))
    let below = assay_exp(logBelow(a)) + u * mass
    let x =
      below > 0.5 ? -quantile(logBelow: assay_log(1 - below)) : quantile(logBelow: log(u, a, b))
    return min(b, max(a, x))
  }

  /// The logarithm of the mass below a number, given the share `u` of the mass from a to b.
  private static func log(_ u: Double, _ a: Double, _ b: Double) -> Double {
    let most = logBelow(min(0, b))
    guard b <= 0 else { return assay_log(assay_exp(logBelow(a)) + u * assay_exp(logMass(a, b))) }
    let least = assay_exp(logBelow(a) - most)
    return most + assay_log(least + u * (1 - least))
  }

  /// The number x <= 0 with the mass of this logarithm below it, by Newton's method: it starts left
  /// of x, and stays there, as the logarithm of the mass is concave.
  private static func quantile(logBelow wanted: Double) -> Double {
    guard wanted > -.infinity else { return -.infinity }
    var x = -(max(0, -2 * wanted)).squareRoot()
    for _ in 0..<50 {
      let log = logBelow(x)
      let step = (wanted - log) * assay_exp(log - logDensity(x))
      x = min(0, x + step)
      if abs(step) <= 1e-13 * (1 - x) { break }
    }
    return x
  }

  /// The logarithm of the mass below `x` <= 0.
  ///
  /// Near 0 by the series Φ(x) = 1/2 + φ(x) (x + x³/3 + x⁵/(3·5) + ...), further out by Laplace's
  /// continued fraction φ(x) / (-x + 1/(-x + 2/(-x + ...))).
  private static func logBelow(_ x: Double) -> Double {
    guard x > -.infinity else { return -.infinity }
    let t = -x
    guard t > 3 else {
      var term = t
      var sum = t
      var k = 1.0
      while term > sum * 1e-17 {
        k += 2
        term *= t * t / k
        sum += term
      }
      return assay_log(0.5 - assay_exp(logDensity(t)) * sum)
    }
    var fraction = t
    for k in stride(from: t > 6 ? 25.0 : 70, to: 0, by: -1) { fraction = t + k / fraction }
    return logDensity(t) - assay_log(fraction)
  }
}
