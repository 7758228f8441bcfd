import Foundation
import Tensor
import TestSupport
import Testing
import Text

@testable import Parts

@Suite struct DatasetsTests {
  let context = DataContext(folder: ".", seed: 1)

  @Test func fashionMNISTIsReadFromThePackage() throws {
    let dataset = try #require(readData("{dataset: fashion-mnist}").dataset).part
    let info = try dataset.inspect(in: context)
    #expect(info.form == ExampleForm(ExampleShape([1, 28, 28]), range: 0...1))
    #expect(info.count == 60_000)
    #expect(info.testCount == 10_000)
    #expect(info.classes == 10)
    #expect(info.classNames[9] == "ankle boot")
    #expect(info.memory == 70_000 * 784)
    let data = try dataset.load(in: context)
    #expect(data.training.labels.prefix(4) == [9, 0, 0, 3])
    guard case .bytes(let images, divisor: 255) = data.training.values else {
      Issue.record("the images are not bytes")
      return
    }
    let bytes = UnsafeBufferPointer(start: Numbers.bytes(of: images), count: 60_000 * 784)
    #expect(bytes[..<784].reduce(0) { $0 + Int($1) } == 76_247)
    #expect(bytes[(59_999 * 784)...].reduce(0) { $0 + Int($1) } == 16_684)
    #expect(data.test?.count == 10_000)
    #expect(data.test?.labels.first == 9)
  }

  @Test func bytesBecomeWhatPyTorchsToTensorMakes() throws {
    let batches = try readData("{dataset: {idx: images.idx}, batch: 3}").batches(
      folder: golden("."))
    #expect(batches.all(.train).x == (0..<24).map { Float(3 * $0) / 255 })
  }

  @Test func aMissingPackageIsNamed() {
    let message = failure { () throws(DataError) in
      _ = try readData("{dataset: {fashion-mnist: nowhere}}").dataset?.part.inspect(in: context)
    }
    #expect(
      message == "nowhere does not hold Fashion-MNIST: `train-images-idx3-ubyte.gz` is missing; "
        + "leave `folder` out to use the package `dataset-fashion-mnist`")
  }

  @Test func settingsThatDoNotFitAreReportedWithTheirPlace() {
    #expect(
      readData("{dataset: {idx: {images: a, labels: b}}}").lines
        == [
          "1:12 missing-key: `idx` needs `classes` beside labels; write how many kinds of labels "
            + "there are, as `classes: 10`"
        ])
    #expect(
      readData("{dataset: {npy: {examples: a, test_labels: b, classes: 2}}}").lines.count
        == 3)
    #expect(
      readData("{dataset: {csv: {path: a, range: [1, 0]}}}").lines == [
        "1:34 out-of-range: `range` must be a number and a greater one; write it as `[0, 1]`"
      ])
    #expect(
      readData("{dataset: ring, split: {validation: 1.5}}").lines == [
        "1:37 out-of-range: `validation` must be a whole number, or a share below 1"
      ])
    #expect(
      readData("{dataset: ring, transforms: [{scale: [1, 0]}]}").lines == [
        "1:38 out-of-range: the first end of `to` must be less than the second; write `[0, 1]`"
      ])
  }

  @Test func tablesAndArraysBecomeDatasets() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("a.csv", "x,y,kind\n1,2,0\n3,4,1\n5,6,1\n")
    _ = try folder.write("b.csv", "x,y,kind\n7,8,0\n")
    let table = "{csv: {path: a.csv, test_path: b.csv, label: kind, classes: 2}}"
    let batches = try readData("{dataset: \(table), batch: 2}").batches(folder: folder.path)
    #expect(batches.all(.train).x == [1, 2, 3, 4, 5, 6])
    #expect(batches.all(.train).labels == [0, 1, 1])
    #expect(batches.all(.test).x == [7, 8])
    let arrays = "{npy: {examples: f4.npy, labels: labels.npy, classes: 3}}"
    let loaded = try readData("{dataset: \(arrays), batch: 2}").batches(folder: golden("."))
    #expect(loaded.all(.train).labels == [2, 0, 1, 2])
  }

  @Test func aDatasetsFilesAreNamedByTheirSettings() throws {
    let text = "{dataset: {npy: {examples: f4.npy, labels: labels.npy, classes: 3}}}"
    let dataset = try #require(readData(text).dataset).part
    let files = try dataset.files(in: DataContext(folder: "here", seed: 1))
    #expect(
      files == [
        DatasetFile(setting: "examples", role: "examples", path: "here/f4.npy"),
        DatasetFile(setting: "labels", role: "labels", path: "here/labels.npy"),
      ])
  }

  @Test func theLongFormShowsEveryDefault() {
    let long = "{ring: {modes: 8, radius: 1, std: 0.01, points: 100000, test_points: 10000}}"
    #expect(
      readData("{dataset: ring}").dataset?.resolved
        == readData("{dataset: \(long)}").dataset?.resolved)
  }

  @Test(arguments: [("Datasets", 8), ("Transforms", 7), ("Metrics", 2)])
  func eachFileOfAFolderStandsInTheList(folder: String, count: Int) throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/Parts/\(folder)").standardized
    let files = try FileManager.default.contentsOfDirectory(atPath: sources.path).sorted()
    let types = [
      "Datasets": Catalog.datasets.types, "Transforms": Catalog.transforms.types,
      "Metrics": Catalog.metrics.types,
    ]
    let listed = try #require(types[folder])
    #expect(listed.map { "\($0).swift" }.sorted() == files)
    #expect(Set(listed.map { $0.kind }).count == listed.count)
    #expect(listed.count == count)
  }
}
