import Experiment
import Formula
import Graph
import Parts
import Plan
import Tensor
import Text
import YAML

/// A graph in evaluation mode as a program, for batches of one size.
struct CompiledEvaluation {
  /// The examples of a batch.
  let batch: Int
  /// What is computed, in the order of the program's outputs.
  let roots: [Value]
  /// Whether it needs examples.
  let needsInput: Bool
  /// The graph that the program was made of: for texts about it.
  let graph: Graph
  /// What runs.
  let program: Program

  init(_ graph: Graph, _ roots: [Value], batch: Int) {
    self.batch = batch
    self.roots = roots
    self.graph = graph
    needsInput = graph.needInput(roots)
    program = Program(
      graph, roots: roots.enumerated().map { Root(Self.name(of: $0), $1) })
  }

  /// The name of an output.
  static func name(of output: Int) -> String { "\(output)" }
}

/// The programs that go through many examples or samples in order: one for whole batches, and one
/// for what is left at the end.
struct CompiledPass {
  /// How many there are in all.
  let count: Int
  /// The program of whole batches; nil where there is none.
  let whole: CompiledEvaluation?
  /// The program of the rest; nil where there is none.
  let rest: CompiledEvaluation?

  /// A pass through `count`, at most `batch` at a time.
  init(
    _ count: Int, batch: Int,
    _ compile: (Int) throws(Diagnostic) -> CompiledEvaluation
  ) throws(Diagnostic) {
    self.count = count
    whole = count >= batch ? try compile(batch) : nil
    rest = count % batch > 0 ? try compile(count % batch) : nil
  }

  /// Both.
  var evaluations: [CompiledEvaluation] { [whole, rest].compactMap { $0 } }
}

/// What is measured on one set.
struct CompiledSet {
  let set: MeasuredSet
  /// What its formulas come to, by name.
  let measures: [(name: String, measure: Measure)]
  /// How many values of an example each sum that they need is of.
  let counts: [Int]
  /// The way through the set's examples; nil where no formula needs any.
  let pass: CompiledPass?
  /// Measurements that are parts, with the way through their samples.
  let parts: [CompiledPart]

  /// Plans the measurements of `set`.
  init(_ set: MeasuredSet, _ experiment: Experiment) throws(Diagnostic) {
    self.set = set
    let batch = experiment.data.batch
    let metrics = try experiment.metrics(set.formulas, batch: batch)
    measures = metrics.measures
    counts = metrics.sums.map(\.count)
    pass =
      metrics.sums.isEmpty
      ? nil
      : try CompiledPass(experiment.data.count(of: set.split), batch: batch) {
        size throws(Diagnostic) in
        let sized = size == batch ? metrics : try experiment.metrics(set.formulas, batch: size)
        return CompiledEvaluation(sized.graph, sized.sums.map(\.value), batch: size)
      }
    var parts: [CompiledPart] = []
    for (name, metric) in set.parts {
      parts.append(try CompiledPart("\(set.split.rawValue).\(name)", metric, experiment))
    }
    self.parts = parts
  }

  /// All programs.
  var evaluations: [CompiledEvaluation] {
    (pass?.evaluations ?? []) + parts.flatMap(\.samples.evaluations)
  }
}

/// A measurement of samples that is a part.
struct CompiledPart {
  /// Its column.
  let name: String
  let metric: any MetricPart
  /// The way through its samples.
  let samples: CompiledPass

  /// The most samples of a batch: more are made one batch after the other.
  private static let most = 4096

  init(_ name: String, _ metric: Placed<any MetricPart>, _ experiment: Experiment)
    throws(Diagnostic)
  {
    self.name = name
    self.metric = metric.part
    let formula = try experiment.samples(for: metric, named: name)
    let count = metric.part.samples
    samples = try CompiledPass(count, batch: min(count, Self.most)) { size throws(Diagnostic) in
      let picture = try experiment.picture(formula, batch: size)
      return CompiledEvaluation(picture.graph, [picture.value], batch: size)
    }
  }
}

/// What is drawn under one name.
struct CompiledPicture {
  let name: String
  /// The shape of a sample.
  let shape: ExampleShape
  let evaluation: CompiledEvaluation

  init(_ name: String, _ formula: Formula, _ experiment: Experiment) throws(Diagnostic) {
    self.name = name
    var picture = try experiment.picture(formula, batch: experiment.data.batch)
    shape = picture.shape
    let batch = experiment.samples(inPictureOf: shape)
    if batch != experiment.data.batch {
      picture = try experiment.picture(formula, batch: batch)
    }
    evaluation = CompiledEvaluation(picture.graph, [picture.value], batch: batch)
  }
}

/// Everything that an experiment measures and draws, planned.
struct CompiledMeasurements {
  let sets: [CompiledSet]
  let pictures: [CompiledPicture]

  init(_ experiment: Experiment) throws(Diagnostic) {
    var sets: [CompiledSet] = []
    for set in experiment.metrics.sets { sets.append(try CompiledSet(set, experiment)) }
    self.sets = sets
    var pictures: [CompiledPicture] = []
    for (name, formula) in experiment.samples?.show ?? [] {
      pictures.append(try CompiledPicture(name, formula, experiment))
    }
    self.pictures = pictures
  }

  /// All programs.
  var evaluations: [CompiledEvaluation] {
    sets.flatMap(\.evaluations) + pictures.map(\.evaluation)
  }

  /// The most examples that one of them takes at once.
  var mostExamples: Int { evaluations.filter(\.needsInput).map(\.batch).max() ?? 0 }
}
