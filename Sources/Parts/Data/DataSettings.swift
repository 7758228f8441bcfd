import Tensor
import Text
import YAML

/// The `data` section of an experiment: which examples, in which batches, changed how.
public struct DataSettings: Sendable {
  /// The dataset; nil if it could not be read.
  public let dataset: Placed<any Dataset>?
  /// The number of examples of a batch.
  public let batch: Int
  /// How much of the training set is set aside.
  public let split: SplitSettings
  /// What each example goes through, in order.
  public let transforms: [Placed<any Transform>]
  private let place: Place
  private let splitPlace: Place

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    dataset = fields.part("dataset", "source of the examples", of: DataCatalog.datasets)
    batch = fields.int("batch", "examples of a batch", in: 1...1_000_000)
    var splitPlace: Place?
    split =
      fields.section(
        "split", "sets taken from the training set", ifMissing: .hasDefaults,
        mainKey: "validation"
      ) { fields in
        splitPlace = fields.place
        return SplitSettings(&fields)
      } ?? SplitSettings(validation: 0)
    transforms = fields.parts(
      "transforms", "changes of each example, in order", of: DataCatalog.transforms, required: false
    )
    place = fields.place
    self.splitPlace = splitPlace ?? fields.place
  }

  /// Looks at the headers of the data and checks that everything fits; problems go to `problems`.
  /// Nil if there are any.
  public func inspect(in context: DataContext, _ problems: Problems) -> DataSummary? {
    guard let dataset else { return nil }
    let info: DatasetInfo
    do { info = try dataset.part.inspect(in: context) } catch {
      problems.add(error.diagnostic(at: span(of: error, in: context)))
      return nil
    }
    guard let training = chain(from: info.form, mode: .training, problems),
      let evaluation = chain(from: info.form, mode: .evaluation, problems)
    else { return nil }
    let summary = DataSummary(
      info: info, training: training, evaluation: evaluation, settings: self)
    return checkCounts(summary, problems) ? summary : nil
  }

  /// Reads the data that `inspect` found good. Throws a ``DataError``, or
  /// `Buffer.OutOfMemory` where a batch does not fit.
  public func load(in context: DataContext) throws -> Batches? {
    guard let dataset else { return nil }
    return try Batches(
      dataset.part.load(in: context), batch: batch, split: split,
      transforms: transforms.map(\.part), seed: context.seed)
  }

  /// The setting that named the file of an error; else the dataset's name.
  public func span(of error: DataError, in context: DataContext) -> Span? {
    guard let dataset else { return nil }
    let files = (try? dataset.part.files(in: context)) ?? []
    let setting = files.first { $0.path == error.path }?.setting
    return setting.map { dataset.place.span(of: $0) } ?? dataset.place.span
  }

  private func chain(from form: ExampleForm, mode: TransformMode, _ problems: Problems)
    -> TransformChain?
  {
    do { return try TransformChain(transforms.map(\.part), input: form, mode: mode) } catch {
      let failing = transforms[error.index]
      problems.add(
        Diagnostic(
          "transform-mismatch", "`\(failing.name)` \(error.reason.fact)", at: failing.place.span,
          note: "the dataset's examples are \(form.shape)", help: error.reason.help))
      return nil
    }
  }

  private func checkCounts(_ summary: DataSummary, _ problems: Problems) -> Bool {
    if summary.trainCount < 1 {
      problems.add(
        Diagnostic(
          "too-few-examples",
          "the validation set takes all \(counted(summary.info.count, "example"))",
          at: splitPlace.span(of: "validation"), help: "leave some to train with"))
      return false
    }
    if summary.trainCount < batch {
      problems.add(
        Diagnostic(
          "too-few-examples",
          "a batch takes \(counted(batch, "example")), but the training set has "
            + "\(summary.trainCount)",
          at: place.span(of: "batch"), help: "take at most `batch: \(summary.trainCount)`"))
      return false
    }
    return true
  }
}

/// What is known of an experiment's data before it is read.
public struct DataSummary: Sendable {
  /// The dataset.
  public let info: DatasetInfo
  /// What examples go through in training.
  public let training: TransformChain
  /// What examples go through in evaluation.
  public let evaluation: TransformChain
  /// The examples to train with.
  public let trainCount: Int
  /// The examples to validate with.
  public let validationCount: Int
  /// Whole batches of an epoch.
  public let batchesPerEpoch: Int

  /// What the networks receive.
  public var form: ExampleForm { training.output }

  init(
    info: DatasetInfo, training: TransformChain, evaluation: TransformChain, settings: DataSettings
  ) {
    self.info = info
    self.training = training
    self.evaluation = evaluation
    validationCount = min(settings.split.validationCount(of: info.count), info.count)
    trainCount = info.count - validationCount
    batchesPerEpoch = trainCount / settings.batch
  }

  /// The number of examples of a set.
  public func count(_ split: DataSplit) -> Int {
    switch split {
    case .train: trainCount
    case .validation: validationCount
    case .test: info.testCount
    }
  }
}
