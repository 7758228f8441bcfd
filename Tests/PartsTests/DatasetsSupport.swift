import Foundation
import Tensor
import Testing
import Text

@testable import Parts
@testable import YAML

/// A file that NumPy wrote (`Goldens/make_arrays.py`).
func golden(_ name: String) -> String {
  URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/arrays/\(name)")
    .path
}

/// The numbers as they lie in memory.
func floats(_ numbers: Numbers, _ count: Int) -> [Float] {
  switch numbers {
  case .bytes(let buffer, _): (0..<count).map { Float(Numbers.bytes(of: buffer)[$0]) }
  case .floats(let buffer): Array(buffer.elements.prefix(count))
  }
}

/// What is wrong with the data that `body` reads; the test fails where nothing is.
func failure(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws(DataError) -> Void
) -> String {
  do throws(DataError) {
    try body()
    Issue.record("nothing was refused", sourceLocation: sourceLocation)
    return ""
  } catch {
    let name = error.path.split(separator: "/").last.map(String.init) ?? error.path
    return "\(name) \(error.fact)" + (error.position.map { " at \($0)" } ?? "")
      + (error.help.map { "; \($0)" } ?? "")
  }
}

/// An IDX file of bytes.
func idx(_ dims: [Int], kind: UInt8 = 8, _ content: [UInt8]) -> [UInt8] {
  let extents = dims.flatMap { extent in
    (0..<4).map { UInt8(truncatingIfNeeded: extent >> (24 - 8 * $0)) }
  }
  return [0, 0, kind, UInt8(dims.count)] + extents + content
}

/// An `.npy` file of version 1.0 with this header.
func npy(_ header: String, _ content: [UInt8] = []) -> [UInt8] {
  let text = Array((header + "\n").utf8)
  let size = [UInt8(truncatingIfNeeded: text.count), UInt8(truncatingIfNeeded: text.count >> 8)]
  return [0x93] + Array("NUMPY".utf8) + [1, 0] + size + text + content
}

/// What reading a `data` section gives.
struct ReadData {
  /// The section's parts.
  let dataset: Placed<any Dataset>?
  let batch: Int
  let split: SplitSettings
  let transforms: [Placed<any Transform>]
  let problems: Problems

  /// `line:column code: fact; help` of each problem.
  var lines: [String] {
    problems.diagnostics.map { problem in
      let place = problem.span.map { "\($0.line):\($0.column) " } ?? ""
      return "\(place)\(problem.code): \(problem.fact)"
        + (problem.helps.first.map { "; \($0)" } ?? "")
    }
  }

  /// The dataset in memory.
  func load(seed: UInt64 = 1, folder: String = ".") throws -> LoadedDataset {
    #expect(lines == [])
    return try #require(dataset).part.load(in: DataContext(folder: folder, seed: seed))
  }

  /// Batches of it.
  func batches(seed: UInt64 = 1, folder: String = ".") throws -> Batches {
    try Batches(
      load(seed: seed, folder: folder), batch: batch, split: split,
      transforms: transforms.map(\.part), seed: seed)
  }
}

/// Reads the text of a `data` section.
func readData(_ text: String) -> ReadData {
  let problems = Problems()
  let source = SourceText(name: "test.yaml", text: text)
  let node = Parser.document(source, problems)
  return Reading(problems).mapping(node, of: "`data`", at: source.whole) { fields in
    ReadData(
      dataset: fields.part("dataset", "the dataset", of: Catalog.datasets),
      batch: fields.int("batch", "examples of a batch", default: 1),
      split: fields.section("split", "sets", ifMissing: .hasDefaults, SplitSettings.init)
        ?? SplitSettings(validation: 0),
      transforms: fields.parts("transforms", "changes", of: Catalog.transforms, required: false),
      problems: problems)
  }.value
}

/// The transform that a text writes: `{scale: [-1, 1]}`.
func transform(_ text: String) throws -> any Transform {
  let read = readData("{dataset: ring, transforms: [\(text)]}")
  #expect(read.lines == [])
  return try #require(read.transforms.first).part
}

/// A dataset in memory of `count` examples of two values, i and -i, and label i mod 3.
func countingData(_ count: Int, test: Int = 0) throws -> LoadedDataset {
  func examples(_ numbers: Range<Int>) throws -> Examples {
    let buffer = try Buffer(2 * numbers.count)
    for (place, number) in numbers.enumerated() {
      buffer.floats[2 * place] = Float(number)
      buffer.floats[2 * place + 1] = -Float(number)
    }
    return Examples(
      count: numbers.count, values: .floats(buffer), labels: numbers.map { Int32($0 % 3) })
  }
  var info = DatasetInfo(
    form: ExampleForm(ExampleShape([2]), range: nil), count: count, testCount: test,
    bytesPerValue: 4)
  info.classes = 3
  return LoadedDataset(
    info: info, training: try examples(0..<count),
    test: test > 0 ? try examples(count..<count + test) : nil)
}

extension Batches {
  /// A training batch and its labels.
  func batch(_ number: Int) -> (x: [Float], labels: [Int32]) {
    var labels = [Int32](repeating: -1, count: batch)
    let x = [Float](unsafeUninitializedCapacity: batch * form.shape.count) { x, filled in
      guard let start = x.baseAddress else { return }
      labels.withUnsafeMutableBufferPointer { load(number, x: start, labels: $0.baseAddress) }
      filled = x.count
    }
    return (x, labels)
  }

  /// All examples of a set, in order, and their labels.
  func all(_ split: DataSplit) -> (x: [Float], labels: [Int32]) {
    var result: (x: [Float], labels: [Int32]) = ([], [])
    var x = [Float](repeating: 0, count: batch * form.shape.count)
    var labels = [Int32](repeating: -1, count: batch)
    while true {
      let count = x.withUnsafeMutableBufferPointer { x in
        labels.withUnsafeMutableBufferPointer { labels in
          x.baseAddress.map {
            load(split, from: result.labels.count, x: $0, labels: labels.baseAddress)
          } ?? 0
        }
      }
      if count == 0 { return result }
      result.x += x.prefix(count * form.shape.count)
      result.labels += labels.prefix(count)
    }
  }
}

extension ArrayFile {
  /// The numbers of the file, whatever single precision makes of them.
  func numbers(in range: ClosedRange<Float>?) throws(DataError) -> Numbers {
    var rounded: RoundedNumber?
    return try examples(in: range, rounded: &rounded)
  }
}
