import Foundation
import TestSupport
import Testing

@testable import Sweep

/// A sweep whose controllers and workers are killed at random moments ends in the files of one that
/// nothing disturbed: no run is lost, none is ended twice, none is different.
///
/// `ASSAY_SWEEP_KILLS=200` makes a campaign of that many kills, of each of the two sweeps, over as
/// many runs; `ASSAY_PROGRAM` names another build of the program than the one beside the tests.
@Suite struct SweepKillTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let kills = environment["ASSAY_SWEEP_KILLS"].flatMap { Int($0) } ?? 6
  private static let program = environment["ASSAY_PROGRAM"] ?? Child.assay

  private static func file(in folder: TemporaryFolder, steps: Int = 120, sweep: String) throws
    -> String
  {
    try folder.write(
      "killed.yaml",
      """
      data: {dataset: {ring: {points: 200, test_points: 50}}, batch: 20}
      networks:
        generator: {input: [2], layers: [{dense: 8}, relu, {dense: 2}]}
        discriminator: {input: [2], layers: [{dense: 8}, relu, {dense: 1}]}
      loss: gan
      train: {steps: \(steps), optimizer: {adam: {rate: 1e-3}}}
      checkpoints: {every: 10 steps, keep: 2}
      metrics: {every: 10 steps, test: {every: 60 steps, score: mean(discriminator(x))}}
      sweep: \(sweep)
      """)
  }

  private static func call(_ words: [String], _ runs: String) throws -> Child {
    try Child(
      [program, "sweep"] + words
        + ["--runs", runs, "--jobs", "3", "--threads", "3", "--quiet"])
  }

  @Test func `a sweep whose processes are killed at random ends in the same files`() throws {
    let folder = try TemporaryFolder()
    let seeds = (max(8, Self.kills) + 1) / 2
    let file = try Self.file(
      in: folder,
      sweep: "{parameters: {train.optimizer.adam.rate: [1e-4, 1e-3]}, seeds: \(seeds)}")
    let undisturbed = folder("undisturbed")
    let first = try Self.call([file], undisturbed).wait()
    #expect(first.code == 0, "\(first.err)")
    let expected = try results(in: undisturbed)
    var (kills, sweeps) = (0, 0)
    // A sweep that is over before all kills is made once more.
    while kills < Self.kills {
      sweeps += 1
      let runs = folder("runs-\(sweeps)")
      kills += try disturb([file], runs, kills: Self.kills - kills)
      let different = differences(try results(in: runs), from: expected)
      #expect(different == [], "\(different)")
      try check(runs, trials: 2 * seeds)
    }
    print("\(kills) kills of the processes of \(sweeps) grids")
  }

  @Test func `decisions of a sweep whose processes are killed follow from its record`() throws {
    let folder = try TemporaryFolder()
    let count = max(12, Self.kills)
    let file = try Self.file(
      in: folder, steps: 240,
      sweep: """
        {method: tpe, runs: \(count), metric: {name: generator.loss, goal: minimize},
          parameters: {train.optimizer.adam.rate: {min: 1e-5, max: 1e-1, scale: log}},
          stop_early: {asha: {min: 40 steps, factor: 3}}}
        """)
    var (kills, sweeps) = (0, 0)
    // A sweep that is over before all kills is followed by another one.
    while kills < Self.kills {
      sweeps += 1
      let runs = folder("runs-\(sweeps)")
      kills += try disturb([file, "seed=\(sweeps)"], runs, kills: Self.kills - kills)
      let finished = try check(runs, trials: count)
      try compare(
        Array(finished.prefix(Self.kills / 2)), runs, withAlone: folder("alone-\(sweeps)"))
    }
    print("\(kills) kills of the processes of \(sweeps) searches")
  }

  /// Runs of a sweep have the files of runs that know of no sweep.
  private func compare(_ finished: [String], _ runs: String, withAlone alone: String) throws {
    for run in finished {
      let file = "\(runs)/killed/\(run)/resolved.yaml"
      let ending = try Child([Self.program, "run", file, "--runs", alone, "--quiet"]).wait()
      #expect(ending.code == 0, "\(ending.err)")
      let different = differences(
        try results(in: "\(runs)/killed/\(run)"), from: try results(in: "\(alone)/killed/\(run)"))
      #expect(different == [], "\(run): \(different)")
    }
  }

  /// Makes a sweep whose processes are killed at most so often, and lets it end; how many kills there
  /// were.
  private func disturb(_ words: [String], _ runs: String, kills most: Int) throws -> Int {
    var kills = 0
    var over: Ending?
    var child = try Self.call(words, runs)
    while kills < most {
      Thread.sleep(forTimeInterval: .random(in: 0...0.6))
      let workers = child.children()
      let isOfController = Bool.random() || workers.isEmpty
      if isOfController { child.kill() }
      if let worker = workers.randomElement(), !isOfController || Bool.random() {
        kill(worker, SIGKILL)
      }
      if isOfController {
        let ending = try child.wait()
        // A sweep that was over before it was killed has nothing left to be killed.
        if ending.code != 128 + SIGKILL {
          over = ending
          break
        }
        child = try Self.call(words, runs)
      }
      kills += 1
    }
    var ending = try over ?? child.wait()
    // A run that was killed three times before its next checkpoint has failed, as the rule is.
    if ending.code != 0 { ending = try Self.call(words + ["--retry-failed"], runs).wait() }
    #expect(ending.code == 0, "\(ending.out)\(ending.err)")
    return kills
  }

  /// Each trial ended once, and all decisions are those that the record demands; the runs that were
  /// finished.
  @discardableResult private func check(_ runs: String, trials: Int) throws -> [String] {
    let sweep = try #require(try SweepDirectory.all(in: runs).first)
    let record = Record(folder: sweep.recordFolder, sweep: sweep.id, writer: "test")
    var ends: [Int: Int] = [:]
    var started: [Int: String] = [:]
    var finished: [String] = []
    while let entry = try record.next() {
      for event in entry.events {
        if case .started(let trial, _, let run, _) = event { started[trial] = run }
        guard case .ended(let trial, let end) = event, end.outcome != .failed else { continue }
        ends[trial, default: 0] += 1
        if end.outcome == .finished, let run = started[trial] { finished.append(run) }
      }
    }
    #expect(ends.count == trials && ends.values.allSatisfy { $0 == 1 }, "\(ends)")
    let verified = try Child([Self.program, "verify", sweep.path, "--runs", runs]).wait()
    #expect(verified.code == 0, "\(verified.out)\(verified.err)")
    return finished
  }
}
