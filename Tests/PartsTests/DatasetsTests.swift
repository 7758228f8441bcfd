import Foundation
import Tensor
import Testing
import Text

@testable import Parts

@Suite struct DatasetsTests {
  let context = DataContext(folder: ".", seed: 1)

  @Test func fashionMNISTIsReadFromThePackage() throws {
    let read = readData("{dataset: fashion-mnist, batch: 100, split: 5000}")
    let summary = try #require(read.settings.inspect(in: context, read.problems))
    #expect(read.lines == [])
    #expect(summary.form == ExampleForm(ExampleShape([1, 28, 28]), range: 0...1))
    #expect(summary.info.count == 60_000)
    #expect(summary.info.classes == 10)
    #expect(summary.info.classNames[9] == "ankle boot")
    #expect(DataSplit.allCases.map(summary.count) == [55_000, 5000, 10_000])
    #expect(summary.batchesPerEpoch == 550)
    #expect(summary.info.memory == 70_000 * 784)
    let dataset = try #require(read.settings.dataset).part
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
    let read = readData("{dataset: {idx: images.idx}, batch: 3}")
    let batches = try #require(
      try read.settings.load(in: DataContext(folder: golden("."), seed: 1)))
    #expect(batches.all(.train).x == (0..<24).map { Float(3 * $0) / 255 })
  }

  @Test func aMissingPackageIsNamed() {
    let message = failure { () throws(DataError) in
      let text = "{dataset: {fashion-mnist: nowhere}, batch: 1}"
      _ = try readData(text).settings.dataset?.part.inspect(in: context)
    }
    #expect(
      message == "nowhere does not hold Fashion-MNIST: `train-images-idx3-ubyte.gz` is missing; "
        + "leave `folder` out to use the package `dataset-fashion-mnist`")
  }

  @Test func labelsMustBeAsManyAsExamples() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("x", idx([2, 3], [1, 2, 3, 4, 5, 6]))
    _ = try folder.write("y", idx([3], [0, 1, 1]))
    _ = try folder.write("test", idx([2, 2], [1, 2, 3, 4]))
    #expect(
      inspect("{dataset: {idx: {images: x, labels: y, classes: 2}}, batch: 1}", in: folder)
        == ["1:37 bad-data: `y` holds 3 labels, but `x` holds 2 examples"])
    #expect(
      inspect("{dataset: {idx: {images: x, test_images: test}}, batch: 1}", in: folder)
        == ["1:42 bad-data: `test` holds [2, 2] of uint8, but `x` holds [2, 3] of uint8"])
    #expect(
      inspect("{dataset: {idx: {images: gone}}, batch: 1}", in: folder)
        == ["1:26 bad-data: `gone` does not exist"])
    #expect(
      inspect("{dataset: {idx: {images: x, range: [0, 1]}}, batch: 1}", in: folder)
        == ["1:26 bad-data: `x` holds bytes, whose range is known; leave `range` out"])
  }

  @Test func settingsThatDoNotFitAreReportedWithTheirPlace() {
    #expect(
      readData("{dataset: {idx: {images: a, labels: b}}, batch: 1}").lines
        == [
          "1:12 missing-key: `idx` needs `classes` beside labels; write how many kinds of labels "
            + "there are, as `classes: 10`"
        ])
    #expect(
      readData("{dataset: {npy: {examples: a, test_labels: b, classes: 2}}, batch: 1}").lines.count
        == 3)
    #expect(
      readData("{dataset: {csv: {path: a, range: [1, 0]}}, batch: 0}").lines == [
        "1:34 out-of-range: `range` must be a number and a greater one; write it as `[0, 1]`",
        "1:51 out-of-range: `batch` must be at least 1 and at most 1000000, but is 0",
      ])
    #expect(
      readData("{dataset: ring, batch: 1, split: {validation: 1.5}}").lines == [
        "1:47 out-of-range: `validation` must be a whole number, or a share below 1"
      ])
    #expect(
      readData("{dataset: ring, batch: 1, transforms: [{scale: [1, 0]}]}").lines == [
        "1:48 out-of-range: the first end of `to` must be less than the second; write `[0, 1]`"
      ])
  }

  @Test func whatDoesNotFitIsFoundBeforeAnythingIsRead() throws {
    #expect(
      inspect("{dataset: ring, batch: 1, transforms: [{pad: 1}]}") == [
        "1:41 transform-mismatch: `pad` needs images `[channels, height, width]`, but receives [2]"
      ])
    #expect(
      inspect("{dataset: {ring: {points: 100}}, batch: 64, split: {validation: 0.5}}") == [
        "1:41 too-few-examples: a batch takes 64 examples, but the training set has 50; take at "
          + "most `batch: 50`"
      ])
    #expect(
      inspect("{dataset: {ring: {points: 100}}, batch: 1, split: {validation: 100}}") == [
        "1:64 too-few-examples: the validation set takes all 100 examples; leave some to train with"
      ])
  }

  @Test func tablesAndArraysBecomeDatasets() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("a.csv", "x,y,kind\n1,2,0\n3,4,1\n5,6,1\n")
    _ = try folder.write("b.csv", "x,y,kind\n7,8,0\n")
    _ = try folder.write("c.csv", "x,kind\n7,0\n")
    let context = DataContext(folder: folder.path, seed: 1)
    let text =
      "{dataset: {csv: {path: a.csv, test_path: b.csv, label: kind, classes: 2}}, batch: 2}"
    let batches = try #require(try readData(text).settings.load(in: context))
    #expect(batches.all(.train).x == [1, 2, 3, 4, 5, 6])
    #expect(batches.all(.train).labels == [0, 1, 1])
    #expect(batches.all(.test).x == [7, 8])
    #expect(
      inspect("{dataset: {csv: {path: a.csv, test_path: c.csv}}, batch: 1}", in: folder) == [
        "1:42 bad-data: `c.csv` has 2 columns, but `a.csv` has 3, or its label stands elsewhere"
      ])
    let arrays = "{dataset: {npy: {examples: f4.npy, labels: labels.npy, classes: 3}}, batch: 2}"
    let loaded = try #require(
      try readData(arrays).settings.load(in: DataContext(folder: golden("."), seed: 1)))
    #expect(loaded.all(.train).labels == [2, 0, 1, 2])
  }

  @Test func aDatasetsFilesAreNamedByTheirSettings() throws {
    let text = "{dataset: {npy: {examples: f4.npy, labels: labels.npy, classes: 3}}, batch: 2}"
    let dataset = try #require(readData(text).settings.dataset).part
    let files = try dataset.files(in: DataContext(folder: "here", seed: 1))
    #expect(
      files == [
        DatasetFile(setting: "examples", role: "examples", path: "here/f4.npy"),
        DatasetFile(setting: "labels", role: "labels", path: "here/labels.npy"),
      ])
  }

  @Test func theLongFormShowsEveryDefault() throws {
    let read = readData("{dataset: ring, batch: 2}")
    #expect(
      read.resolved
        == readData(
          """
          {dataset: {ring: {modes: 8, radius: 1, std: 0.01, points: 100000, test_points: 10000}},
          batch: 2, split: {validation: 0}, transforms: []}
          """
        ).resolved)
  }

  @Test(arguments: [("Datasets", 7), ("Transforms", 7), ("Metrics", 2)])
  func eachFileOfAFolderStandsInTheList(folder: String, count: Int) throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/Parts/\(folder)").standardized
    let files = try FileManager.default.contentsOfDirectory(atPath: sources.path).sorted()
    let types = [
      "Datasets": DataCatalog.datasets.types, "Transforms": DataCatalog.transforms.types,
      "Metrics": DataCatalog.metrics.types,
    ]
    let listed = try #require(types[folder])
    #expect(listed.map { "\($0).swift" }.sorted() == files)
    #expect(Set(listed.map { $0.kind }).count == listed.count)
    #expect(listed.count == count)
  }

  /// The problems that are found without reading data.
  private func inspect(_ text: String, in folder: TemporaryFolder? = nil) -> [String] {
    let read = readData(text)
    let context = DataContext(folder: folder?.path ?? ".", seed: 1)
    #expect(read.settings.inspect(in: context, read.problems) == nil)
    return read.lines.map { $0.replacingOccurrences(of: (folder?.path ?? "?") + "/", with: "") }
  }
}
