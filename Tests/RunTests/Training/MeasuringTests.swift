import Formula
import Tensor
import TestSupport
import Testing

@testable import Parts
@testable import Run

/// What is measured on whole sets: exact for any batch, from the right examples, and without a trace.
@Suite struct MeasuringTests {
  private static let net = "net: {input: [2], layers: [dense: 2]}"
  private static let player = "p: {trains: net, minimize: mean(net(x)^2)}"

  private func ring(_ batch: Int, _ rest: String) throws -> Trainer {
    try trainer(
      ringExperiment([Self.net], [Self.player], rest)
        .replacing("batch: 4", with: "batch: \(batch)"))
  }

  private func measure(_ trainer: Trainer) throws -> [String: Double] {
    try Measurer(Compiled(trainer.experiment).measurements, trainer).measure { _ in true }
  }

  /// The training points of the ring.
  private func points(_ trainer: Trainer) -> [[Double]] {
    (0..<trainer.batches.count(.train)).map { index in
      trainer.inputs.load(.train, from: index, count: 1, of: trainer.batches)
      return trainer.inputs.examples(1).map(Double.init)
    }
  }

  @Test(arguments: [1, 3, 4, 5, 12])
  func eachMeanIsOverAllExamplesWhateverTheBatch(batch: Int) throws {
    let metrics = """
      parameters: {scale: 2, late: step + 3}
      metrics:
        train:
          variance: mean(norm(x)^2) - mean(norm(x))^2
          ratio: mean(norm(x)) / mean(abs(x))
          each: norm(x)
          scaled: -(late * mean(scale * x)) + max(mean(x), 100)
          schedule: late
          drawn: mean(normal(3)^2)
          of_net: mean(net(x))
      """
    let trainer = try ring(batch, metrics)
    let found = try measure(trainer)
    #expect(found == (try measure(ring(7, metrics))), "bit for bit")
    let points = points(trainer)
    let norms = points.map { ($0[0] * $0[0] + $0[1] * $0[1]).squareRoot() }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    func expect(_ name: String, _ value: Double) throws {
      #expect(abs(try #require(found["train.\(name)"]) - value) < 1e-6, "\(name)")
    }
    try expect("variance", mean(norms.map { $0 * $0 }) - mean(norms) * mean(norms))
    try expect("ratio", mean(norms) / mean(points.flatMap { $0 }.map(abs)))
    try expect("each", mean(norms))
    try expect("scaled", -3 * 2 * mean(points.flatMap { $0 }) + 100)
    try expect("schedule", 3)
  }

  @Test func aRatioOfZerosIsNotANumberAndNothingElseIs() throws {
    let found = try measure(
      ring(4, "metrics: {test: {bad: mean(0 * x) / mean(0 * x), good: mean(0 * x)}}"))
    #expect(try #require(found["test.bad"]).isNaN)
    #expect(found["test.good"] == 0)
  }

  @Test(arguments: [100, 5000, 10_000])
  func aPartThatNamesTheDataMeasuresThemHoweverManySamplesItTakes(samples: Int) throws {
    let trainer = try ring(
      4, "metrics: {train: {quality: {high_quality: {samples: \(samples), of: x}}}}")
    let mixture = try #require(trainer.batches.info.mixture)
    let points = (0..<samples).map { self.points(trainer)[$0 % 12] }.flatMap { $0 }.map(Float.init)
    let good = points.withUnsafeBufferPointer { mixture.highQuality($0).reduce(0, +) }
    let expected = 100 * Double(good) / Double(samples)
    #expect(try measure(trainer) == ["train.quality": expected])
  }

  @Test func samplesOfAPartAreTheSameInOneBatchAndInSeveral() throws {
    func modes(_ samples: Int) throws -> [Float] {
      let trainer = try ring(
        4, "metrics: {train: {modes: {samples: \(samples), of: normal(2)}}}")
      let part = try #require(Compiled(trainer.experiment).measurements.sets.first?.parts.first)
      var values: [Float] = []
      try BoundPass(part.samples, trainer).run(.train) { values += $0.output(0) }
      return values
    }
    let many = try modes(9000)
    #expect(many.count == 18_000)
    #expect(try modes(100) == Array(many.prefix(200)))
    #expect(Set(many).count > 17_000, "no noise comes twice")
  }

  @Test func aPictureOfMoreExamplesThanABatchPutsEachBesideItsOwnLabel() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<30).map { "\($0),\($0 % 3)\n" }
    try "v,label\n\(rows.joined())".write(
      toFile: "\(folder.path)/a.csv", atomically: true, encoding: .utf8)
    // The cross entropy of the logits 0, 1, 2 tells the label.
    let trainer = try trainer(
      """
      data: {dataset: {csv: {path: \(folder.path)/a.csv, label: label, classes: 3}}, batch: 4}
      networks: {net: {input: [1], layers: [dense: 2]}}
      players: {p: {trains: net, minimize: mean(net(x)^2)}}
      train: {steps: 1, optimizer: {sgd: {rate: 0.1}}}
      samples:
        show:
          pair: >
            concat(x, log(1 + exp(1) + exp(2))
            - cross_entropy(concat(0 * x, 0 * x + 1, 0 * x + 2), label))
      """)
    let painter = try #require(try Painter(Compiled(trainer.experiment), trainer))
    let values = try #require(painter.draw(count: 70).first).values
    #expect(values.count == 140)
    for index in 0..<70 {
      #expect(values[2 * index] == Float(index % 30))
      #expect(abs(values[2 * index + 1] - Float(index % 30 % 3)) < 1e-5)
    }
  }
}
