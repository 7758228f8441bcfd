import YAML

/// A dataset whose examples and labels lie in files of arrays.
protocol ArrayDataset: Dataset {
  /// The files. Reads nothing, but may look which there are.
  func arrays(in context: DataContext) throws(DataError) -> ArrayFiles
}

extension ArrayDataset {
  /// The files that there are.
  public func files(in context: DataContext) throws(DataError) -> [DatasetFile] {
    try arrays(in: context).all
  }

  /// Reads the headers.
  public func inspect(in context: DataContext) throws(DataError) -> DatasetInfo {
    try arrays(in: context).inspect()
  }

  /// Reads the files.
  public func load(in context: DataContext) throws(DataError) -> LoadedDataset {
    try arrays(in: context).load(inspect(in: context))
  }
}

/// The settings of a dataset whose files the user names.
struct ArraySettings: Sendable {
  /// What the examples are called: `images` gives the settings `images` and `test_images`.
  private let noun: String
  private let examples: String
  private let labels: String?
  private let testExamples: String?
  private let testLabels: String?
  private let classes: Int?
  private let range: ClosedRange<Float>?

  /// Reads the settings of examples that are called `noun`.
  init(_ fields: inout Fields, of noun: String) {
    self.noun = noun
    examples = fields.string(noun, "file of training \(noun), from the experiment's folder")
    labels = fields.optionalString("labels", "file of their labels")
    testExamples = fields.optionalString("test_\(noun)", "file of test \(noun)")
    testLabels = fields.optionalString("test_labels", "file of their labels")
    classes = fields.classes(hasLabels: labels != nil)
    range = fields.valueRange()
    fields.require("test_labels", with: "test_\(noun)")
    fields.require("test_labels", with: "labels")
  }

  /// The files, all of one format.
  func files(_ format: ArrayHeader.Format, in context: DataContext) throws(DataError)
    -> ArrayFiles
  {
    ArrayFiles(
      format: format, examples: try context.file(noun, examples),
      labels: try context.file("labels", labels),
      testExamples: try context.file("test_\(noun)", testExamples),
      testLabels: try context.file("test_labels", testLabels), classes: classes, range: range)
  }
}
