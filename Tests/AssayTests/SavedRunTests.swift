import Foundation
import Testing

@Suite struct SavedRunTests {
  @Test func `list sorts by time, and takes any unique start of an id`() throws {
    let place = try Workplace()
    let runs = [try place.train(), try place.train("seed=2")]
    let list = try #require(
      try json(place.assay("list", "--json").out) as? [[String: Any]])
    #expect(Set(list.compactMap { $0["path"] as? String }) == Set(runs))
    let created = list.compactMap { ($0["record"] as? [String: Any])?["created"] as? String }
    #expect(created == created.sorted() && created.count == 2)
    let id = try #require(runs[0].split(separator: "/").last)
    #expect(try place.assay("show", String(id.prefix(6))).code == 0)
    let both = try place.assay("show", "ring/")
    #expect(both.code == 2 && both.err.contains("error[ambiguous-run]"))
    #expect(try place.assay("list", "--runs", "nowhere").code == 0)
  }

  @Test func `show tells status, metrics, files and the experiment`() throws {
    let place = try Workplace()
    let run = try place.train()
    let shown = try place.assay("show", run)
    for text in [
      "finished, step 20 of 20", "test.score", "step-00000020.safetensors",
      "step-00000020.png", "minimize: -mean(log_sigmoid(score))",
    ] {
      #expect(shown.out.contains(text), "\(shown.out)")
    }
    let all = try object(place.assay("show", run, "--json").out)
    #expect((all["checkpoints"] as? [Any])?.count == 3)
    #expect((all["metrics"] as? [String: Any])?["step"] as? Int == 20)
  }

  @Test func `samples with the run's own noise are the run's pictures`() throws {
    let place = try Workplace()
    let run = try place.train()
    let before = try place.results(run)
    let missing = try place.assay("sample", run, "--step", "5", "--out", "mine")
    #expect(missing.code == 2 && missing.err.contains("error[no-checkpoint]"))
    #expect(missing.err.contains("there are those of 10, 15, 20"), "\(missing.err)")
    let last = try place.assay("sample", run, "--out", "mine", "--npy")
    #expect(last.out == "mine/step-00000020.png\nmine/step-00000020.npy\n", "\(last.err)")
    #expect(
      try place.bytes("mine/step-00000020.png") == place.bytes("\(run)/samples/step-00000020.png"))
    _ = try place.assay("sample", run, "--out", "other", "--npy", "--seed", "9")
    #expect(
      try place.bytes("mine/step-00000020.npy") != place.bytes("other/step-00000020.npy"))
    #expect(try place.results(run) == before, "nothing is written into the run")
  }

  @Test func `as many samples are drawn as are asked for, the first of them the same`() throws {
    let place = try Workplace()
    let run = try place.train()
    _ = try place.assay("sample", run, "--out", "few", "--npy", "--count", "7")
    _ = try place.assay("sample", run, "--out", "many", "--npy", "--count", "1500")
    let few = try place.bytes("few/step-00000020.npy")
    let many = try place.bytes("many/step-00000020.npy")
    #expect(few.count == 128 + 7 * 8 && many.count == 128 + 1500 * 8)
    #expect(String(decoding: many.prefix(128), as: UTF8.self).contains("(1500, 2)"))
    #expect(few.dropFirst(128) == many.dropFirst(128).prefix(7 * 8))
  }

  @Test func `evaluate gives the numbers that the run measured`() throws {
    let place = try Workplace()
    // A schedule has the value that it had when the run measured.
    let run = try place.train(
      "'+parameters.beta=1 + step' 'metrics.test.score=beta * mean(discriminator(x))'")
    let row = try #require(try place.text("\(run)/metrics.csv").split(separator: "\n").last)
    let cell = try #require(row.split(separator: ",").last)
    let result = try place.assay("evaluate", run, "--json").out
    #expect(result.contains("{\"test.score\":\(cell)}") && result.contains("\"step\":20"))
    let best = try place.assay("evaluate", run, "--best")
    #expect(best.code == 2 && best.err.contains("no best checkpoint"))
  }
}

@Suite struct VerifyTests {
  @Test func `a run is what its file makes, from the start and between checkpoints`() throws {
    let place = try Workplace()
    let run = try place.train()
    let whole = try place.assay("verify", run, "--quiet", "--threads", "1")
    #expect(whole.code == 0)
    let all = "steps 1 to 20, 20 rows of metrics.csv, 3 checkpoints, 2 pictures"
    #expect(whole.out == "the same bits: \(all)\n", "\(whole.out)\(whole.err)")
    let part = try place.assay("verify", run, "--from", "10", "--to", "15")
    let some = "steps 11 to 15, 5 rows of metrics.csv, 1 checkpoint, 0 pictures"
    #expect(part.out == "the same bits: \(some)\n", "\(part.out)\(part.err)")
  }

  @Test func `the first difference is named, with exit code 1`() throws {
    let place = try Workplace()
    let run = try place.train()
    let cases = [
      ("sed -i '8s/,/,1/' \(run)/metrics.csv", "`metrics.csv`, step 7: `epoch` is"),
      ("sed -i '$d' \(run)/metrics.csv", "has 19 rows up to step 20 in the run, 20"),
      (
        "printf X | dd of=\(run)/checkpoints/step-00000015.safetensors bs=1 seek=3500 conv=notrunc",
        "step-00000015.safetensors` is damaged"
      ),
      (
        "cp $run/samples/step-00000010.png $run/samples/step-00000020.png",
        "`step-00000020.png` shows another picture"
      ),
      (
        "printf X | dd of=$run/samples/step-00000010.png bs=1 seek=60 conv=notrunc",
        "`step-00000010.png` is damaged"
      ),
      ("cp $run/samples/step-00000010.png $run/samples/step-00000015.png", "is not drawn"),
      ("sed -i 's/rate: 0.001/rate: 0.002/' \(run)/resolved.yaml", "named after"),
    ]
    for (change, fact) in cases {
      #expect(try place.shell("cp -r \(run) copy; run=\(run); " + change).code == 0)
      let ending = try place.assay("verify", run, "--quiet")
      #expect(ending.code == 1)
      #expect(ending.out.contains(fact), "\(ending.out)\(ending.err)")
      #expect(try place.shell("rm -r \(run); mv copy \(run)").code == 0)
    }
    #expect(try place.assay("verify", run, "--quiet").code == 0)
  }
}
