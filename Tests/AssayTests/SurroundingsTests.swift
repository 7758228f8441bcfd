import Foundation
import Testing

@Suite struct SurroundingsTests {
  @Test(arguments: [
    "unset HOME; exec \"$assay\" run ring.yaml",
    "export LC_ALL=tr_TR.UTF-8 TZ=Asia/Kathmandu; exec \"$assay\" run ring.yaml",
    "exec \"$assay\" run ring.yaml >&-", "exec \"$assay\" run ring.yaml >&- 2>&- <&-",
    "exec \"$assay\" run ring.yaml >/dev/full", "\"$assay\" run ring.yaml | true",
    "exec \"$assay\" run ring.yaml --threads 3", "umask 077; exec \"$assay\" run ring.yaml",
    "ulimit -n 16; exec \"$assay\" run ring.yaml",
  ])
  func `odd surroundings change no bit`(_ script: String) throws {
    let (odd, usual) = (try Workplace(), try Workplace())
    let ending = try odd.shell(script)
    #expect(ending.code == 0, "\(ending.err)")
    let run = try usual.train()
    #expect(try odd.results(run) == usual.results(run))
  }

  @Test func `a working directory that is gone is no reason to crash`() throws {
    let place = try Workplace()
    let ending = try place.shell(
      "mkdir gone; cd gone; rmdir ../gone; exec \"$assay\" check '\(place.path)/ring.yaml'")
    #expect(ending.code == 0, "\(ending.err)")
    let run = try place.shell(
      "mkdir gone; cd gone; rmdir ../gone; exec \"$assay\" run '\(place.path)/ring.yaml'")
    #expect(run.code == 2 && run.err.contains("cannot make"))
  }

  @Test func `a folder of runs that cannot be made is told before anything starts`() throws {
    let place = try Workplace()
    for (folder, fact) in [("ring.yaml", "is not a folder"), ("/sys/assay-runs", "cannot make")] {
      let ending = try place.assay("run", "ring.yaml", "--runs", folder)
      #expect(ending.code == 2)
      #expect(ending.err.contains(fact) && ending.err.contains(folder), "\(ending.err)")
    }
  }

  @Test func `a full disk fails the run, and its last checkpoint goes on to the same bits`() throws
  {
    let (full, usual) = (try Workplace(), try Workplace())
    let words = "train.steps=300 samples.every='1000 steps'"
    // Checkpoints are smaller than the limit, the table outgrows it.
    let ending = try full.shell("ulimit -f 20; exec \"$assay\" run ring.yaml \(words)")
    #expect(ending.code == 1)
    #expect(ending.err.contains("File too large"), "\(ending.err)")
    let listed = try json(full.assay("list", "--json").out) as? [[String: Any]]
    #expect((listed?.first?["record"] as? [String: Any])?["status"] as? String == "failed")
    let run = try full.train(words)
    _ = try usual.train(words)
    #expect(try full.results(run) == usual.results(run))
  }
}
