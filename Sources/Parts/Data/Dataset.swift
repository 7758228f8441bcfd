import YAML

/// A source of examples that an experiment can name.
public protocol Dataset: Part {
  /// The files that hold the examples; none for a dataset that is made. Reads nothing, but may look
  /// which files there are.
  func files(in context: DataContext) throws(DataError) -> [DatasetFile]
  /// What can be known without reading more than the headers of files.
  func inspect(in context: DataContext) throws(DataError) -> DatasetInfo
  /// Reads or makes the examples.
  func load(in context: DataContext) throws(DataError) -> LoadedDataset
}

extension Dataset {
  /// None: the dataset is made from its settings and the seed.
  public func files(in context: DataContext) throws(DataError) -> [DatasetFile] { [] }
}

/// A file that a dataset reads.
///
/// In a run's identity the digest of its content stands in the place of its path.
public struct DatasetFile: Hashable, Sendable {
  /// The setting that names it: `test_images`.
  public let setting: String
  /// What it is to the dataset: `test_images`, `train-images-idx3-ubyte`.
  public let role: String
  /// Its path, as the program can open it.
  public let path: String

  /// The file called `role`, named by `setting`.
  public init(setting: String, role: String, path: String) {
    self.setting = setting
    self.role = role
    self.path = path
  }

  /// The SHA-256 digest of its content, in hexadecimal; from a cache while the file is the same.
  public func digest() throws(DataError) -> String { try DigestCache.standard.digest(of: path) }
}
