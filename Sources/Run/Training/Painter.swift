import Experiment
import Graph
import Parts
import Plan
import Tensor

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

  /// The names and the pictures at this moment of the run.
  func draw() -> [(name: String, bitmap: Bitmap)] {
    pictures.map { bound in
      let examples = load(bound)
      bound.executor.run(trainer.measuring(batch: 0))
      let name = bound.measurement.values[0].name
      guard let output = bound.executor.output(name) else {
        return (name, Bitmap(width: 1, height: 1, channels: 1))
      }
      let values = Array(UnsafeBufferPointer(start: output.floats, count: output.shape.count))
      return (name, bitmap(bound, values, examples))
    }
  }

  /// The examples that a picture is made of: the first of the test set, or of what there is instead;
  /// fewer examples than places are repeated.
  private func load(_ bound: Measurer.Bound) -> [Float]? {
    guard bound.measurement.usesBatch else { return nil }
    let split = trainer.experiment.data.splits.last ?? .train
    let size = trainer.experiment.data.form.shape.count
    let batch = bound.measurement.batch
    var all: [Float] = []
    while all.count < batch * size {
      let count = trainer.inputs.load(
        split, from: all.count / size % max(1, trainer.batches.count(split)), of: trainer.batches)
      if count == 0 { break }
      all.append(
        contentsOf: UnsafeBufferPointer(start: trainer.inputs.x.floats, count: count * size))
    }
    all.removeLast(max(0, all.count - batch * size))
    trainer.inputs.fill(all)
    return all
  }

  private func bitmap(_ bound: Measurer.Bound, _ values: [Float], _ examples: [Float]?) -> Bitmap {
    guard let shape = bound.measurement.values[0].shape, shape.isImage else {
      return Scatter.draw(real: realPoints(), generated: values, window: window())
    }
    let (height, width) = (shape.dims[1], shape.dims[2])
    let range = trainer.experiment.data.form.range ?? 0...1
    guard let examples, shape == trainer.experiment.data.form.shape else {
      return Grid(
        rows: grid.rows, columns: grid.columns, height: height, width: width,
        channels: shape.channels
      ).draw(values, range: range)
    }
    return Grid(
      rows: 2 * grid.rows, columns: grid.columns, height: height, width: width,
      channels: shape.channels
    ).draw(interleaved(examples, values, row: grid.columns * shape.count), range: range)
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
