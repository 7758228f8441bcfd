import CKernels
import Foundation
import Testing

/// The distance of two float64 in units of the second one's last place.
private func distance(_ result: Double, _ reference: Double) -> Double {
  if result.isNaN || reference.isNaN { return result.isNaN && reference.isNaN ? 0 : .infinity }
  if result == reference { return 0 }
  return reference.isFinite ? abs(result - reference) / reference.ulp : .infinity
}

/// Pseudo-random magnitudes between 2^low and 2^high, of both signs.
private func magnitudes(_ count: Int, low: Double, high: Double, seed: UInt64) -> [Double] {
  let draws = numbers(2 * count, seed: seed).map(Double.init)
  return (0..<count).map { i in
    let size = exp2(low + (high - low) * (draws[2 * i] + 1) / 2)
    return draws[2 * i + 1] < 0 ? -size : size
  }
}

private typealias Function = (
  name: String, ours: @Sendable (Double) -> Double, theirs: @Sendable (Double) -> Double,
  ulp: Double, low: Double, high: Double
)

/// One-argument functions with their error (plus 1 for the reference's own) and tested range.
private let functions: [Function] = [
  ("exp", assay_exp, { exp($0) }, 1.9, -20, 9.5), ("log", assay_log, { log($0) }, 1.9, -1074, 1024),
  ("sin", assay_sin, { sin($0) }, 1.8, -30, 50), ("cos", assay_cos, { cos($0) }, 1.8, -30, 50),
  ("tanh", assay_tanh, { tanh($0) }, 3.5, -30, 6),
]

private let specials: [Double] = [
  0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, .infinity, -.infinity, .nan, 1e300, -1e300, 0x1p-1070,
  0x1p53, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 709.7, 710, -745.1, -746,
]

extension Kernels {
  @Suite struct Scalar {
    @Test(arguments: functions.indices)
    func functionsKeepTheErrorTheyPromise(index: Int) {
      let f = functions[index]
      let arguments = magnitudes(20_000, low: f.low, high: f.high, seed: UInt64(index))
      for x in arguments where f.name != "log" || x > 0 {
        let error = distance(f.ours(x), f.theirs(x))
        guard error <= f.ulp else {
          Issue.record("\(f.name)(\(x)) is \(error) ulp off")
          return
        }
      }
    }

    @Test(arguments: functions.indices)
    func functionsAreRightAtTheEdges(index: Int) {
      let f = functions[index]
      for x in specials where !["sin", "cos"].contains(f.name) || abs(x) <= 0x1p50 {
        let (result, expected) = (f.ours(x), f.theirs(x))
        #expect(distance(result, expected) <= f.ulp, "\(f.name)(\(x))")
        #expect(expected.isNaN || result.sign == expected.sign, "\(f.name)(\(x))")
      }
      #expect(assay_sin(.infinity).isNaN && assay_cos(0x1.1p50).isNaN)
    }

    @Test func powersKeepTheErrorTheyPromise() {
      let bases = magnitudes(20_000, low: -300, high: 300, seed: 7)
      let exponents = magnitudes(20_000, low: -8, high: 1.5, seed: 8)
      for (x, y) in zip(bases, exponents) {
        let error = distance(assay_pow(abs(x), y), pow(abs(x), y))
        guard error <= 2 else {
          Issue.record("pow(\(abs(x)), \(y)) is \(error) ulp off")
          return
        }
      }
    }

    @Test func powersAreRightAtTheEdges() {
      for x in specials {
        for y in specials {
          let (result, expected) = (assay_pow(x, y), pow(x, y))
          #expect(distance(result, expected) <= 2, "pow(\(x), \(y))")
          #expect(expected.isNaN || result.sign == expected.sign, "pow(\(x), \(y))")
        }
      }
    }
  }
}
