import Foundation
import TestSupport
import Testing

@testable import Run

/// A run that was killed and called again ends in the bits of one that nothing disturbed.
///
/// `ASSAY_KILLS=100` makes a campaign of that many kills instead of the short form.
@Suite struct KillTests {
  private static let experiments = ["autoencoder", "gan", "wgan-gp"]
  /// Kills of each experiment's runs.
  private static let kills: Int = {
    let asked = ProcessInfo.processInfo.environment["ASSAY_KILLS"].flatMap { Int($0) } ?? 6
    return (asked + experiments.count - 1) / experiments.count
  }()

  /// Saves so often that many kills fall into a save.
  private static func overrides(_ family: String) -> [String] {
    // The best checkpoint is chosen by what is measured with each of them.
    let measuring = family == "autoencoder" ? ["metrics.validation.every=2 steps"] : []
    return ["train.steps=96", "checkpoints.every=2 steps"] + measuring
  }

  @Test(arguments: experiments)
  func `a run killed at random moments and called again ends in the same files`(
    _ family: String
  ) throws {
    let folder = try TemporaryFolder()
    func call(_ name: String) -> RunCall {
      RunCall(
        file: file(of: family), overrides: Self.overrides(family), runs: "\(folder.path)/\(name)",
        threads: 2)
    }
    let clock = ContinuousClock()
    let start = clock.now
    let undisturbed = try call("undisturbed")()
    #expect(undisturbed.code == 0, "\(undisturbed.err)")
    let length = start.duration(to: clock.now)
    let expected = try results(in: "\(folder.path)/undisturbed")
    var kills = 0
    var round = 0
    while kills < Self.kills {
      round += 1
      let run = call("\(round)")
      for _ in 0..<Int.random(in: 1...5) where kills < Self.kills {
        let child = try Child([Child.assay] + run.arguments)
        Thread.sleep(forTimeInterval: .random(in: 0...1) * (length / .seconds(1)))
        child.kill()
        let code = try child.wait().code
        if code != 128 + SIGKILL { break }
        kills += 1
      }
      let ending = try run()
      #expect(ending.code == 0, "\(ending.err)")
      #expect(differences(try results(in: run.runs), from: expected) == [])
    }
  }
}
