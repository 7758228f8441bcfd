import Foundation
import Testing

@Suite struct ProfileTests {
  private func object(_ text: String) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
  }

  @Test func `a profile names lines, kernels, the whole step and the memory`() throws {
    let ending = try Workplace().assay(
      "bench", "ring.yaml", "--seconds", "0.05", "--threads", "1", "--profile")
    #expect(ending.code == 0 && ending.err == "")
    for text in [
      "step ", "arithmetic ", "GFLOP/s (fused multiply-adds)", "  line ", "of peak",
      "ring.yaml:4", "matmul", "optimizer", "  all ", "memory by lifetime", "before planning",
    ] {
      #expect(ending.out.contains(text), "\(text)")
    }
  }

  @Test func `a profile as JSON holds every row, and the rows are the step`() throws {
    let ending = try Workplace().assay(
      "bench", "ring.yaml", "--seconds", "0.05", "--threads", "2", "--profile", "--json")
    let profile = try object(ending.out)
    for key in ["ms_per_step", "operations", "peak_gflops", "peak_gb_per_s"] {
      #expect((profile[key] as? Double ?? 0) > 0, "\(key)")
    }
    let rows = try #require(profile["rows"] as? [[String: Any]])
    let shares = rows.compactMap { $0["share"] as? Double }
    #expect(shares.count == rows.count && abs(shares.reduce(0, +) - 1) < 1e-6)
    #expect(shares == shares.sorted(by: >))
    let kernels = Set(rows.compactMap { $0["kernel"] as? String })
    #expect(
      kernels.isSuperset(of: ["matmul", "assemble batch", "gradient length", "optimizer"]))
    #expect(rows.contains { $0["gradient"] as? Bool == true })
    let memory = try #require(profile["memory"] as? [String: Int])
    #expect(
      Set(memory.keys) == ["variables", "training", "arena", "unplanned_arena", "data"])
  }

  @Test func `a trace has a lane for each thread, and steps that hold updates that hold kernels`()
    throws
  {
    let place = try Workplace()
    let ending = try place.assay(
      "bench", "ring.yaml", "data.batch=512", "--seconds", "0.05", "--threads", "2", "--trace",
      "t.json")
    #expect(try object(ending.out)["name"] as? String == "ring")
    let events = try #require(
      try object(place.text("t.json"))["traceEvents"] as? [[String: Any]])
    let names = Set(events.compactMap { $0["name"] as? String })
    #expect(
      names.isSuperset(of: ["thread_name", "step 1", "update of generator", "matmul"]))
    let spans = events.filter { $0["ph"] as? String == "X" }
    func span(_ name: String) throws -> ClosedRange<Double> {
      let event = try #require(spans.first { $0["name"] as? String == name })
      let start = try #require(event["ts"] as? Double)
      return start...(start + (try #require(event["dur"] as? Double)))
    }
    let (step, update) = (try span("step 1"), try span("update of discriminator"))
    #expect(step.contains(update.lowerBound) && step.contains(update.upperBound))
    #expect(update.contains(try span("matmul").lowerBound))
  }

  @Test func `a result is compared with one that was saved before`() throws {
    let place = try Workplace()
    let words = "bench ring.yaml --seconds 0.05 --threads 1"
    let ending = try place.shell(
      "\"$assay\" \(words) > before.json && \"$assay\" \(words) --compare before.json")
    #expect(ending.code == 0 && ending.err == "")
    let lines = ending.out.split(separator: "\n")
    #expect(lines.first == "ring, 1 thread" && lines.count == 5)
    #expect(lines.last?.hasPrefix("ratio ") == true && ending.out.contains("the middle halves"))
    let json = try place.shell("\"$assay\" \(words) --compare before.json --json")
    #expect(try object(json.out)["verdict"] is String)
  }

  @Test func `two builds are measured in turns`() throws {
    let ending = try Workplace().shell(
      "\"$assay\" bench ring.yaml --seconds 0.02 --threads 1 --against \"$assay\" --rounds 3")
    #expect(ending.code == 0 && ending.err == "")
    #expect(ending.out.split(separator: "\n").count == 6)
    #expect(ending.out.contains("no clear difference"), "3 rounds are too few to say more")
  }

  @Test(arguments: [
    ("--compare nowhere.json", "error[no-such-file]: cannot read `nowhere.json`"),
    (
      "--compare ring.yaml",
      "error[no-reference]: `ring.yaml` holds no result of `assay bench` for `ring` with 1 thread"
    ),
    ("--against nowhere", "`nowhere` is not a program that can be run"),
    ("--against /bin/true", "gave no result"),
    ("--profile --against x", "are two ways to measure"),
    ("--rounds 3", "`--rounds` has no meaning without `--against`"),
    ("--trace no/folder/t.json", "cannot write `no/folder/t.json`: No such file or directory"),
  ])
  func `what cannot be measured is told in one message`(flags: String, message: String) throws {
    let ending = try Workplace().shell(
      "\"$assay\" bench ring.yaml --seconds 0.01 --threads 1 \(flags)")
    #expect([1, 2].contains(ending.code) && ending.out == "")
    #expect(ending.err.contains(message), "\(ending.err)")
  }
}
