import CKernels
import Tensor

/// Gives the examples of a dataset in batches: for training by number, any number at any time, and
/// for evaluation in order.
///
/// A batch is a function of the dataset, the seed and its number alone, so a run that continues
/// needs nothing but the number. Assembling allocates nothing. Not for use by several threads at
/// once; it uses the kernels' threads itself.
public final class Batches {
  /// The number of examples of a training batch, and the most of an evaluation batch.
  public let batch: Int
  /// What is known of the dataset.
  public let info: DatasetInfo
  /// What an example looks like when it arrives.
  public let form: ExampleForm

  private let data: LoadedDataset
  private let seed: UInt64
  private let indices: [DataSplit: [Int32]]
  private let training: Assembly
  private let evaluation: Assembly
  private let order: UnsafeMutableBufferPointer<Int32>
  private let rows: UnsafeMutableBufferPointer<Int32>
  private var epoch: Int?

  /// There are not enough examples for one batch.
  public struct TooFewExamples: Error, Hashable, Sendable {
    /// The examples left to train with.
    public let count: Int
    /// The examples that a batch takes.
    public let batch: Int
  }

  /// Batches of a dataset in memory. Throws where a batch does not fit in memory, a transform does
  /// not fit its examples or there are too few of these: `DataSection` finds the latter two before
  /// anything is read.
  ///
  /// - Parameters:
  ///   - data: the examples.
  ///   - batch: the number of examples of a batch, at most those of the training set.
  ///   - split: how much of the training set is set aside.
  ///   - transforms: what the examples go through.
  ///   - seed: the experiment's.
  public init(
    _ data: LoadedDataset, batch: Int, split: SplitSettings, transforms: [any Transform],
    seed: UInt64
  ) throws {
    let form = data.info.form
    training = try Assembly(
      TransformChain(transforms, input: form, mode: .training), batch: batch, seed: seed)
    evaluation = try Assembly(
      TransformChain(transforms, input: form, mode: .evaluation), batch: batch, seed: seed)
    let (train, validation) = split.indices(count: data.training.count, seed: seed)
    guard (1...max(train.count, 1)).contains(batch), !train.isEmpty else {
      throw TooFewExamples(count: train.count, batch: batch)
    }
    let test = (0..<(data.test?.count ?? 0)).map { Int32($0) }
    indices = [.train: train, .validation: validation, .test: test]
    self.data = data
    self.batch = batch
    self.seed = seed
    info = data.info
    self.form = training.chain.output
    order = .allocate(capacity: train.count)
    rows = .allocate(capacity: batch)
    order.initialize(repeating: 0)
    rows.initialize(repeating: 0)
  }

  deinit {
    order.deallocate()
    rows.deallocate()
  }

  /// The number of examples of a set.
  public func count(_ split: DataSplit) -> Int { indices[split]?.count ?? 0 }

  /// Whole batches of an epoch: the examples beyond them are left out, others in each epoch.
  public var batchesPerEpoch: Int { count(.train) / batch }

  /// Assembles training batch `number`, counted from 0 since the start of the run: batch
  /// number mod ``batchesPerEpoch`` of the permutation that belongs to its epoch, from the stream
  /// `data.order`.
  ///
  /// - Parameters:
  ///   - x: memory for `batch` examples; images channels last.
  ///   - labels: memory for `batch` labels; nil if they are not needed.
  public func load(
    _ number: Int, x: UnsafeMutablePointer<Float>, labels: UnsafeMutablePointer<Int32>?
  ) {
    permute(epoch: number / batchesPerEpoch)
    let start = number % batchesPerEpoch * batch
    guard let train = indices[.train] else { return }
    for row in 0..<batch { rows[row] = train[Int(order[start + row])] }
    training.assemble(
      data.training, UnsafeBufferPointer(rows), firstExample: 0,
      update: UInt32(truncatingIfNeeded: number), x: x, labels: labels)
  }

  /// Assembles the examples of a set from `start` on, in the dataset's order and as evaluation sees
  /// them, and returns how many there were: ``batch`` or `most`, fewer at the end.
  public func load(
    _ split: DataSplit, from start: Int, atMost most: Int = .max, x: UnsafeMutablePointer<Float>,
    labels: UnsafeMutablePointer<Int32>?
  ) -> Int {
    guard let all = indices[split], let examples = split == .test ? data.test : data.training
    else { return 0 }
    let count = max(0, min(batch, most, all.count - start))
    for row in 0..<count { rows[row] = all[start + row] }
    evaluation.assemble(
      examples, UnsafeBufferPointer(rebasing: rows[..<count]),
      firstExample: split == .test ? data.training.count : 0, update: 0, x: x, labels: labels)
    return count
  }

  private func permute(epoch: Int) {
    guard self.epoch != epoch else { return }
    RandomStream(seed: seed, path: "data.order")
      .permute(order, update: UInt32(truncatingIfNeeded: epoch))
    self.epoch = epoch
  }
}
