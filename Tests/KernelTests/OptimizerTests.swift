import CKernels
import Foundation
import Testing

/// What `Goldens/optimizers.py` wrote.
private struct Golden: Decodable {
  var start: [Float]
  var gradients: [[Float]]
  var results: [String: [Float]]

  static func read() throws -> Golden {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Goldens/optimizers.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }
}

/// The settings around a formula, with nothing switched on but what is named.
private func update(
  scale: Double = 1, clip: Double = .infinity, decay: Double = 0, shrink: Double = 1,
  within bound: Double = .infinity
) -> assay_update {
  assay_update(
    gradient_scale: scale, clip_value: clip, weight_decay: decay, shrink: shrink,
    minimum: -bound, maximum: bound)
}

/// The flat buffers of an update and their number of steps so far.
private struct Buffers {
  var parameter: [Float]
  var first: [Float]
  var second: [Float]
  var steps = 0

  init(_ parameter: [Float]) {
    self.parameter = parameter
    first = [Float](repeating: 0, count: parameter.count)
    second = first
  }

  mutating func sgd(
    _ g: [Float], _ u: assay_update, rate: Double = 0.1, momentum: Double = 0,
    nesterov: Bool = false
  ) {
    withUnsafePointer(to: u) {
      assay_sgd(&parameter, g, &first, Int64(g.count), $0, rate, momentum, nesterov)
    }
  }

  mutating func adam(_ g: [Float], _ u: assay_update, betas: (Double, Double) = (0.9, 0.999)) {
    steps += 1
    var adam = assay_adam(
      beta1: betas.0, beta2: betas.1, epsilon: 1e-8,
      step: 0.01 / (1 - pow(betas.0, Double(steps))),
      root: 1 / sqrt(1 - pow(betas.1, Double(steps))))
    withUnsafePointer(to: u) {
      assay_adam_update(&parameter, g, &first, &second, Int64(g.count), $0, &adam)
    }
  }

  mutating func rmsprop(
    _ g: [Float], _ u: assay_update, alpha: Double = 0.99, momentum: Double = 0
  ) {
    withUnsafePointer(to: u) {
      assay_rmsprop(&parameter, g, &first, &second, Int64(g.count), $0, 0.01, alpha, 1e-8, momentum)
    }
  }

  mutating func adagrad(_ g: [Float], _ u: assay_update) {
    withUnsafePointer(to: u) {
      assay_adagrad(&parameter, g, &first, Int64(g.count), $0, 0.1, 1e-10)
    }
  }
}

private typealias Step = @Sendable (inout Buffers, [Float]) -> Void

/// The golden cases by name.
private let cases: [(name: String, step: Step)] = [
  ("sgd", { $0.sgd($1, update()) }),
  ("sgd momentum", { $0.sgd($1, update(), momentum: 0.9) }),
  ("sgd nesterov decay", { $0.sgd($1, update(decay: 0.05), momentum: 0.9, nesterov: true) }),
  ("adam", { $0.adam($1, update()) }),
  ("adam decay", { $0.adam($1, update(decay: 0.05), betas: (0.5, 0.9)) }),
  ("adamw", { $0.adam($1, update(shrink: 1 - 0.01 * 0.05)) }),
  ("rmsprop", { $0.rmsprop($1, update()) }),
  ("rmsprop momentum decay", { $0.rmsprop($1, update(decay: 0.05), alpha: 0.9, momentum: 0.9) }),
  ("adagrad", { $0.adagrad($1, update()) }),
  ("adagrad decay", { $0.adagrad($1, update(decay: 0.05)) }),
]

extension Kernels {
  @Suite struct Optimizer {
    @Test(arguments: cases.indices)
    func fiveStepsEndWherePyTorchEnds(index: Int) throws {
      let golden = try Golden.read()
      var buffers = Buffers(golden.start)
      for gradient in golden.gradients { cases[index].step(&buffers, gradient) }
      let expected = try #require(golden.results[cases[index].name])
      for (result, reference) in zip(buffers.parameter, expected) {
        #expect(abs(result - reference) <= 1e-6 * max(1, abs(reference)))
      }
    }

    @Test(arguments: cases.indices)
    func updatesHaveTheSameBitsForAnySplit(index: Int) {
      for count in [1, 37, 20_001] {
        let (start, gradient) = (numbers(count, seed: 1), numbers(count, seed: 2))
        func run() -> [Float] {
          var buffers = Buffers(start)
          for _ in 0..<3 { cases[index].step(&buffers, gradient) }
          return buffers.parameter + buffers.first + buffers.second
        }
        let expected = withKernels(path: availablePaths[0]) { run() }
        expectSameBits(expected, "\(cases[index].name) of \(count)") { run() }
      }
    }

    @Test func theGradientIsScaledThenClippedThenDecayed() {
      let p: [Float] = [1, -2, 0.5, 4]
      let g: [Float] = [8, -8, 0.25, .nan]
      var buffers = Buffers(p)
      buffers.sgd(g, update(scale: 0.5, clip: 1, decay: 0.25, shrink: 0.5), rate: 1)
      let expected = zip(p, g).map { p, g in
        0.5 * p - (max(-1, min(1, 0.5 * g)) + 0.25 * p)
      }
      expectBits(Array(buffers.parameter[0..<3]), Array(expected[0..<3]), "updated")
      #expect(buffers.parameter[3].isNaN)
    }

    @Test func theNewParameterIsHeldWithinItsBounds() {
      var buffers = Buffers([0.009, -0.009, 0, .nan])
      buffers.sgd([-1, 1, 0, 0], update(within: 0.01), rate: 1)
      expectBits(buffers.parameter, [0.01, -0.01, 0, .nan], "constrained")
    }

    @Test func withoutMomentumNoBufferIsNeeded() {
      var (p, v) = ([Float](repeating: 1, count: 20), [Float](repeating: 0, count: 20))
      let g = numbers(20, seed: 1)
      var buffers = Buffers(p)
      buffers.sgd(g, update())
      var around = update()
      assay_sgd(&p, g, nil, 20, &around, 0.1, 0, false)
      expectBits(p, buffers.parameter, "sgd")
      buffers = Buffers(p)
      buffers.rmsprop(g, update())
      assay_rmsprop(&p, g, &v, nil, 20, &around, 0.01, 0.99, 1e-8, 0)
      expectBits(p, buffers.parameter, "rmsprop")
    }

    @Test func averagesMoveByTheirDecay() {
      for count in [5, 50_000] {
        let (start, parameter) = (numbers(count, seed: 1), numbers(count, seed: 2))
        let expected = zip(start, parameter).map { a, p in
          (Float(1 - 0.999) * p).addingProduct(0.999, a)
        }
        expectSameBits(expected, paths: availablePaths, "average of \(count)") {
          var average = start
          assay_average(&average, parameter, Int64(count), 0.999)
          return average
        }
      }
    }
  }
}
