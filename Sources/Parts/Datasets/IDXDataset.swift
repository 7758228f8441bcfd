import YAML

/// Examples in IDX files, the format of MNIST, gzipped or not.
public struct IDXDataset: Dataset {
  /// The name in files.
  public static let kind = "idx"
  /// One line for `assay describe`.
  public static let summary = "images and labels in IDX files, as MNIST's, gzipped or not"
  /// What the short form sets.
  public static let mainKey: String? = "images"
  /// The training images.
  public let images: String
  /// Their labels.
  public let labels: String?
  /// The test images.
  public let testImages: String?
  /// Their labels.
  public let testLabels: String?
  /// The number of classes.
  public let classes: Int?
  /// The range of values that are not bytes.
  public let range: ClosedRange<Float>?

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    images = fields.string("images", "file of training images, from the experiment's folder")
    labels = fields.optionalString("labels", "file of their labels")
    testImages = fields.optionalString("test_images", "file of test images")
    testLabels = fields.optionalString("test_labels", "file of their labels")
    classes = fields.classes(hasLabels: labels != nil)
    range = fields.valueRange()
    fields.require("test_labels", with: "test_images")
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
      format: .idx, examples: try context.file("images", images),
      labels: try context.file("labels", labels),
      testExamples: try context.file("test_images", testImages),
      testLabels: try context.file("test_labels", testLabels), classes: classes, range: range)
  }
}
