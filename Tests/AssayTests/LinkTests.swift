import Foundation
import TestSupport
import Testing

/// Links that a stranger could have put into a folder of runs, and those that are the user's own.
@Suite struct LinkTests {
  /// A finished run and a foreign folder whose files must stay as they are.
  private func attacked(_ change: (Workplace, String) throws -> Void) throws -> (Workplace, String)
  {
    let place = try Workplace()
    let run = try place.train()
    _ = try place.shell(
      "mkdir victim && for i in 1 2; do echo thesis > victim/step-0000000$i.safetensors; "
        + "echo thesis > victim/.a$i.tmp; done; sed -i 's/\"finished\"/\"interrupted\"/' \(run)/run.json"
    )
    try change(place, run)
    return (place, run)
  }

  private static let victim = [
    ".a1.tmp", ".a2.tmp", "step-00000001.safetensors", "step-00000002.safetensors",
  ]

  @Test(arguments: ["checkpoints", "samples", ""])
  func `a folder of a run that is a link is refused, and nothing behind it is touched`(
    folder: String
  ) throws {
    let (place, run) = try attacked { place, run in
      let path = folder.isEmpty ? run : "\(run)/\(folder)"
      _ = try place.shell("rm -r \(path); ln -s \"$HOME/victim\" \(path)")
    }
    let ending = try place.assay("run", "ring.yaml", "--quiet")
    #expect(ending.code != 0 && ending.err.contains("is a link"), "\(ending.err)")
    #expect(ending.err.contains("`\(folder.isEmpty ? run : "\(run)/\(folder)")`"), "\(ending.err)")
    #expect(try place.names("victim") == Self.victim)
  }

  @Test(arguments: ["sweeps", "", "workers", "record"])
  func `a folder of a sweep that is a link is refused, and nothing behind it is touched`(
    folder: String
  ) throws {
    let (place, _) = try attacked { _, _ in }
    let words = ["sweep", "ring.yaml", "seed=1,2", "--quiet", "--jobs", "1"]
    let first = try place.shell("exec \"$assay\" \(words.joined(separator: " "))")
    let sweep = String(first.out.prefix { $0 != "\n" })
    let path =
      folder == "sweeps" ? "runs/ring/sweeps" : folder.isEmpty ? sweep : "\(sweep)/\(folder)"
    _ = try place.shell("rm -r \(path); ln -s \"$HOME/victim\" \(path)")
    let ending = try place.shell("exec \"$assay\" \(words.joined(separator: " "))")
    #expect(ending.code != 0 && ending.err.contains("is a link"), "\(ending.err)")
    #expect(try place.names("victim") == Self.victim)
  }

  @Test func `a file with a second name is replaced, not written`() throws {
    let (place, run) = try attacked { place, run in
      for name in [".lock", "timing.csv", "log.txt", "metrics.csv", "run.json"] {
        _ = try place.shell("cp \(run)/\(name) victim/\(name); ln -f victim/\(name) \(run)/\(name)")
      }
      _ = try place.shell("rm \(run)/checkpoints/step-00000020*; cp -r victim before")
    }
    let ending = try place.assay("run", "ring.yaml", "--quiet")
    #expect(ending.code == 0, "\(ending.err)")
    #expect(try place.shell("diff -r before victim").out == "")
    #expect(try place.shell("find \(run) -links +1 -type f").out == "")
  }

  @Test func `an experiment's folder that is a link of the user's works fully`() throws {
    let place = try Workplace()
    _ = try place.shell("mkdir -p runs elsewhere/ring && ln -s ../elsewhere/ring runs/ring")
    let run = try place.train()
    #expect(try place.assay("sweep", "ring.yaml", "seed=2,3", "--quiet").code == 0)
    #expect(try place.assay("list").out.contains(run.suffix(12)))
    _ = try place.shell("sed -i 's/\"finished\"/\"failed\"/' \(run)/run.json")
    let ending = try place.assay("clean", "--yes")
    #expect(ending.code == 0 && ending.out.contains("removed 1 run"), "\(ending.err)")
    #expect(try !place.names("elsewhere/ring").contains(String(run.suffix(12))))
    #expect(try !place.names("elsewhere/ring").contains(".removed"))
  }

  @Test func `a record that names a place is no record`() throws {
    let place = try Workplace()
    let run = try place.train()
    _ = try place.shell(
      "sed -i 's#\"experiment\": \"ring\"#\"experiment\": \"../../x\"#' \(run)/run.json")
    for name in [run, "ring"] {
      let ending = try place.assay("export", name, "--tensorboard", "out/board")
      #expect(
        ending.code == 2 && ending.err.contains("is not the record of a run"), "\(ending.err)")
    }
    #expect(try place.shell("find . -name 'events*'").out == "")
  }

  @Test func `a checkpoint of another run is refused by whatever reads it`() throws {
    let place = try Workplace()
    let (run, other) = (try place.train(), try place.train("seed=2"))
    _ = try place.shell("cp \(other)/checkpoints/step-00000020* \(run)/checkpoints/")
    for command in ["evaluate", "sample", "run"] {
      let ending = try place.assay(command, command == "run" ? "ring.yaml" : run)
      #expect(ending.code != 0 && ending.err.contains("belongs to another run"), "\(command)")
    }
    #expect(try place.assay("verify", run, "--from", "20").code != 0)
  }
}
