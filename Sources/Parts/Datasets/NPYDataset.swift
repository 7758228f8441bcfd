import YAML

/// Examples in `.npy` files: `[examples, features]`, `[examples, height, width]` or
/// `[examples, channels, height, width]`.
public struct NPYDataset: Dataset {
  /// The name in files.
  public static let kind = "npy"
  /// One line for `assay describe`.
  public static let summary = "examples and labels in .npy files of NumPy"
  /// What the short form sets.
  public static let mainKey: String? = "examples"
  /// The training examples.
  public let examples: String
  /// Their labels.
  public let labels: String?
  /// The test examples.
  public let testExamples: String?
  /// Their labels.
  public let testLabels: String?
  /// The number of classes.
  public let classes: Int?
  /// The range of values that are not bytes.
  public let range: ClosedRange<Float>?

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    examples = fields.string("examples", "file of training examples, from the experiment's folder")
    labels = fields.optionalString("labels", "file of their labels")
    testExamples = fields.optionalString("test_examples", "file of test examples")
    testLabels = fields.optionalString("test_labels", "file of their labels")
    classes = fields.classes(hasLabels: labels != nil)
    range = fields.valueRange()
    fields.require("test_labels", with: "test_examples")
    fields.require("test_labels", with: "labels")
  }

  /// The files that are named.
  public func files(in context: DataContext) throws(DataError) -> [DatasetFile] {
    try arrays(context).all
  }

  /// Reads the headers.
  public func inspect(in context: DataContext) throws(DataError) -> DatasetInfo {
    try arrays(context).inspect()
  }

  /// Reads the files.
  public func load(in context: DataContext) throws(DataError) -> LoadedDataset {
    try arrays(context).load(inspect(in: context))
  }

  private func arrays(_ context: DataContext) throws(DataError) -> ArrayFiles {
    ArrayFiles(
      format: .npy, examples: try context.file("examples", examples),
      labels: try context.file("labels", labels),
      testExamples: try context.file("test_examples", testExamples),
      testLabels: try context.file("test_labels", testLabels), classes: classes, range: range)
  }
}
