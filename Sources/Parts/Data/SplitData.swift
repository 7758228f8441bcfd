import Tensor
import YAML

/// The sets of examples of an experiment.
public enum DataSplit: String, CaseIterable, Sendable {
  /// What networks learn from.
  case train
  /// What is taken from the training set to choose by.
  case validation
  /// The dataset's own test set.
  case test
}

/// How much of the training set is set aside.
public struct SplitSettings: Hashable, Sendable {
  /// The validation set: a number of examples, or below 1 a share of the training set.
  public let validation: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    validation = fields.number(
      "validation", "examples to validate with: a number, or a share below 1", in: 0...1e9,
      default: 0)
    if validation >= 1, validation != validation.rounded() {
      fields.problem(
        "out-of-range", "`validation` must be a whole number, or a share below 1",
        at: "validation")
    }
  }

  /// A validation set of some examples (or a share below 1).
  public init(validation: Double) { self.validation = validation }

  /// The number of examples of the validation set; shares are rounded down.
  public func validationCount(of count: Int) -> Int {
    Int(validation < 1 ? (Double(count) * validation).rounded(.down) : validation)
  }

  /// The validation set's examples and those that are left to train with, both ascending: the
  /// validation set is the start of a permutation from the stream `data.split`.
  func indices(count: Int, seed: UInt64) -> (train: [Int32], validation: [Int32]) {
    let all = 0..<Int32(count)
    let taken = min(validationCount(of: count), count)
    if taken == 0 { return (Array(all), []) }
    var order = [Int32](repeating: 0, count: count)
    order.withUnsafeMutableBufferPointer {
      RandomStream(seed: seed, path: "data.split").permute($0, update: 0)
    }
    var isTaken = [Bool](repeating: false, count: count)
    for index in order[..<taken] { isTaken[Int(index)] = true }
    return (all.filter { !isTaken[Int($0)] }, all.filter { isTaken[Int($0)] })
  }
}
