import Tensor
import Testing
import Text

@testable import Parts
@testable import YAML

/// Ten updates of one of PyTorch's optimisers (`Goldens/make_updates.py`).
struct OptimizerGolden: Decodable, CustomTestStringConvertible, Sendable {
  let optimizer: String
  let parameters: [Float]
  let gradients: [[Float]]
  let scales: [Float]
  let clipValue: Float?
  let clip: Float?
  let after: [[Float]]

  var testDescription: String {
    optimizer + (scales.contains { $0 < 1 } ? ", length clipped" : "")
      + (clipValue == nil ? "" : ", values clipped") + (clip == nil ? "" : ", weights clipped")
  }

  static let all: [OptimizerGolden] = goldens("optimizers")
}

@Suite struct OptimizerTests {
  @Test func everyOptimizerHasACase() {
    let written = Set(OptimizerGolden.all.map { String($0.optimizer.prefix { $0 != ":" }) })
    #expect(written == Set(Catalog.optimizers.types.map { $0.kind }))
  }

  @Test(arguments: OptimizerGolden.all)
  func tenUpdatesAreThoseOfPyTorch(_ golden: OptimizerGolden) throws {
    let optimizer = try part(golden.optimizer, of: Catalog.optimizers)
    let rate = try #require(Double(optimizer.rate.text))
    let count = golden.parameters.count
    let parameters = try Buffer(count)
    parameters.floats.update(from: golden.parameters, count: count)
    let slots = try optimizer.slots.map { _ in try Buffer(count) }
    for (index, expected) in golden.after.enumerated() {
      var gradients = golden.gradients[index]
      gradients.withUnsafeMutableBufferPointer { gradients in
        guard let start = gradients.baseAddress else { return }
        optimizer.update(
          OptimizerUpdate(
            parameters: parameters.floats, gradients: start, slots: slots.map(\.floats),
            count: count, rate: rate, number: index + 1, scale: golden.scales[index],
            clipValue: golden.clipValue ?? .infinity, clip: golden.clip ?? .infinity))
      }
      expectClose(Array(parameters.elements), expected, "update \(index + 1)")
    }
  }

  @Test func nesterovNeedsMomentum() {
    let problems = Problems()
    let node = Parser.document(
      SourceText(name: "test.yaml", text: "{sgd: {rate: 0.1, nesterov: true}}"), problems)
    let read = node.flatMap { Catalog.optimizers.read($0, Reading(problems)) }
    #expect(read == nil)
    #expect(problems.diagnostics.map(\.fact) == ["`nesterov` needs a `momentum` above 0"])
  }

  @Test func slotsAreThoseThatTheSettingsNeed() throws {
    let texts = [
      "sgd: 0.1", "sgd: {rate: 0.1, momentum: 0.9}", "adam: 0.1", "adamw: 0.1", "rmsprop: 0.1",
      "rmsprop: {rate: 0.1, momentum: 0.9}", "adagrad: 0.1",
    ]
    let slots = try texts.map { try part($0, of: Catalog.optimizers).slots }
    #expect(
      slots == [
        [], ["momentum"], ["m", "v"], ["m", "v"], ["v"], ["v", "momentum"], ["sum"],
      ])
  }
}
