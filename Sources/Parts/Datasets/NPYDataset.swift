import YAML

/// Examples in `.npy` files: `[examples, features]`, `[examples, height, width]` or
/// `[examples, channels, height, width]`.
public struct NPYDataset: Dataset, ArrayDataset {
  /// The name in files.
  public static let kind = "npy"
  /// One line for `assay describe`.
  public static let summary = "examples and labels in .npy files of NumPy"
  /// What the short form sets.
  public static let mainKey: String? = "examples"
  private let settings: ArraySettings

  /// Reads the settings.
  public init(_ fields: inout Fields) { settings = ArraySettings(&fields, of: "examples") }

  /// The files that are named.
  func arrays(in context: DataContext) throws(DataError) -> ArrayFiles {
    try settings.files(.npy, in: context)
  }
}
