import Tensor
import Text
import YAML

/// Examples and labels that lie in files of arrays: two for training, two for the test set, of which
/// only the first must be there.
struct ArrayFiles: Hashable, Sendable {
  /// The format of all of them.
  var format: ArrayHeader.Format
  /// The training examples.
  var examples: DatasetFile
  /// Their labels.
  var labels: DatasetFile?
  /// The test examples.
  var testExamples: DatasetFile?
  /// Their labels.
  var testLabels: DatasetFile?
  /// The number of classes; nil without labels.
  var classes: Int?
  /// What the values must lie in; nil where that is not known. Bytes have their own.
  var range: ClosedRange<Float>?

  /// All files that there are.
  var all: [DatasetFile] { [examples, labels, testExamples, testLabels].compactMap { $0 } }

  /// Reads the headers and checks that the files fit each other.
  func inspect() throws(DataError) -> DatasetInfo {
    let header = try ArrayHeader(inspecting: examples.path, format: format)
    try labels.map { file throws(DataError) in try check(file, header) }
    var testCount = 0
    if let testExamples {
      let test = try ArrayHeader(inspecting: testExamples.path, format: format)
      try check(test, like: header)
      try testLabels.map { file throws(DataError) in try check(file, test) }
      testCount = test.examples
    }
    let isBytes = header.kind.largestByte != nil
    if isBytes, range != nil {
      throw DataError(
        examples.path, "holds bytes, whose range is known", help: "leave `range` out")
    }
    var info = DatasetInfo(
      form: ExampleForm(try header.exampleShape(), range: isBytes ? 0...1 : range),
      count: header.examples, testCount: testCount, bytesPerValue: isBytes ? 1 : 4)
    info.classes = classes
    return info
  }

  /// Reads everything, the two sets at once.
  func load(_ info: DatasetInfo) throws(DataError) -> LoadedDataset {
    let files = [(examples, labels)] + (testExamples.map { [($0, testLabels)] } ?? [])
    var sets = files.map { file, _ in
      Result<Examples, DataError>.failure(DataError(file.path, "was not read"))
    }
    sets.withUnsafeMutableBufferPointer { sets in
      parallel(files.count) { number in
        sets[number] = Result { () throws(DataError) in
          try load(files[number].0, files[number].1)
        }
      }
    }
    return LoadedDataset(
      info: info, training: try sets[0].get(), test: sets.count > 1 ? try sets[1].get() : nil)
  }

  private func load(_ file: DatasetFile, _ labels: DatasetFile?) throws(DataError) -> Examples {
    let array = try ArrayFile(file.path, format: format)
    var rounded: RoundedNumber?
    let values = try array.examples(in: range, rounded: &rounded)
    return Examples(
      count: array.header.examples, values: values,
      labels: try labels.map { file throws(DataError) in
        try ArrayFile(file.path, format: format).labels(classes: classes ?? 0)
      } ?? [], rounded: rounded)
  }

  private func check(_ labels: DatasetFile, _ header: ArrayHeader) throws(DataError) {
    let found = try ArrayHeader(inspecting: labels.path, format: format)
    guard found.dims.count == 1 else {
      throw DataError(labels.path, "has shape \(found.shape), but labels have one axis")
    }
    if found.examples != header.examples {
      throw DataError(
        labels.path,
        "holds \(counted(found.examples, "label")), but `\(shown(header.path))` holds "
          + counted(header.examples, "example"))
    }
  }

  private func check(_ test: ArrayHeader, like header: ArrayHeader) throws(DataError) {
    if test.dims.dropFirst() != header.dims.dropFirst() || test.kind != header.kind {
      throw DataError(
        test.path,
        "holds \(test.shape) of \(test.kind.rawValue), but `\(shown(header.path))` holds "
          + "\(header.shape) of \(header.kind.rawValue)")
    }
  }
}
