import Experiment
import Formula
import Graph
import Parts
import Plan
import Tensor
import Text

/// A program that measures or draws, for batches of one size.
struct CompiledMeasurement {
  /// The examples of a batch.
  let batch: Int
  /// The values by name, with the shape of one example of pictures.
  let values: [(name: String, shape: ExampleShape?)]
  /// Whether it needs examples.
  let usesBatch: Bool
  /// The graph that the program was made of: for texts about it.
  let graph: MeasurementGraph
  /// What runs.
  let program: Program

  init(_ graph: MeasurementGraph, batch: Int) {
    self.batch = batch
    self.graph = graph
    usesBatch = graph.usesBatch
    values = graph.values.map { ($0.name, $0.shape) }
    program = Program(
      graph.graph, roots: graph.values.map { Root($0.name, $0.value) })
  }
}

/// What is measured on one set: a program for whole batches, and one for the last, smaller one.
struct CompiledSet {
  let set: MeasuredSet
  let whole: CompiledMeasurement?
  let rest: CompiledMeasurement?
  /// Programs that draw the samples of measurements that are parts, with their number.
  let parts: [(name: String, metric: any MetricPart, samples: CompiledMeasurement)]

  /// Plans the measurements of `set`.
  init(_ set: MeasuredSet, _ experiment: Experiment) throws(Diagnostic) {
    self.set = set
    func compile(_ batch: Int) throws(Diagnostic) -> CompiledMeasurement? {
      guard batch > 0, !set.formulas.isEmpty else { return nil }
      return CompiledMeasurement(
        try experiment.measurement(
          set.formulas, batch: batch, scalars: true), batch: batch)
    }
    let batch = experiment.data.batch
    let count = experiment.data.count(of: set.split)
    whole = try compile(count >= batch ? batch : 0)
    rest = try compile(count % batch)
    var parts: [(name: String, metric: any MetricPart, samples: CompiledMeasurement)] = []
    for (name, metric) in set.parts {
      let graph = try experiment.measurement(
        [(name, try experiment.samples(for: metric, named: "\(set.split.rawValue).\(name)"))],
        batch: metric.part.samples,
        scalars: false)
      parts.append((name, metric.part, CompiledMeasurement(graph, batch: metric.part.samples)))
    }
    self.parts = parts
  }

  var programs: [Program] {
    [whole?.program, rest?.program].compactMap { $0 } + parts.map(\.samples.program)
  }
}

/// Everything that an experiment measures and draws, planned.
struct CompiledMeasurements {
  let sets: [CompiledSet]
  /// A program for each picture.
  let pictures: [CompiledMeasurement]

  init(_ experiment: Experiment) throws(Diagnostic) {
    var sets: [CompiledSet] = []
    for set in experiment.metrics.sets { sets.append(try CompiledSet(set, experiment)) }
    self.sets = sets
    var pictures: [CompiledMeasurement] = []
    if let samples = experiment.samples {
      let batch = experiment.examplesInPicture
      for formula in samples.show {
        let graph = try experiment.measurement(
          [formula], batch: batch, scalars: false)
        pictures.append(CompiledMeasurement(graph, batch: batch))
      }
    }
    self.pictures = pictures
  }

  var programs: [Program] { sets.flatMap(\.programs) + pictures.map(\.program) }
}
