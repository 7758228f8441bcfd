import Parts
import Tensor
import Text
import YAML

/// Where examples come from and what they go through.
public struct DataSection: Sendable {
  /// The dataset.
  public let dataset: any Dataset
  /// What the dataset may know of the experiment.
  public let context: DataContext
  /// The files that hold the examples.
  public let files: [DatasetFile]
  /// What is known of it before it is read.
  public let info: DatasetInfo
  /// The examples of a batch.
  public let batch: Int
  /// How much of the training set is set aside.
  public let split: SplitSettings
  /// What examples go through, in order.
  public let transforms: [any Transform]
  /// What examples look like when they arrive.
  public let form: ExampleForm
  /// Where it is written.
  public let place: Place

  /// The number of examples to train with.
  public var trainingCount: Int { info.count - split.validationCount(of: info.count) }

  /// The number of examples of a set.
  public func count(of split: DataSplit) -> Int {
    switch split {
    case .train: trainingCount
    case .validation: self.split.validationCount(of: info.count)
    case .test: info.testCount
    }
  }

  /// Whole batches of an epoch.
  public var batchesPerEpoch: Int { max(1, trainingCount / batch) }

  /// The sets that there are.
  public var splits: [DataSplit] {
    DataSplit.allCases.filter { split in
      switch split {
      case .train: true
      case .validation: self.split.validationCount(of: info.count) > 0
      case .test: info.testCount > 0
      }
    }
  }
}

extension DataSection {
  /// Reads the section, and of the data's files no more than their headers; nil where something is
  /// wrong.
  static func read(_ fields: inout Fields, _ context: DataContext) -> DataSection? {
    let dataset: Placed<any Dataset>? = fields.part(
      "dataset", "where examples come from", of: Catalog.datasets)
    let batch = fields.int("batch", "examples in a batch", in: 1...1_000_000)
    let split =
      fields.section(
        "split", "what is taken from the training set", ifMissing: .hasDefaults,
        SplitSettings.init) ?? SplitSettings(validation: 0)
    let transforms: [Placed<any Transform>] = fields.parts(
      "transforms", "what examples go through, in order", of: Catalog.transforms, required: false)
    guard let dataset else { return nil }
    do throws(DataError) {
      let info = try dataset.part.inspect(in: context)
      let form = form(of: info, transforms, fields)
      let section = DataSection(
        dataset: dataset.part, context: context, files: try dataset.part.files(in: context),
        info: info, batch: batch, split: split,
        transforms: transforms.map(\.part), form: form, place: fields.place)
      section.check(fields)
      return section
    } catch {
      fields.record(error.diagnostic(at: span(of: error, dataset, context)))
      return nil
    }
  }

  /// Where the file of an error is named; else the dataset's name.
  private static func span(
    of error: DataError, _ dataset: Placed<any Dataset>, _ context: DataContext
  ) -> Span {
    let files = (try? dataset.part.files(in: context)) ?? []
    guard let file = files.first(where: { $0.path == error.path }) else {
      return dataset.place.span
    }
    return dataset.place.span(of: file.setting)
  }

  /// The form that the transforms give; the first one that cannot take what it receives is reported.
  private static func form(
    of info: DatasetInfo, _ transforms: [Placed<any Transform>], _ fields: Fields
  ) -> ExampleForm {
    do throws(TransformChain.Failure) {
      return try TransformChain(transforms.map(\.part), input: info.form, mode: .training).output
    } catch {
      let transform = transforms[error.index]
      fields.record(
        Diagnostic(
          "shape-mismatch", "`\(transform.name)` \(error.reason.fact)", at: transform.place.span,
          label: "does not fit", note: "the dataset's examples are \(info.form.shape)",
          help: error.reason.help))
      return info.form
    }
  }

  /// Images whose last axis is short and whose others are not have their channels last, as NumPy and
  /// TensorFlow write them, but are read channels first.
  private func checkChannels(_ fields: Fields) {
    let dims = info.form.shape.dims
    guard !files.isEmpty, info.form.shape.isImage, [1, 3, 4].contains(dims[2]),
      dims[0] > 4, dims[1] > 4
    else { return }
    fields.record(
      Diagnostic(
        "channels-last",
        "images are read channels first: as \(dims[0]) channels of \(dims[1]) x \(dims[2]) pixels",
        at: fields.span(of: "dataset"), label: "examples of \(info.form.shape)",
        note: "the last axis looks like the channels",
        help: "save them as `[examples, \(dims[2]), \(dims[0]), \(dims[1])]`, "
          + "as with `numpy.transpose(a, (0, 3, 1, 2))`", severity: .warning))
  }

  private func check(_ fields: Fields) {
    guard !fields.isDescribing else { return }
    checkChannels(fields)
    if trainingCount < 1 {
      fields.problem(
        "too-few-examples",
        "the validation set takes all of the \(info.count) examples of the training set",
        at: "split")
    } else if batch > trainingCount {
      fields.problem(
        "too-few-examples",
        "a batch of \(batch) needs more examples than the \(trainingCount) of the training set",
        at: "batch")
    }
  }
}
