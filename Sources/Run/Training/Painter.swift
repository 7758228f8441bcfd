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
  private let pictures: [(compiled: CompiledPicture, bound: BoundEvaluation)]
  private let grid: (rows: Int, columns: Int)
  private var real: [Float]?

  /// How many points a scatter shows at most of the data.
  static let points = 2000

  init?(_ compiled: Compiled, _ trainer: Trainer) throws(Buffer.OutOfMemory) {
    guard let samples = compiled.experiment.samples, !samples.show.isEmpty else { return nil }
    self.trainer = trainer
    grid = (samples.grid.height, samples.grid.width)
    var pictures: [(CompiledPicture, BoundEvaluation)] = []
    for picture in compiled.measurements.pictures {
      pictures.append((picture, try BoundEvaluation(picture.evaluation, trainer)))
    }
    self.pictures = pictures
  }

  /// The pictures at this moment of the run, with `count` samples each, or as many as it draws by
  /// itself; of the noise that belongs to `seed`, or to the experiment's. The first samples are
  /// those of the run itself, however many there are.
  func draw(count: Int? = nil, seed: UInt64? = nil) -> [Picture] {
    pictures.map { draw($0.compiled, $0.bound, count: count, seed: seed) }
  }

  private func draw(
    _ compiled: CompiledPicture, _ bound: BoundEvaluation, count: Int?, seed: UInt64?
  ) -> Picture {
    let batch = bound.evaluation.batch
    let total = count ?? batch
    var values: [Float] = []
    var examples: [Float]? = bound.evaluation.needsInput ? [] : nil
    for first in stride(from: 0, to: total, by: batch) {
      bound.run(trainer.experiment.data.splits.last ?? .train, from: first, seed: seed)
      values += bound.output(0)
      examples? += trainer.inputs.examples(batch)
    }
    values.removeLast(max(0, values.count - total * compiled.shape.count))
    var layout = grid
    if let count {
      layout.columns = Int(Double(count).squareRoot().rounded(.up))
      layout.rows = (count + layout.columns - 1) / layout.columns
    }
    return Picture(
      name: compiled.name, shape: compiled.shape, values: values,
      bitmap: bitmap(compiled.shape, values, examples, layout))
  }

  private func bitmap(
    _ shape: ExampleShape, _ values: [Float], _ examples: [Float]?,
    _ layout: (rows: Int, columns: Int)
  ) -> Bitmap {
    guard shape.isImage else {
      let real = realPoints()
      return Scatter.draw(
        real: real, generated: values, window: .init(around: real.isEmpty ? values : real))
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

  /// The first points of the training set; none where the data are no points in a plane.
  private func realPoints() -> [Float] {
    if let real { return real }
    var points: [Float] = []
    if trainer.experiment.data.form.shape == ExampleShape([2]) {
      let batch = trainer.batches.batch
      let count = min(Self.points, trainer.batches.count(.train))
      for first in stride(from: 0, to: count, by: batch) {
        let size = min(batch, count - first)
        trainer.inputs.load(.train, from: first, count: size, of: trainer.batches)
        points += trainer.inputs.examples(size)
      }
    }
    real = points
    return points
  }
}
