import CKernels
import Experiment
import Formula
import Graph
import Parts
import Plan
import Tensor
import Text

/// An experiment in memory, ready to make steps.
///
/// A step is a round of all players, in order; each makes its updates. What a step does is a
/// function of the experiment, the data and the number of the step: nothing else is kept than what
/// checkpoints hold.
public final class Trainer {
  /// The experiment.
  public let experiment: Experiment
  /// Where the run stands.
  public private(set) var clock: Clock
  let store: Store
  let actors: [Actor]
  let batches: Batches
  /// The memory in which programs work, one at a time.
  let arena: Buffer
  let inputs: Inputs
  private var schedules: Schedules
  private let scalars: Scalars
  /// What looks at the parts of steps; nil where nothing does.
  private var probe: Probe?

  /// Takes memory for a compiled experiment and its data, and draws the first weights.
  public init(_ compiled: Compiled, _ data: LoadedDataset) throws {
    experiment = compiled.experiment
    batches = try Batches(
      data, batch: experiment.data.batch, split: experiment.data.split,
      transforms: experiment.data.transforms, seed: experiment.seed)
    clock = Clock(
      steps: experiment.stepCount, batchesPerEpoch: experiment.data.batchesPerEpoch)
    let store = try Store(experiment)
    let arena = try Buffer(compiled.arena)
    let inputs = try Inputs(experiment, most: compiled.measurements.mostExamples)
    let scalars = try Scalars(experiment)
    let leaf = { (leaf: Leaf) -> UnsafeMutablePointer<Float> in
      store.memory(of: leaf) ?? inputs.memory(of: leaf) ?? scalars.memory(of: leaf)
    }
    actors = try compiled.players.map {
      try Actor($0, store: store, arena: arena, leaves: leaf)
    }
    self.store = store
    self.arena = arena
    self.inputs = inputs
    self.scalars = scalars
    schedules = experiment.schedules
    try schedules.advance(to: clock)
    scalars.set(schedules)
  }

  /// The memory of a leaf, for programs that measure.
  func memory(of leaf: Leaf) -> UnsafeMutablePointer<Float> {
    store.memory(of: leaf) ?? inputs.memory(of: leaf) ?? scalars.memory(of: leaf)
  }

  /// What the experiment's `scheduledNames` stand for at the moment, in their order.
  var scheduledNumbers: [Double] {
    experiment.scheduledNames.map { schedules.number($0) ?? .nan }
  }

  /// Makes one step, which allocates nothing. Throws a `Divergence` before anything is changed that
  /// is not finite.
  public func step() throws {
    probe?.begin()
    try schedules.advance(to: clock)
    scalars.set(schedules)
    var taken = 0
    for (index, actor) in actors.enumerated() {
      let rate = try schedules.rate(ofPlayer: index)
      for _ in 0..<actor.player.updates {
        if actor.compiled.needsInput {
          let takesNext = experiment.takesBatch(actor.player) && actor.player.batch == .next
          // What is only recorded takes no batch: it sees the last one, or the first to come.
          inputs.load(clock.batches + (takesNext ? taken : max(taken - 1, 0)), of: batches)
          if takesNext { taken += 1 }
          actor.lap?(.batch)
        }
        let moment = Moment(
          seed: experiment.seed, update: UInt32(truncatingIfNeeded: actor.updates))
        guard actor.evaluate(moment) else { throw divergence(of: actor, at: moment) }
        actor.apply(rate: rate)
      }
    }
    average()
    probe?.finish()
    clock.step += 1
    clock.batches += experiment.batchesPerStep
  }

  /// Has a probe look at all steps from now on; nil for none.
  func attach(_ probe: Probe?) {
    self.probe = probe
    var first = 0
    for actor in actors {
      let (start, kernels) = (first, actor.compiled.program.calls.count)
      actor.lap = probe.map { probe in
        { probe.lap(ProfiledPart.number($0, from: start, kernels: kernels)) }
      }
      first += ProfiledPart.count(kernels: kernels)
    }
    probe?.rest = first
  }

  /// Continues after `step` finished steps; the memory has been filled from a checkpoint.
  func resume(at step: Int) throws {
    if step > 0 {
      // What is measured before the next step sees the numbers of the last one.
      clock.step = step - 1
      clock.batches = clock.step * experiment.batchesPerStep
      try schedules.advance(to: clock)
      scalars.set(schedules)
    }
    clock.step = step
    clock.batches = step * experiment.batchesPerStep
    for actor in actors { actor.updates = step * actor.player.updates }
  }

  /// Averaged weights move once a step, after the last player.
  private func average() {
    guard let averages = store.averages else { return }
    for (stretches, decay) in store.averaged {
      for stretch in stretches {
        assay_average(
          averages.floats + stretch.lowerBound, store.values.floats + stretch.lowerBound,
          Int64(stretch.count), decay)
      }
    }
  }
}

/// The batch, as programs see it.
final class Inputs {
  private let x: Buffer
  private let label: Buffer?
  private let size: Int
  /// The number of the training batch that is there; nil for anything else.
  private var loaded: Int?

  /// Room for the batches of an experiment, and for as many as `most` examples.
  init(_ experiment: Experiment, most: Int) throws(Buffer.OutOfMemory) {
    let data = experiment.data
    let most = max(data.batch, most)
    size = data.form.shape.count
    x = try Buffer(data.form.shape.physical(batch: most).count)
    label = data.info.classes == nil ? nil : try Buffer(most)
  }

  /// Brings training batch `number`, counted from 0 since the start of the run, into memory, unless
  /// it is there.
  func load(_ number: Int, of batches: Batches) {
    guard loaded != number else { return }
    batches.load(number, x: x.floats, labels: label?.integers)
    loaded = number
  }

  /// Brings `count` examples of a set into memory, from `first` on; where the set ends, it begins
  /// again. There must be room for them.
  func load(_ split: DataSplit, from first: Int, count: Int, of batches: Batches) {
    loaded = nil
    let available = max(1, batches.count(split))
    var done = 0
    while done < count {
      let taken = batches.load(
        split, from: (first + done) % available, atMost: count - done,
        x: x.floats + done * size, labels: label.map { $0.integers + done })
      if taken == 0 { return }
      done += taken
    }
  }

  /// The first examples in memory.
  func examples(_ count: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: x.floats, count: count * size)
  }

  func memory(of leaf: Leaf) -> UnsafeMutablePointer<Float>? {
    guard leaf.role == .input else { return nil }
    return leaf.path == "label" ? label?.floats : x.floats
  }
}

/// The numbers that change from step to step, as programs see them.
final class Scalars {
  private let names: [String]
  private let memory: Buffer

  init(_ experiment: Experiment) throws(Buffer.OutOfMemory) {
    names = experiment.scheduledNames
    memory = try Buffer(names.count + 1)
  }

  /// Writes the numbers of a step, rounded once to single precision.
  func set(_ schedules: Schedules) {
    for (index, name) in names.enumerated() {
      memory.floats[index] = Float(schedules.number(name) ?? .nan)
    }
  }

  /// The place of a scalar; that of an unknown one holds zero.
  func memory(of leaf: Leaf) -> UnsafeMutablePointer<Float> {
    memory.floats + (names.firstIndex(of: leaf.path) ?? names.count)
  }
}
