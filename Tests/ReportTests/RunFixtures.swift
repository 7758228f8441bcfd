import Report
import Run
import TestSupport

/// A folder of runs made by hand, as they would lie there.
struct RunFixtures {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The folder of all runs.
  var runs: String { folder("runs") }

  /// A run with a record, an experiment and measurements.
  @discardableResult func run(
    _ id: String, of experiment: String = "ring", status: RunRecord.Status = .finished,
    settings: String = "seed: 1\n", metrics: String = "step,epoch,test.score\n", numerics: Int = 1,
    parameters: [String: String] = [:], expressions: [String: String] = [:]
  ) throws -> RunData {
    let directory = RunDirectory(path: "\(runs)/\(experiment)/\(id)")
    try makeFolders(directory.samplesFolder)
    var record = RunRecord(
      experiment: experiment, identity: id, numerics: numerics, version: "0", kernels: "plain",
      threads: 1, pid: 1, data: [:], parameters: parameters, expressions: expressions,
      steps: 20)
    record.status = status
    try record.write(to: directory.recordFile)
    try AtomicFile.write(settings, to: directory.resolvedFile)
    try AtomicFile.write(metrics, to: directory.metricsFile)
    return try RunData(directory)
  }
}
