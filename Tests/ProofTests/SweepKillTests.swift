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

  private static func file(in folder: TemporaryFolder, sweep: String) throws -> String {
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
      sweep: \(sweep)
      """)
  }

  private static func call(_ file: String, _ runs: String, _ flags: String...) throws -> Child {
    try Child(
      [Child.assay, "sweep", file, "--runs", runs, "--jobs", "3", "--threads", "3", "--quiet"]
        + flags)
  }

  @Test func `a sweep whose processes are killed at random ends in the same files`() throws {
    let folder = try TemporaryFolder()
    let seeds = (max(8, Self.kills) + 1) / 2
    let file = try Self.file(
      in: folder,
      sweep: "{parameters: {train.optimizer.adam.rate: [1e-4, 1e-3]}, seeds: \(seeds)}")
    let undisturbed = folder("undisturbed")
    let first = try Self.call(file, undisturbed).wait()
    #expect(first.code == 0, "\(first.err)")
    let expected = try results(in: undisturbed)
    let runs = folder("runs")
    let ending = try disturb(file, runs)
    #expect(ending.code == 0, "\(ending.out)\(ending.err)")
    let different = differences(try results(in: runs), from: expected)
    #expect(different == [], "\(different)")
    try check(runs, trials: 2 * seeds)
  }

  @Test func `decisions of a sweep whose processes are killed follow from its record`() throws {
    let folder = try TemporaryFolder()
    let count = max(12, Self.kills / 2)
    let file = try Self.file(
      in: folder,
      sweep: """
        {method: tpe, runs: \(count), metric: {name: generator.loss, goal: minimize},
          parameters: {train.optimizer.adam.rate: {min: 1e-5, max: 1e-1, scale: log}},
          stop_early: {asha: {min: 10 steps, factor: 3}}}
        """)
    let runs = folder("runs")
    let ending = try disturb(file, runs)
    #expect(ending.code == 0, "\(ending.out)\(ending.err)")
    try check(runs, trials: count)
  }

  /// Makes a sweep whose processes are killed; how it ended when they were no longer.
  private func disturb(_ file: String, _ runs: String) throws -> Ending {
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
    print("\(kills) kills, \(controllers) of them of controllers")
    let ending = try child.wait()
    // A run that was killed three times before its next checkpoint has failed, as the rule is.
    return ending.code == 0 ? ending : try Self.call(file, runs, "--retry-failed").wait()
  }

  /// Each trial ended once, and all decisions are those that the record demands.
  private func check(_ runs: String, trials: Int) throws {
    let sweep = try #require(try SweepDirectory.all(in: runs).first)
    let record = Record(folder: sweep.recordFolder, sweep: sweep.id, writer: "test")
    var ends: [Int: Int] = [:]
    while let entry = try record.next() {
      for case .ended(let trial, let end) in entry.events where end.outcome != .failed {
        ends[trial, default: 0] += 1
      }
    }
    #expect(ends.count == trials && ends.values.allSatisfy { $0 == 1 }, "\(ends)")
    let verified = try Child([Child.assay, "verify", sweep.path, "--runs", runs]).wait()
    #expect(verified.code == 0, "\(verified.out)\(verified.err)")
  }
}
