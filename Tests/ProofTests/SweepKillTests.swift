import Foundation
import TestSupport
import Testing

@testable import Sweep

/// A sweep whose controllers and workers are killed at random moments ends in the files of one that
/// nothing disturbed: no run is lost, none is ended twice, none is different.
///
/// `ASSAY_SWEEP_KILLS=200` makes a campaign of that many kills over as many runs.
@Suite struct SweepKillTests {
  private static let kills =
    ProcessInfo.processInfo.environment["ASSAY_SWEEP_KILLS"].flatMap { Int($0) } ?? 6

  private static func file(in folder: TemporaryFolder, runs: Int) throws -> String {
    try folder.write(
      "killed.yaml",
      """
      data: {dataset: {ring: {points: 200, test_points: 50}}, batch: 20}
      networks:
        generator: {input: [2], layers: [{dense: 8}, relu, {dense: 2}]}
        discriminator: {input: [2], layers: [{dense: 8}, relu, {dense: 1}]}
      loss: gan
      train: {steps: 120, optimizer: {adam: {rate: 1e-3}}}
      checkpoints: {every: 10 steps, keep: 2}
      metrics: {every: 10 steps, test: {every: 60 steps, score: mean(discriminator(x))}}
      sweep:
        parameters: {train.optimizer.adam.rate: [1e-4, 1e-3]}
        seeds: \((runs + 1) / 2)
      """)
  }

  private static func call(_ file: String, _ runs: String) throws -> Child {
    try Child([
      Child.assay, "sweep", file, "--runs", runs, "--jobs", "3", "--threads", "3", "--quiet",
    ])
  }

  @Test func `a sweep whose processes are killed at random ends in the same files`() throws {
    let folder = try TemporaryFolder()
    let file = try Self.file(in: folder, runs: max(8, Self.kills))
    let undisturbed = folder("undisturbed")
    let first = try Self.call(file, undisturbed).wait()
    #expect(first.code == 0, "\(first.err)")
    let expected = try results(in: undisturbed)
    let runs = folder("runs")
    var (kills, controllers) = (0, 0)
    var child = try Self.call(file, runs)
    while kills < Self.kills {
      Thread.sleep(forTimeInterval: .random(in: 0...0.6))
      let workers = child.children()
      let isOfController = Bool.random() || workers.isEmpty
      if isOfController { child.kill() }
      if let worker = workers.randomElement(), !isOfController || Bool.random() {
        kill(worker, SIGKILL)
      }
      kills += 1
      guard isOfController else { continue }
      controllers += 1
      // A sweep that was over before it was killed has nothing left to be killed.
      if try child.wait().code == 0 { break }
      child = try Self.call(file, runs)
    }
    var ending = try child.wait()
    if ending.code != 0 { ending = try Self.call(file, runs).wait() }
    #expect(ending.code == 0, "\(ending.out)\(ending.err)")
    #expect(differences(try results(in: runs), from: expected) == [])
    let sweep = try #require(try SweepDirectory.all(in: runs).first)
    try checkRecord(sweep, trials: expected.keys.count { $0.hasSuffix("metrics.csv") })
    let verified = try Child([Child.assay, "verify", sweep.path, "--runs", runs]).wait()
    #expect(verified.code == 0, "\(verified.out)\(verified.err)")
    print("\(kills) kills, \(controllers) of them of controllers")
  }

  /// Each trial ended once.
  private func checkRecord(_ sweep: SweepDirectory, trials: Int) throws {
    let record = Record(folder: sweep.recordFolder, sweep: sweep.id, writer: "test")
    var ends: [Int: Int] = [:]
    while let entry = try record.next() {
      for case .ended(let trial, _) in entry.events { ends[trial, default: 0] += 1 }
    }
    #expect(ends.count == trials && ends.values.allSatisfy { $0 == 1 }, "\(ends)")
  }
}
