import Tensor

/// What a dataset may know of the experiment.
public struct DataContext: Sendable {
  /// The folder that relative paths start from: that of the experiment's file.
  public let folder: String
  /// The experiment's seed: datasets that are made follow from it.
  public let seed: UInt64

  /// The context of an experiment whose file lies in `folder`.
  public init(folder: String, seed: UInt64) {
    self.folder = folder
    self.seed = seed
  }
}

/// What is known of a dataset before it is read.
public struct DatasetInfo: Sendable {
  /// The examples without any transform: bytes are 0...1, other numbers as they are.
  public var form: ExampleForm
  /// The number of examples to train and validate with.
  public var count: Int
  /// The number of examples in the dataset's own test set, 0 without one.
  public var testCount = 0
  /// The number of classes; nil without labels.
  public var classes: Int?
  /// The names of the classes, where they have any.
  public var classNames: [String] = []
  /// The modes that samples can be measured against, where there are any.
  public var mixture: Mixture?
  /// What was understood of a file that could be read otherwise, in a line; nil where nothing could.
  public var summary: String?
  /// The bytes that the examples take in memory.
  public var memory: Int

  /// A dataset of `count` examples to train with, whose values take `bytesPerValue` in memory.
  public init(form: ExampleForm, count: Int, testCount: Int = 0, bytesPerValue: Int) {
    self.form = form
    self.count = count
    self.testCount = testCount
    memory = (count + testCount) * form.shape.count * bytesPerValue
  }
}

/// Examples in memory: images channels last, one after the other.
public struct Examples: Sendable {
  /// The number of examples.
  public let count: Int
  /// Their values.
  public let values: Numbers
  /// Their labels; empty without labels.
  public let labels: [Int32]
  /// The first whole number of the file that is not held exactly; nil where all are.
  public let rounded: RoundedNumber?

  /// Examples with their labels.
  public init(
    count: Int, values: Numbers, labels: [Int32] = [], rounded: RoundedNumber? = nil
  ) {
    self.rounded = rounded
    self.count = count
    self.values = values
    self.labels = labels
  }
}

/// A dataset in memory.
public struct LoadedDataset: Sendable {
  /// What is known of it.
  public let info: DatasetInfo
  /// The examples to train and validate with.
  public let training: Examples
  /// The dataset's own test set.
  public let test: Examples?

  /// A dataset in memory.
  public init(info: DatasetInfo, training: Examples, test: Examples?) {
    self.info = info
    self.training = training
    self.test = test
  }
}
