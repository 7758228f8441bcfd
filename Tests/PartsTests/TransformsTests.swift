import Foundation
import Tensor
import Testing

@testable import Parts

@Suite struct TransformsTests {
  let image = ExampleForm(ExampleShape([1, 2, 3]), range: 0...1)
  let values: [Float] = [0, 0.25, 0.5, 0.75, 1, 0.125]

  @Test func scaleMapsTheDeclaredRangeEndToEnd() throws {
    let (form, result) = try apply("scale: [-1, 1]", image, values)
    #expect(form.range == -1...1)
    #expect(result == [-1, -0.5, 0, 0.5, 1, -0.75])
    let degrees = ExampleForm(ExampleShape([3]), range: -40...60)
    #expect(try apply("scale: [0, 1]", degrees, [-40, 10, 60]).1 == [0, 0.5, 1])
    // Ends stay exact where a product in single precision would miss them.
    #expect(try apply("scale: [0.1, 0.7]", degrees, [-40, 60, 60]).1 == [0.1, 0.7, 0.7])
    #expect(
      refusal("scale: [0, 1]", ExampleForm(ExampleShape([3]), range: nil))
        == "needs to know the range of the values, but none is declared")
  }

  @Test func padSurroundsImagesWithTheLeastValue() throws {
    let (form, result) = try apply("{scale: [-1, 1]}, {pad: 1}", image, values)
    #expect(form.shape == ExampleShape([1, 4, 5]))
    #expect(form.range == -1...1)
    #expect(
      result == [
        -1, -1, -1, -1, -1, -1, -1, -0.5, 0, -1, -1, 0.5, 1, -0.75, -1, -1, -1, -1, -1, -1,
      ])
    let (wide, padded) = try apply("pad: {pixels: [0, 1], value: 2}", image, values)
    #expect(wide == ExampleForm(ExampleShape([1, 2, 5]), range: 0...2))
    #expect(padded == [2, 0, 0.25, 0.5, 2, 2, 0.75, 1, 0.125, 2])
    #expect(
      refusal("pad: 1", ExampleForm(ExampleShape([2]), range: nil))
        == "needs images `[channels, height, width]`, but receives [2]")
  }

  @Test func cropTakesTheMiddleInEvaluation() throws {
    let form = ExampleForm(ExampleShape([2, 3, 4]), range: nil)
    let numbers = (0..<24).map { Float($0) }
    // Row 1 of 0...2 and column 2 of 0...3 (half of 3 is rounded to the even number 2).
    let (result, middle) = try apply("crop: 1", form, numbers, mode: .evaluation)
    #expect(result.shape == ExampleShape([2, 1, 1]))
    #expect(middle == [12, 13])
    #expect(
      refusal("crop: [4, 2]", form) == "cuts 4 x 2 out of images that are 3 x 4")
  }

  @Test func cropTakesAnyPlaceInTraining() throws {
    let form = ExampleForm(ExampleShape([1, 2, 3]), range: nil)
    var places: Set<[Float]> = []
    for draw in [Float](stride(from: 0, to: 1, by: 0.05)) {
      for other in [Float](stride(from: 0, to: 1, by: 0.05)) {
        places.insert(
          try apply("crop: [1, 2]", form, [0, 1, 2, 3, 4, 5], draws: [draw, other]).1)
      }
    }
    #expect(places == [[0, 1], [1, 2], [3, 4], [4, 5]])
    let last = 1 - Float.ulpOfOne / 2
    #expect(try apply("crop: [1, 2]", form, [0, 1, 2, 3, 4, 5], draws: [last, last]).1 == [4, 5])
  }

  @Test func flipMirrorsLeftToRightWithItsProbability() throws {
    let form = ExampleForm(ExampleShape([2, 1, 3]), range: nil)
    let pixels: [Float] = [1, 2, 3, 4, 5, 6]
    #expect(try apply("flip: 0.3", form, pixels, draws: [0.29]).1 == [5, 6, 3, 4, 1, 2])
    #expect(try apply("flip: 0.3", form, pixels, draws: [0.3]).1 == pixels)
    #expect(try apply("flip", form, pixels, mode: .evaluation).1 == pixels)
  }

  @Test func noiseIsAddedInTrainingAndTakesTheRangeAway() throws {
    let form = ExampleForm(ExampleShape([2]), range: 0...1)
    let (noisy, result) = try apply("noise: 0.5", form, [1, 0], draws: [2, -1])
    #expect(noisy.range == nil)
    #expect(result == [2, -0.5])
    #expect(try apply("noise: 0.5", form, [1, 0], mode: .evaluation).1 == [1, 0])
    #expect(
      try apply(
        "noise: {std: 0.5, evaluation: true}", form, [1, 0], mode: .evaluation, draws: [2, -1]
      ).1 == [2, -0.5])
  }

  @Test func binarizeTakesValuesAsProbabilities() throws {
    let form = ExampleForm(ExampleShape([3]), range: 0...1)
    let draws: [Float] = [0, 0.5, 0.99]
    #expect(try apply("binarize: once", form, [0, 0.6, 1], draws: draws).1 == [0, 1, 1])
    #expect(try apply("binarize: every_draw", form, [0, 0.5, 0.5], draws: draws).1 == [0, 0, 0])
    #expect(
      try apply("binarize: {mode: threshold, at: 0.6}", form, [0.5, 0.6, 1]).1 == [0, 1, 1])
    #expect(
      refusal("binarize", ExampleForm(ExampleShape([3]), range: -1...1))
        == "takes values as probabilities, but theirs may lie outside of 0...1")
  }

  @Test func drawsBelongToTheBatchOrToTheExample() throws {
    let owners = try [("once", TransformMode.training), ("once", .evaluation)].map {
      try transform("binarize: \($0.0)").bind(to: image, mode: $0.1).draws?.owner
    }
    #expect(owners == [.example, .example])
    let dynamic = try transform("binarize: every_draw")
    #expect(try dynamic.bind(to: image, mode: .training).draws?.owner == .batch)
    #expect(try dynamic.bind(to: image, mode: .evaluation).draws?.owner == .example)
  }

  @Test(
    arguments: [
      ("bilinear", 7, 5), ("bilinear", 3, 2), ("bilinear", 14, 10), ("bilinear", 16, 3),
      ("bilinear", 1, 1), ("area", 7, 5), ("area", 1, 1),
    ])
  func resizeMakesWhatPyTorchMakes(method: String, height: Int, width: Int) throws {
    let file = try ArrayFile(resized("source"), format: .npy)
    let form = ExampleForm(try file.header.exampleShape(), range: 0...1)
    let expected = try ArrayFile(resized("\(method)_\(height)_\(width)"), format: .npy)
      .numbers(in: nil)
    let source = floats(try file.numbers(in: nil), form.shape.count)
    let (output, result) = try apply(
      "resize: {size: [\(height), \(width)], method: \(method)}", form, source)
    #expect(output == ExampleForm(ExampleShape([3, height, width]), range: 0...1))
    for (value, peer) in zip(result, floats(expected, result.count)) {
      #expect(abs(value - peer) < 1e-6)
    }
  }

  @Test func areaWeighsPixelsByWhatTheyCover() throws {
    let row = ExampleForm(ExampleShape([1, 1, 3]), range: nil)
    let (_, result) = try apply("resize: {size: [1, 2], method: area}", row, [3, 6, 9])
    #expect(result == [4, 8])
  }

  @Test func aChainSaysWhichTransformDoesNotFit() throws {
    let transforms = try ["flip", "crop: 2", "crop: 3"].map(transform)
    do {
      _ = try TransformChain(transforms, input: image, mode: .training)
      Issue.record("nothing was refused")
    } catch {
      #expect(error.index == 2)
      #expect(error.reason.fact == "cuts 3 x 3 out of images that are 2 x 2")
    }
  }

  private func resized(_ name: String) -> String {
    golden("../resized/\(name).npy")
  }

  /// What transforms, the text of a list's items, make of one example.
  private func apply(
    _ text: String, _ form: ExampleForm, _ values: [Float], mode: TransformMode = .training,
    draws: [Float] = [0]
  ) throws -> (ExampleForm, [Float]) {
    let read = readData("{dataset: ring, batch: 1, transforms: [\(text)]}")
    #expect(read.lines == [])
    var form = form
    var values = values
    for transform in read.transforms {
      let bound = try transform.part.bind(to: form, mode: mode)
      form = bound.output
      values = [Float](unsafeUninitializedCapacity: form.shape.count) { output, filled in
        if let start = output.baseAddress { bound.work(values, start, draws) }
        filled = form.shape.count
      }
    }
    return (form, values)
  }

  private func refusal(_ text: String, _ form: ExampleForm) -> String? {
    do {
      _ = try transform(text).bind(to: form, mode: .training)
      return nil
    } catch { return (error as? TransformError)?.fact ?? "\(error)" }
  }
}
