import Experiment
import Graph
import Parts
import Tensor

/// The memory of everything that belongs to a run rather than to a step: weights, averaged weights,
/// statistics.
///
/// All parameters lie in one buffer, network by network, so that an optimiser's pass is one pass;
/// statistics follow. Each variable begins at a multiple of 16 floats; what lies between is zero and
/// stays zero.
final class Store {
  /// All variables in their order in memory: parameters first.
  let variables: [Variable]
  /// Parameters and statistics.
  let values: Buffer
  /// The averaged parameters, at the same offsets; nil where no network keeps any.
  let averages: Buffer?
  /// The networks that keep averages, with the stretches of their parameters.
  let averaged: [(stretches: [Range<Int>], decay: Double)]
  private let offsets: [String: Int]

  /// Memory for an experiment's variables, with their first values.
  init(_ experiment: Experiment) throws(Buffer.OutOfMemory) {
    let ordered =
      experiment.variables.filter { $0.role == .parameter }
      + experiment.variables.filter { $0.role != .parameter }
    var offsets: [String: Int] = [:]
    var end = 0
    for variable in ordered {
      offsets[variable.path] = end
      end = Store.aligned(end + variable.shape.count)
    }
    variables = ordered
    self.offsets = offsets
    values = try Buffer(end)
    let keeping = experiment.networks.filter { $0.average != nil }
    averages = keeping.isEmpty ? nil : try Buffer(end)
    averaged = keeping.map { network in
      (
        Store.stretches(experiment.parameters(of: [network.name]), offsets),
        network.average ?? 0
      )
    }
    for variable in ordered {
      variable.initializer.fill(
        elements(of: variable), fan: variable.fan, seed: experiment.seed,
        stream: Stream.hash("init." + variable.path))
    }
    if let averages {
      averages.floats.update(from: values.floats, count: end)
    }
  }

  /// The next multiple of 16.
  static func aligned(_ count: Int) -> Int { (count + 15) / 16 * 16 }

  /// Where a variable begins.
  func offset(of variable: Variable) -> Int { offsets[variable.path] ?? 0 }

  /// The elements of a variable.
  func elements(of variable: Variable) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(
      start: values.floats + offset(of: variable), count: variable.shape.count)
  }

  /// The averaged elements of a variable; nil where there are none.
  func average(of variable: Variable) -> UnsafeMutableBufferPointer<Float>? {
    averages.map {
      UnsafeMutableBufferPointer(
        start: $0.floats + offset(of: variable), count: variable.shape.count)
    }
  }

  /// The memory of a leaf; nil for leaves that are not variables.
  func memory(of leaf: Leaf) -> UnsafeMutablePointer<Float>? {
    guard let offset = offsets[leaf.path] else { return nil }
    return leaf.role == .average ? averages.map { $0.floats + offset } : values.floats + offset
  }

  /// The stretches of memory that hold some parameters, in order, as few as there can be.
  func stretches(of parameters: [Variable]) -> [Range<Int>] {
    Store.stretches(parameters, offsets)
  }

  private static func stretches(_ parameters: [Variable], _ offsets: [String: Int]) -> [Range<Int>]
  {
    var stretches: [Range<Int>] = []
    for parameter in parameters {
      let start = offsets[parameter.path] ?? 0
      let end = aligned(start + parameter.shape.count)
      if let last = stretches.last, last.upperBound == start {
        stretches[stretches.count - 1] = last.lowerBound..<end
      } else {
        stretches.append(start..<end)
      }
    }
    return stretches
  }
}
