import Foundation
import Parts
import Testing
import Text

@testable import Experiment
@testable import YAML

@Suite struct DataSectionTests {
  @Test func whatTheSectionSaysIsKnownBeforeAnythingIsRead() throws {
    let text = """
      {dataset: fashion-mnist, batch: 100, split: {validation: 5000},
      transforms: [{pad: 2}, {scale: [-1, 1]}]}
      """
    let (section, lines) = read(text, in: ".")
    #expect(lines == [])
    let data = try #require(section)
    #expect(DataSplit.allCases.map(data.count(of:)) == [55_000, 5000, 10_000])
    #expect(data.batchesPerEpoch == 550)
    #expect(data.form == ExampleForm(.init([1, 32, 32]), range: -1...1))
    #expect(data.files.count == 4)
  }

  @Test func aFileThatDoesNotFitIsReportedAtItsSetting() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func write(_ name: String, _ bytes: [UInt8]) throws {
      try Data(bytes).write(to: URL(filePath: folder + "/" + name))
    }
    try write("x", [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6])
    try write("y", [0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 1])
    try write("test", [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4])
    #expect(
      read("{dataset: {idx: {images: x, labels: y, classes: 2}}, batch: 1}", in: folder).lines
        == ["1:37 bad-data: `y` holds 3 labels, but `x` holds 2 examples"])
    #expect(
      read("{dataset: {idx: {images: x, test_images: test}}, batch: 1}", in: folder).lines
        == ["1:42 bad-data: `test` holds [2, 2] of uint8, but `x` holds [2, 3] of uint8"])
    #expect(
      read("{dataset: {idx: {images: gone}}, batch: 1}", in: folder).lines
        == ["1:26 bad-data: `gone` does not exist"])
    #expect(
      read("{dataset: {idx: {images: x, range: [0, 1]}}, batch: 1}", in: folder).lines
        == ["1:26 bad-data: `x` holds bytes, whose range is known"])
  }

  @Test func dataThatChangedSinceItGaveTheRunItsNameIsRefused() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = URL(filePath: folder + "/points.csv")
    try Data("1,2\n3,4\n".utf8).write(to: file)
    let data = try #require(read("{dataset: {csv: points.csv}, batch: 1}", in: folder).section)
    let digests = try data.digests()
    #expect(try data.load(matching: digests).training.count == 2)
    try Data("1,2\n3,5\n".utf8).write(to: file)
    #expect(
      throws: DataError(
        folder + "/points.csv", "changed while the run was being started",
        help: "start it again: it will be another run")
    ) { _ = try data.load(matching: digests) }
  }

  @Test func whatDoesNotFitIsReported() {
    #expect(
      read("{dataset: ring, batch: 1, transforms: [{pad: 1}]}").lines == [
        "1:41 shape-mismatch: `pad` needs images `[channels, height, width]`, but receives [2]"
      ])
    #expect(
      read("{dataset: {ring: {points: 100}}, batch: 64, split: {validation: 0.5}}").lines == [
        "1:41 too-few-examples: a batch of 64 needs more examples than the 50 of the training set"
      ])
    #expect(
      read("{dataset: {ring: {points: 100}}, batch: 1, split: {validation: 100}}").lines == [
        "1:51 too-few-examples: the validation set takes all of the 100 examples of the training "
          + "set"
      ])
  }

  private func temporaryFolder() throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    return folder
  }

  /// The section that a text writes, and its problems as `line:column code: fact`.
  private func read(_ text: String, in folder: String = ".") -> (
    section: DataSection?, lines: [String]
  ) {
    let problems = Problems()
    let source = SourceText(name: "test.yaml", text: text)
    let node = Parser.document(source, problems)
    let section = Reading(problems).mapping(node, of: "`data`", at: source.whole) {
      DataSection.read(&$0, DataContext(folder: folder, seed: 1))
    }.value
    let lines = problems.diagnostics.map { problem in
      let place = problem.span.map { "\($0.line):\($0.column) " } ?? ""
      return "\(place)\(problem.code): \(problem.fact)".replacingOccurrences(
        of: folder + "/", with: "")
    }
    return (section, lines)
  }
}
