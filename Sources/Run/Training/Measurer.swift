import Experiment
import Formula
import Graph
import Parts
import Plan
import Tensor

/// A program that measures or draws, bound to memory.
struct BoundEvaluation {
  let evaluation: CompiledEvaluation
  private let executor: Executor
  private let trainer: Trainer

  init(_ evaluation: CompiledEvaluation, _ trainer: Trainer) throws(Buffer.OutOfMemory) {
    self.evaluation = evaluation
    self.trainer = trainer
    executor = try Executor(
      evaluation.program, arena: trainer.arena, leaves: trainer.memory(of:))
  }

  /// Runs it on the examples of a set from `first` on, repeated where there are fewer; its noise is
  /// that of `first` and following, the same at every step, and the experiment's seed's unless
  /// another is given.
  func run(_ split: DataSplit, from first: Int, seed: UInt64? = nil) {
    if evaluation.needsInput {
      trainer.inputs.load(split, from: first, count: evaluation.batch, of: trainer.batches)
    }
    executor.run(Moment(seed: seed ?? trainer.experiment.seed, update: 0, first: first))
  }

  /// What the last run gave; empty for an output that there is not.
  func output(_ index: Int) -> UnsafeBufferPointer<Float> {
    let output = executor.output(CompiledEvaluation.name(of: index))
    return UnsafeBufferPointer(start: output?.floats, count: output?.shape.count ?? 0)
  }
}

/// A way through many examples or samples, bound to memory.
struct BoundPass {
  private let pass: CompiledPass
  private let programs: [BoundEvaluation]

  init(_ pass: CompiledPass, _ trainer: Trainer) throws(Buffer.OutOfMemory) {
    self.pass = pass
    var programs: [BoundEvaluation] = []
    for evaluation in pass.evaluations {
      programs.append(try BoundEvaluation(evaluation, trainer))
    }
    self.programs = programs
  }

  /// Runs through all of them in order and hands each batch to `visit`.
  func run(_ split: DataSplit, visit: (BoundEvaluation) -> Void) {
    var first = 0
    while first < pass.count {
      guard let bound = programs.first(where: { $0.evaluation.batch <= pass.count - first })
      else { return }
      bound.run(split, from: first)
      visit(bound)
      first += bound.evaluation.batch
    }
  }

  /// How many there are.
  var count: Int { pass.count }
}

/// Measures a run on whole sets of data, in evaluation mode.
final class Measurer {
  private let trainer: Trainer
  private let sets: [BoundSet]

  /// What is measured on one set, bound to memory.
  private struct BoundSet {
    let compiled: CompiledSet
    let pass: BoundPass?
    let parts: [(part: CompiledPart, samples: BoundPass)]

    init(_ compiled: CompiledSet, _ trainer: Trainer) throws(Buffer.OutOfMemory) {
      self.compiled = compiled
      if let pass = compiled.pass { self.pass = try BoundPass(pass, trainer) } else { pass = nil }
      var parts: [(part: CompiledPart, samples: BoundPass)] = []
      for part in compiled.parts { parts.append((part, try BoundPass(part.samples, trainer))) }
      self.parts = parts
    }
  }

  init(_ compiled: CompiledMeasurements, _ trainer: Trainer) throws(Buffer.OutOfMemory) {
    self.trainer = trainer
    var sets: [BoundSet] = []
    for set in compiled.sets { sets.append(try BoundSet(set, trainer)) }
    self.sets = sets
  }

  /// The measurements that `isDue`, by the columns of the CSV. NaN and infinite numbers are among
  /// them where a formula gave one.
  func measure(_ isDue: (MeasuredSet) -> Bool) -> [String: Double] {
    var results: [String: Double] = [:]
    for set in sets where isDue(set.compiled.set) {
      let means = means(set)
      let numbers = trainer.scheduledNumbers
      for (name, measure) in set.compiled.measures {
        results["\(set.compiled.set.split.rawValue).\(name)"] = measure.value(
          numbers, means: means)
      }
      for (part, samples) in set.parts {
        results[part.name] = measure(part, samples, set.compiled.set.split)
      }
    }
    return results
  }

  /// The means over all examples of a set, each added up in double precision in the order of the
  /// examples, so that no batch's size shows.
  private func means(_ set: BoundSet) -> [Double] {
    guard let pass = set.pass else { return [] }
    var sums = [Double](repeating: 0, count: set.compiled.counts.count)
    pass.run(set.compiled.set.split) { bound in
      for index in sums.indices {
        for value in bound.output(index) { sums[index] += Double(value) }
      }
    }
    return zip(sums, set.compiled.counts).map { $0 / (Double(pass.count) * Double($1)) }
  }

  /// A measurement that is a part, of samples.
  private func measure(_ part: CompiledPart, _ samples: BoundPass, _ split: DataSplit) -> Double {
    guard let mixture = trainer.batches.info.mixture else { return .nan }
    var values: [Float] = []
    samples.run(split) { bound in values += bound.output(0) }
    return values.withUnsafeBufferPointer { part.metric.measure($0, against: mixture) }
  }
}
