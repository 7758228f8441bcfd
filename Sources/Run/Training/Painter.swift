import Experiment
import Graph
import Parts
import Plan
import Tensor

/// A picture, and the numbers that it was made of.
public struct Picture: Sendable {
  /// Its name in the experiment.
  public let name: String
  /// The shape of one sample.
  public let shape: ExampleShape
  /// The samples, images channels last.
  public let values: [Float]
  /// What is seen.
  public let bitmap: Bitmap
}

/// Draws the pictures of a run, always from the same noise and the same examples.
final class Painter {
  private let trainer: Trainer
  private let pictures: [Measurer.Bound]
  private let grid: (rows: Int, columns: Int)
  private var real: [Float]?

  /// How many points a scatter shows at most of the data.
  static let points = 2000

  init?(_ compiled: Compiled, _ trainer: Trainer) throws(Buffer.OutOfMemory) {
    guard let samples = compiled.experiment.samples, !samples.show.isEmpty else { return nil }
    self.trainer = trainer
    grid = (samples.grid.height, samples.grid.width)
    var pictures: [Measurer.Bound] = []
    for picture in compiled.measurements.pictures {
      pictures.append(try Measurer.Bound(picture, trainer))
    }
    self.pictures = pictures
  }

  /// The pictures at this moment of the run.
  func draw() -> [Picture] { pictures.map { draw($0, count: nil, seed: nil) } }

  /// The pictures with `count` samples each, of the noise that belongs to `seed`: the first are those
  /// of the run for its own seed.
  func draw(count: Int, seed: UInt64?) -> [Picture] {
    pictures.map { draw($0, count: count, seed: seed) }
  }

  private func draw(_ bound: Measurer.Bound, count: Int?, seed: UInt64?) -> Picture {
    let (batch, name) = (bound.measurement.batch, bound.measurement.values[0].name)
    let shape = bound.measurement.values[0].shape ?? .number
    var values: [Float] = []
    var examples: [Float]?
    for number in 0..<((count ?? batch) + batch - 1) / batch {
      if let loaded = load(bound, from: number * batch) { examples = (examples ?? []) + loaded }
      bound.executor.run(trainer.measuring(batch: number, seed: seed))
      guard let output = bound.executor.output(name) else { break }
      values += UnsafeBufferPointer(start: output.floats, count: output.shape.count)
    }
    let size = shape.count
    let total = count ?? batch
    values.removeLast(max(0, values.count - total * size))
    var layout = grid
    if let count {
      layout.columns = Int(Double(count).squareRoot().rounded(.up))
      layout.rows = (count + layout.columns - 1) / layout.columns
    }
    return Picture(
      name: name, shape: shape, values: values,
      bitmap: bitmap(shape, values, examples, layout))
  }

  /// The examples that a picture is made of, `start` and following of the test set, or of what there
  /// is instead; fewer examples than places are repeated.
  private func load(_ bound: Measurer.Bound, from start: Int) -> [Float]? {
    guard bound.measurement.usesBatch else { return nil }
    let split = trainer.experiment.data.splits.last ?? .train
    let size = trainer.experiment.data.form.shape.count
    let batch = bound.measurement.batch
    let available = max(1, trainer.batches.count(split))
    var all: [Float] = []
    while all.count < batch * size {
      let count = trainer.inputs.load(
        split, from: (start + all.count / size) % available, of: trainer.batches)
      if count == 0 { break }
      all.append(
        contentsOf: UnsafeBufferPointer(start: trainer.inputs.x.floats, count: count * size))
    }
    all.removeLast(max(0, all.count - batch * size))
    trainer.inputs.fill(all)
    return all
  }

  private func bitmap(
    _ shape: ExampleShape, _ values: [Float], _ examples: [Float]?,
    _ layout: (rows: Int, columns: Int)
  ) -> Bitmap {
    guard shape.isImage else {
      return Scatter.draw(real: realPoints(), generated: values, window: window())
    }
    let (height, width) = (shape.dims[1], shape.dims[2])
    let range = trainer.experiment.data.form.range ?? 0...1
    let isPaired = examples != nil && shape == trainer.experiment.data.form.shape
    let grid = Grid(
      rows: (isPaired ? 2 : 1) * layout.rows, columns: layout.columns, height: height,
      width: width, channels: shape.channels)
    guard isPaired, let examples else { return grid.draw(values, range: range) }
    let row = layout.columns * shape.count
    let blank = [Float](
      repeating: range.lowerBound, count: max(0, layout.rows * row - values.count))
    return grid.draw(
      interleaved(examples.prefix(values.count) + blank, values + blank, row: row), range: range)
  }

  /// Rows of examples, each above the row of what became of them.
  private func interleaved(_ above: [Float], _ below: [Float], row: Int) -> [Float] {
    var result: [Float] = []
    for start in stride(from: 0, to: min(above.count, below.count), by: row) {
      result += above[start..<min(start + row, above.count)]
      result += below[start..<min(start + row, below.count)]
    }
    return result
  }

  private func window() -> Scatter.Window { Scatter.Window(around: realPoints()) }

  /// The first points of the training set.
  private func realPoints() -> [Float] {
    if let real { return real }
    var points: [Float] = []
    while points.count < 2 * Self.points {
      let count = trainer.inputs.load(.train, from: points.count / 2, of: trainer.batches)
      if count == 0 { break }
      points.append(
        contentsOf: UnsafeBufferPointer(start: trainer.inputs.x.floats, count: 2 * count))
    }
    points.removeLast(max(0, points.count - 2 * Self.points))
    real = points
    return points
  }
}
