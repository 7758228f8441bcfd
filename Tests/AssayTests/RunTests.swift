import Foundation
import Testing

@Suite struct RunCommandTests {
  @Test func `a finished run is not run again, but repeated on purpose`() throws {
    let place = try Workplace()
    let run = try place.train()
    let second = try place.assay("run", "ring.yaml")
    #expect(second.code == 0 && second.err.contains("finished before"))
    #expect(second.out.hasPrefix(run + "\n"))
    let repetition = try place.train("--again")
    #expect(repetition == run + "-2")
    #expect(try place.results(repetition) == place.results(run))
    #expect(try place.train("--again") == run + "-3")
  }

  @Test func `the name of the experiment names the folder, not the run`() throws {
    let place = try Workplace()
    let run = try place.train()
    let other = try place.train("experiment=circle")
    #expect(other == run.replacingOccurrences(of: "/ring/", with: "/circle/"))
  }

  @Test func `a sweep in the file is no part of the run`() throws {
    let place = try Workplace()
    let run = try place.train()
    try place.write(
      "ring.yaml", Workplace.ring + "sweep: {parameters: {data.batch: [16, 32]}}\n")
    #expect(try place.train() == run)
  }

  @Test func `a run with JSON tells its directory and its last metrics`() throws {
    let place = try Workplace()
    let result = try object(place.assay("run", "ring.yaml", "--json", "--quiet").out)
    #expect((result["run"] as? String)?.hasPrefix("runs/ring/") == true)
    #expect((result["metrics"] as? [String: Any])?["step"] as? Int == 20)
  }

  @Test func `divergence names its player, step and line`() throws {
    let place = try Workplace()
    let ending = try place.assay("run", "ring.yaml", "train.optimizer.adam.rate=1e30")
    #expect(ending.code == 1)
    #expect(ending.err.contains("diverged at step"), "\(ending.err)")
    #expect(ending.err.contains("--> "))
    let list = try place.assay("list")
    #expect(list.out.contains("diverged"))
  }
}

@Suite struct ExtensionTests {
  @Test func `a prolonged run has the bits of a long one`() throws {
    let (place, direct) = (try Workplace(), try Workplace())
    let base = try place.train()
    let long = try place.train("train.steps=37 --extend \(base)")
    #expect(long != base)
    let whole = try direct.train("train.steps=37")
    #expect(long == whole)
    #expect(try place.results(long) == direct.results(whole))
    let log = try place.text("\(long)/log.txt")
    #expect(log.contains("started at step 20 of 37"))
  }

  @Test func `an odd last checkpoint is left out, the best one is taken along`() throws {
    let best = "'checkpoints.best={metric: test.score, goal: maximize}'"
    let words = "metrics.test.every='5 steps' \(best) checkpoints.keep=1"
    let (place, direct) = (try Workplace(), try Workplace())
    let base = try place.train("train.steps=20 \(words)")
    let long = try place.train("train.steps=32 \(words) --extend \(base)")
    #expect(try place.results(long) == direct.results(direct.train("train.steps=32 \(words)")))
  }

  @Test(arguments: [
    ("seed=2", "differs from this experiment in more than `train.steps`"),
    ("train.optimizer.adam.rate='1e-3 * (1 - progress)'", "a formula names `progress`"),
  ])
  func `what is not the same run but for its length is refused`(
    _ words: String, _ fact: String
  ) throws {
    let place = try Workplace()
    let base = try place.train(words == "seed=2" ? "" : words)
    let ending = try place.shell(
      "exec \"$assay\" run ring.yaml train.steps=40 \(words) --extend \(base)")
    #expect(ending.code == 2)
    #expect(ending.err.contains(fact), "\(ending.err)")
    #expect(try place.names("runs/ring").count == 1, "no directory is made")
  }
}
