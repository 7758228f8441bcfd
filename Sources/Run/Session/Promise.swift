import Experiment
import Parts

/// What a checkpoint promises beside its own values: the rows of `metrics.csv` and the pictures up to
/// its step. Files that were cut, emptied or lost since are found here, before they are believed.
struct Promise {
  let directory: RunDirectory
  let experiment: Experiment

  /// What is lost of what the run wrote up to a checkpoint; nil where all of it is there. At the end
  /// of a run every picture is due.
  func loss(upTo header: CheckpointHeader, isEnd: Bool) throws -> String? {
    try lossOfRows(header.metrics) ?? lossOfPictures(upTo: header.step, isEnd: isEnd)
  }

  /// What is lost of a run whose record says that it is finished; nil where nothing is, as far as can
  /// be known: without a last checkpoint the rows are only counted.
  func lossOfFinished(_ record: RunRecord) throws -> String? {
    let last = try CheckpointStore.entries(in: directory.checkpointsFolder).last
    guard let last, last.step == record.step else { return try lossOfSteps(record) }
    do {
      let file = try SafetensorsFile(opening: last.place)
      guard let header = CheckpointHeader(fields: file.metadata) else {
        return "`\(last.path)` is no checkpoint"
      }
      try header.check(belongsTo: record.identity, last.path)
      if let loss = try loss(upTo: header, isEnd: true) { return loss }
      let surplus = try File(reading: directory.metricsFile).size() - header.metrics.length
      return surplus > 0
        ? "`\(directory.metricsFile.path)` has \(surplus) bytes more than when the run ended" : nil
    } catch let error as StorageError where error.isDamage {
      return "\(error)"
    }
  }

  private func lossOfSteps(_ record: RunRecord) throws -> String? {
    let file = directory.metricsFile
    guard exists(file) else { return "`\(file.path)` is gone" }
    let step = try MeasuredRows(reading: file).lastStep()
    return step == record.step
      ? nil : "`\(file.path)` ends at step \(step), but the run at step \(record.step)"
  }

  private func lossOfRows(_ position: CSVFile.Position) throws -> String? {
    let path = directory.metricsFile.path
    guard exists(directory.metricsFile) else { return "`\(path)` is gone" }
    let file = try File(reading: directory.metricsFile)
    let size = try file.size()
    guard size >= position.length else {
      return "`\(path)` has \(size) bytes, but had \(position.length) at the checkpoint"
    }
    return try file.digest(from: 0, count: position.length).hex == position.digest
      ? nil : "`\(path)` was changed after the checkpoint was written"
  }

  private func lossOfPictures(upTo last: Int, isEnd: Bool) throws -> String? {
    guard let samples = experiment.samples, !samples.show.isEmpty, last > 0 else { return nil }
    let folder = directory.samplesFolder
    guard exists(folder) else { return "`\(folder.path)` is gone" }
    let there = Set(try names(in: folder))
    let calendar = Calendar(experiment)
    let due = (1...last).filter { calendar.isDue(samples.every, at: $0) || isEnd && $0 == last }
    for step in due {
      for name in samples.show.map(\.name) {
        let file = Promise.fileName(step: step, name, of: samples.show.count)
        guard there.contains(file), try PNG.isWhole(File(reading: folder.appending(file))) else {
          return "`\(folder.appending(file).path)` is \(there.contains(file) ? "cut" : "gone")"
        }
      }
    }
    return nil
  }

  /// The name of a picture's file, where `count` pictures are drawn at a step.
  static func fileName(step: Int, _ name: String, of count: Int) -> String {
    "step-\(stepText(step))\(count == 1 ? "" : "-\(name)").png"
  }
}

extension CheckpointHeader {
  /// Throws where a checkpoint, whose file is at `path`, is not of the run with an identity.
  func check(belongsTo identity: String, _ path: String) throws {
    guard self.identity == identity else {
      throw StorageError("read", path, .foreign)
    }
  }
}
