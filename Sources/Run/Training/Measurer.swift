import Experiment
import Graph
import Parts
import Plan
import Tensor

/// Measures a run on whole sets of data, in evaluation mode.
final class Measurer {
  private let trainer: Trainer
  private let sets: [(set: CompiledSet, programs: [Bound])]

  /// A program bound to memory.
  struct Bound {
    let measurement: CompiledMeasurement
    let executor: Executor
  }

  init(_ compiled: CompiledMeasurements, _ trainer: Trainer) throws(Buffer.OutOfMemory) {
    self.trainer = trainer
    var sets: [(set: CompiledSet, programs: [Bound])] = []
    for set in compiled.sets {
      var programs: [Bound] = []
      for measurement in [set.whole, set.rest].compactMap({ $0 }) + set.parts.map(\.samples) {
        programs.append(try Bound(measurement, trainer))
      }
      sets.append((set, programs))
    }
    self.sets = sets
  }

  /// The measurements that `isDue`, by the columns of the CSV.
  func measure(_ isDue: (MeasuredSet) -> Bool) -> [String: Double] {
    var results: [String: Double] = [:]
    for (set, programs) in sets where isDue(set.set) {
      let prefix = set.set.split.rawValue + "."
      let formulas = programs.prefix(programs.count - set.parts.count)
      for (name, value) in means(Array(formulas), set.set.split) { results[prefix + name] = value }
      for (part, bound) in zip(set.parts, programs.suffix(set.parts.count)) {
        results[prefix + part.name] = measure(part.metric, bound)
      }
    }
    return results
  }

  /// The means of formulas over all examples of a set: each batch counts by its examples.
  private func means(_ programs: [Bound], _ split: DataSplit) -> [(String, Double)] {
    guard let first = programs.first else { return [] }
    let count = trainer.batches.count(split)
    var sums = [Double](repeating: 0, count: first.measurement.values.count)
    var start = 0
    while start < count {
      let size = min(trainer.batches.batch, count - start)
      guard let bound = programs.first(where: { $0.measurement.batch == size }) else { break }
      _ = trainer.inputs.load(split, from: start, of: trainer.batches)
      bound.executor.run(trainer.measuring(batch: start / trainer.batches.batch))
      for (index, value) in bound.measurement.values.enumerated() {
        let mean = bound.executor.output(value.name)?.floats.pointee ?? .nan
        sums[index] += Double(mean) * Double(size)
      }
      start += size
    }
    return zip(first.measurement.values, sums).map { ($0.name, $1 / Double(count)) }
  }

  /// A measurement that is a part, of samples.
  private func measure(_ metric: any MetricPart, _ bound: Bound) -> Double {
    bound.executor.run(trainer.measuring(batch: 0))
    guard let output = bound.executor.output(bound.measurement.values[0].name),
      let mixture = trainer.batches.info.mixture
    else { return .nan }
    let samples = UnsafeBufferPointer(start: output.floats, count: output.shape.count)
    return metric.measure(samples, against: mixture)
  }
}

extension Measurer.Bound {
  init(_ measurement: CompiledMeasurement, _ trainer: Trainer) throws(Buffer.OutOfMemory) {
    self.measurement = measurement
    executor = try Executor(
      measurement.program, arena: trainer.arena, leaves: trainer.memory(of:))
  }
}

extension Trainer {
  /// The moment of a measurement's batch: its noise does not depend on the step. It is the noise of
  /// the experiment's seed unless another is given.
  func measuring(batch: Int, seed: UInt64? = nil) -> Moment {
    Moment(seed: seed ?? experiment.seed, update: UInt32(truncatingIfNeeded: batch))
  }
}
