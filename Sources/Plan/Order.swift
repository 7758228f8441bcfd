import Graph

extension Draft {
  /// Puts the steps in the order, of two, whose results take less memory at its worst: the one
  /// given, with steps delayed that can wait, or depth first.
  func order() -> Draft {
    let given = Readings(self)
    var queue = Queue(given)
    for step in steps.indices.reversed() { queue.delay(step) }
    var search = DepthFirst(given)
    let deepFirst = search.order()
    var result = self
    let isBetter = given.peak(of: deepFirst) < given.peak(of: queue.order)
    result.steps = (isBetter ? deepFirst : queue.order).map { steps[$0] }
    return result
  }
}

/// Who makes and who reads the values of a draft; steps go by their number.
private struct Readings {
  let steps: [Step]
  /// The step that makes each value.
  let makers: [Value: Int]
  /// The steps that read each step's results, each once.
  let readers: [[Int]]
  /// The steps that make what each step reads, each once.
  let sources: [[Int]]
  /// Whether a root reads a step's results.
  let isRoot: [Bool]
  /// What a step's results take in the arena, in floats.
  let floats: [Int]

  init(_ draft: Draft) {
    steps = draft.steps
    var makers: [Value: Int] = [:]
    for (number, step) in steps.enumerated() {
      for use in step.outputs { makers[use.value] = number }
    }
    self.makers = makers
    let sources = steps.map { step in Set(step.inputs.compactMap { makers[$0.value] }).sorted() }
    var readers = [[Int]](repeating: [], count: steps.count)
    for (number, sources) in sources.enumerated() {
      for source in sources { readers[source].append(number) }
    }
    (self.sources, self.readers) = (sources, readers)
    let roots = Set(draft.roots.map(\.use.value))
    let delivered = Set(draft.roots.filter { $0.destination != .any }.map(\.use.value))
    isRoot = steps.map { $0.outputs.contains { roots.contains($0.value) } }
    floats = steps.map { step in
      step.outputs.reduce(0) {
        $0 + (delivered.contains($1.value) ? 0 : Memory.aligned($1.shape.count))
      }
    }
  }

  /// The most floats that results take at once when the steps run in an order.
  func peak(of order: [Int]) -> Int {
    var waiting = readers.map(\.count)
    var (live, peak) = (0, 0)
    for step in order {
      live += floats[step]
      peak = max(peak, live)
      for source in sources[step] {
        waiting[source] -= 1
        if waiting[source] == 0 && !isRoot[source] { live -= floats[source] }
      }
    }
    return peak
  }
}

/// An order in which each step is just before its first user, where all that it reads lives on until
/// then anyway: its result then takes memory for a shorter time, and nothing takes it for longer, so
/// that the peak can only fall. Steps that feed roots alone stay.
private struct Queue {
  /// The steps, by their number in the draft.
  private(set) var order: [Int]
  private let readings: Readings
  private var positions: [Int]

  init(_ readings: Readings) {
    self.readings = readings
    order = Array(readings.steps.indices)
    positions = order
  }

  /// Moves one step behind those that need not wait for it.
  mutating func delay(_ step: Int) {
    let position = positions[step]
    guard let first = readings.readers[step].map({ positions[$0] }).min(), first > position + 1
    else { return }
    let livesOn = readings.sources[step].allSatisfy { source in
      readings.isRoot[source]
        || readings.readers[source].contains { $0 != step && positions[$0] >= first }
    }
    guard livesOn else { return }
    order.remove(at: position)
    order.insert(step, at: first - 1)
    for place in position..<first { positions[order[place]] = place }
  }
}

/// An order that makes all that the deepest result needs, then what the next one needs in addition,
/// and in between runs whatever frees at least as much memory as it takes: so the gradient of one
/// branch of a loss is done before the next branch is begun, and the weights' gradients follow their
/// layer's at once.
private struct DepthFirst {
  private let readings: Readings
  private var taken: [Int] = []
  private var isDone: [Bool]
  /// How many of the steps that a step reads from are not done.
  private var missing: [Int]
  /// How many readers of a step's results are not done.
  private var waiting: [Int]

  init(_ readings: Readings) {
    self.readings = readings
    isDone = readings.steps.map { _ in false }
    missing = readings.sources.map(\.count)
    waiting = readings.readers.map(\.count)
  }

  mutating func order() -> [Int] {
    for step in ends { reach(step) }
    return taken
  }

  /// The steps that nothing reads, deepest first.
  private var ends: [Int] {
    var depths: [Int] = []
    for sources in readings.sources { depths.append((sources.map { depths[$0] }.max() ?? 0) + 1) }
    return readings.steps.indices.filter { readings.readers[$0].isEmpty }
      .sorted { (-depths[$0], $0) < (-depths[$1], $1) }
  }

  /// Runs a step, after all that it needs.
  private mutating func reach(_ end: Int) {
    var open = [end]
    while let next = open.last {
      if let source = readings.sources[next].first(where: { !isDone[$0] }) {
        open.append(source)
      } else {
        open.removeLast()
        if !isDone[next] { run(next) }
      }
    }
  }

  /// Runs a step whose sources are done, and what it makes worth running.
  private mutating func run(_ step: Int) {
    var open = [step]
    while let next = open.popLast() {
      if isDone[next] || (next != step && !pays(next)) { continue }
      isDone[next] = true
      taken.append(next)
      for reader in readings.readers[next] { missing[reader] -= 1 }
      open += readings.readers[next]
      for source in readings.sources[next] {
        waiting[source] -= 1
        // Whoever is the last to read it will free it.
        if waiting[source] == 1 { open += readings.readers[source].filter { !isDone[$0] } }
      }
    }
  }

  /// Whether a step can run and frees no less than it takes.
  private func pays(_ step: Int) -> Bool {
    guard missing[step] == 0 else { return false }
    let freed = readings.sources[step].reduce(0) {
      $0 + (waiting[$1] == 1 && !readings.isRoot[$1] ? readings.floats[$1] : 0)
    }
    return freed >= readings.floats[step]
  }
}
