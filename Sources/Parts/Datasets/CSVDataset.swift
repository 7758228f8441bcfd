import Tensor
import Text
import YAML

/// Examples in a table of numbers: one a line, columns separated by commas.
public struct CSVDataset: Dataset {
  /// The name in files.
  public static let kind = "csv"
  /// One line for `assay describe`.
  public static let summary = "examples in a CSV table of numbers, with or without a label column"
  /// What the short form sets.
  public static let mainKey: String? = "path"
  /// The table of training examples.
  public let path: String
  /// The table of test examples.
  public let testPath: String?
  /// The label column's name, or its number from 0.
  public let label: String?
  /// Whether the first line names the columns; nil where the line itself shows it.
  public let header: Bool?
  /// The number of classes.
  public let classes: Int?
  /// The range of the values.
  public let range: ClosedRange<Float>?

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    path = fields.string("path", "table of training examples, from the experiment's folder")
    testPath = fields.optionalString("test_path", "table of test examples")
    label = fields.optionalString("label", "name of the label column, or its number from 0")
    header = fields.optionalBool(
      "header", "whether the first line names the columns; needed where that is not plain")
    classes = fields.classes(hasLabels: label != nil)
    range = fields.valueRange()
  }

  /// The files that are named.
  public func files(in context: DataContext) throws(DataError) -> [DatasetFile] {
    let file: DatasetFile = try context.file("path", path)
    return [file, try context.file("test_path", testPath)].compactMap { $0 }
  }

  /// Reads the first lines of each table and counts the others.
  public func inspect(in context: DataContext) throws(DataError) -> DatasetInfo {
    let files = try files(in: context)
    let table = try layout(of: files[0])
    var testCount = 0
    if files.count > 1 {
      let test = try layout(of: files[1])
      if test.columns != table.columns || test.labelColumn != table.labelColumn {
        throw DataError(
          files[1].path,
          "has \(counted(test.columns, "column")), but "
            + "`\(shown(files[0].path))` has \(table.columns), or its label stands elsewhere")
      }
      if let names = table.names, let others = test.names, names != others {
        throw DataError(
          files[1].path, "names its columns otherwise than `\(shown(files[0].path))`",
          help: "bring the columns of both into one order, under the same names")
      }
      testCount = test.rows
    }
    var info = DatasetInfo(
      form: ExampleForm(ExampleShape([table.features]), range: range), count: table.rows,
      testCount: testCount, bytesPerValue: 4)
    info.classes = classes
    info.summary = table.summary
    return info
  }

  private var head: CSVHeader { CSVHeader(label: label, isGiven: header) }

  /// The form of a table whose first rows can be read.
  private func layout(of file: DatasetFile) throws(DataError) -> CSVLayout {
    let layout = try head.layout(of: file.path)
    try CSVTable.check(file.path, layout, classes: classes, range: range)
    return layout
  }

  /// Reads the tables.
  public func load(in context: DataContext) throws(DataError) -> LoadedDataset {
    let info = try inspect(in: context)
    var sets: [Examples] = []
    for file in try files(in: context) {
      let table = try CSVTable(file.path, head, classes: classes, range: range)
      sets.append(
        Examples(
          count: table.layout.rows, values: table.values, labels: table.labels,
          rounded: table.rounded))
    }
    return LoadedDataset(info: info, training: sets[0], test: sets.count > 1 ? sets[1] : nil)
  }
}
