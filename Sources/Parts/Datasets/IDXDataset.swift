import YAML

/// Examples in IDX files, the format of MNIST, gzipped or not.
public struct IDXDataset: Dataset, ArrayDataset {
  /// The name in files.
  public static let kind = "idx"
  /// One line for `assay describe`.
  public static let summary = "images and labels in IDX files, as MNIST's, gzipped or not"
  /// What the short form sets.
  public static let mainKey: String? = "images"
  private let settings: ArraySettings

  /// Reads the settings.
  public init(_ fields: inout Fields) { settings = ArraySettings(&fields, of: "images") }

  /// The files that are named.
  func arrays(in context: DataContext) throws(DataError) -> ArrayFiles {
    try settings.files(.idx, in: context)
  }
}
