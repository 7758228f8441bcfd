import Foundation
import Testing

@Suite struct NewTests {
  @Test(arguments: ["vae", "autoencoder", "gan", "wgan-gp", "points", "classifier", "players"])
  func `every starter is a file without problems`(_ kind: String) throws {
    let place = try Workplace()
    let ending = try place.assay("new", "mine", "--kind", kind)
    #expect(ending.code == 0 && ending.out == "mine.yaml\n")
    #expect(try place.text("mine.yaml").hasPrefix("# "), "it begins with what it is")
    let hasImages = FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist")
    if kind == "points" || kind == "players" || hasImages {
      let check = try place.assay("check", "mine.yaml")
      #expect(check.code == 0 && check.err == "", "\(check.err)")
    }
  }

  @Test func `a starter trains, and is never written over another file`() throws {
    let place = try Workplace()
    _ = try place.assay("new", "mine", "--kind", "points")
    let before = try place.bytes("mine.yaml")
    let again = try place.assay("new", "mine.yaml")
    #expect(again.code == 2 && again.err.contains("is there already"))
    #expect(try place.bytes("mine.yaml") == before)
    let run = try place.assay("run", "mine.yaml", "train.steps=3", "--quiet")
    #expect(run.code == 0, "\(run.err)")
  }
}

@Suite struct DescribeTests {
  @Test func `every name that is listed is described`() throws {
    let place = try Workplace()
    let overview = try place.assay("describe").out
    let names = overview.split(separator: "\n").filter { $0.hasPrefix("  ") }
      .compactMap { $0.split(whereSeparator: { " (".contains($0) }).first }
    #expect(names.count > 100)
    for heading in ["layers", "losses", "optimizers", "datasets", "functions of formulas"] {
      #expect(overview.contains(heading + "\n"))
    }
    let script = Set(names).sorted().map { "\"$assay\" describe \($0) >>pages || echo \($0)" }
    let ending = try place.shell(script.joined(separator: "\n"))
    #expect(ending.out == "")
  }

  @Test func `a page has each setting with its type and default`() throws {
    let page = try Workplace().assay("describe", "conv").out
    #expect(page.contains("short form: `conv: ...` sets `channels`"))
    #expect(page.contains("  stride  step of the window\n"))
    #expect(page.contains("default [1, 1]\n") && page.contains("; required\n"))
    let section = try Workplace().assay("describe", "checkpoints.best").out
    #expect(section.contains("  goal  what is better\n"))
  }

  @Test func `the schema holds the lists of parts and all sections`() throws {
    let schema = try object(Workplace().assay("describe", "--schema").out)
    let parts = try #require(schema["$defs"] as? [String: Any])
    #expect(parts["layer"] != nil && parts["loss"] != nil && parts["dataset"] != nil)
    let names = (schema["then"] as? [String: Any])?["properties"] as? [String: Any]
    #expect(names?["networks"] != nil && names?["extends"] != nil)
  }
}

@Suite struct BenchTests {
  @Test func `bench prints one line of JSON`() throws {
    let place = try Workplace()
    let ending = try place.assay("bench", "ring.yaml", "--seconds", "0.05", "--threads", "1")
    let line = try object(ending.out)
    #expect(line["name"] as? String == "ring" && line["threads"] as? Int == 1)
    #expect(line["parameters"] as? Int == 75)
    #expect((line["steps"] as? Int ?? 0) >= 5)
    for key in ["ms_per_step", "min_ms", "max_ms", "peak_rss_mb"] {
      #expect((line[key] as? Double ?? 0) > 0, "\(key)")
    }
    #expect(try place.names(".") == ["ring.yaml"], "nothing is left behind")
  }
}
