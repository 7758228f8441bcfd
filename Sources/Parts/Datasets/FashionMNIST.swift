import Glibc
import YAML

/// Fashion-MNIST (Xiao, Rasul and Vollgraf 2017): 60,000 training and 10,000 test images of clothes,
/// 28 x 28 grey bytes, of ten classes.
public struct FashionMNIST: Dataset, ArrayDataset {
  /// The name in files.
  public static let kind = "fashion-mnist"
  /// One line for `assay describe`.
  public static let summary = "70,000 images of clothes, 28 x 28 grey, ten classes"
  /// What the short form sets.
  public static let mainKey: String? = "folder"
  /// The folder with the four files, gzipped or not, under their original names.
  public let folder: String

  /// Where the Debian package puts them.
  static let packageFolder = "/usr/share/datasets/fashion-mnist"

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    folder = fields.string(
      "folder", "folder of the four files, from the experiment's folder",
      default: Self.packageFolder)
  }

  /// Reads the headers.
  public func inspect(in context: DataContext) throws(DataError) -> DatasetInfo {
    var info = try arrays(in: context).inspect()
    info.classNames = [
      "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
      "ankle boot",
    ]
    return info
  }

  /// The four files.
  func arrays(in context: DataContext) throws(DataError) -> ArrayFiles {
    let folder = try resolve(folder, in: context.folder)
    return ArrayFiles(
      format: .idx, examples: try find("train-images-idx3-ubyte", folder),
      labels: try find("train-labels-idx1-ubyte", folder),
      testExamples: try find("t10k-images-idx3-ubyte", folder),
      testLabels: try find("t10k-labels-idx1-ubyte", folder), classes: 10, range: nil)
  }

  private func find(_ name: String, _ folder: String) throws(DataError) -> DatasetFile {
    for path in ["\(folder)/\(name).gz", "\(folder)/\(name)"] where access(path, F_OK) == 0 {
      return DatasetFile(setting: "folder", role: name, path: path)
    }
    throw DataError(
      folder, "does not hold Fashion-MNIST: `\(name).gz` is missing",
      help: folder == Self.packageFolder
        ? "install it with `sudo apt-get install dataset-fashion-mnist`, or name its `folder`"
        : "leave `folder` out to use the package `dataset-fashion-mnist`")
  }
}
