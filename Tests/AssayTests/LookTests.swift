import Foundation
import Testing

@Suite struct LookTests {
  /// Four short runs: two rates with two seeds, and one that diverges.
  private static func place() throws -> Workplace {
    let place = try Workplace()
    for words in [
      "", "seed=2", "train.optimizer.adam.rate=0.01 seed=1",
      "train.optimizer.adam.rate=0.01 seed=2",
    ] {
      _ = try place.train("train.steps=10 " + words)
    }
    let lost = try place.shell(
      "exec \"$assay\" run ring.yaml --quiet train.steps=10 train.optimizer.adam.rate=1e30")
    try #require(lost.code == 1, "\(lost.err)")
    return place
  }

  private func rows(_ text: String) throws -> [[String: Any]] {
    try #require(try json(text) as? [[String: Any]])
  }

  @Test func `list sorts, filters and limits by metrics and settings`() throws {
    let place = try LookTests.place()
    let all = try rows(place.assay("list", "--json", "--sort", "test.score").out)
    let scores = all.compactMap { ($0["values"] as? [String: Any])?["test.score"] as? Double }
    #expect(all.count == 5 && scores.count == 4 && scores == scores.sorted())
    let worst = try rows(
      place.assay("list", "--json", "--sort", "test.score", "--reverse", "--limit", "1").out)
    #expect((worst[0]["values"] as? [String: Any])?["test.score"] as? Double == scores.last)
    let some = try place.assay(
      "list", "ring", "--filter", "status=finished", "--filter", "rate>0.001", "step>1")
    #expect(some.out.split(separator: "\n").count == 3 && some.out.contains("0.01"), "\(some.out)")
    let lost = try rows(place.assay("list", "--json", "status=diverged").out)
    #expect(lost.count == 1)
    let none = try place.assay("list", "rate>1e31")
    #expect(none.code == 0 && none.out == "" && none.err.contains("for which the conditions hold"))
    let unknown = try place.assay("list", "--sort", "raet")
    #expect(unknown.code == 2 && unknown.err.contains("error[unknown-name]"))
    #expect(unknown.err.contains("did you mean `rate`"), "\(unknown.err)")
    let ambiguous = try place.assay("list", "units=8")
    #expect(ambiguous.code == 2 && ambiguous.err.contains("error[ambiguous-key]"))
  }

  @Test func `compare gives means over seeds, in every format, and hides no run`() throws {
    let place = try LookTests.place()
    let words = ["compare", "ring", "--metrics", "test.score", "--goal", "minimize"]
    func compared(_ flag: String) throws -> String {
      let ending = try place.shell("exec \"$assay\" \((words + [flag]).joined(separator: " "))")
      #expect(ending.code == 0, "\(ending.err)")
      return ending.out
    }
    let groups = try #require(try object(compared("--json"))["groups"] as? [[String: Any]])
    #expect(groups.count == 3)
    for group in groups.prefix(2) {
      let metric = try #require(
        (group["metrics"] as? [String: [String: Any]])?["test.score"])
      let values = try #require(metric["values"] as? [Double])
      let mean = (values[0] + values[1]) / 2
      let error = abs(values[0] - values[1]) / 2
      #expect(abs(try #require(metric["mean"] as? Double) - mean) < 1e-15)
      #expect(abs(try #require(metric["standard_error"] as? Double) - error) < 1e-15)
    }
    #expect(try compared("").contains("0 (1 diverged)"))
    #expect(try compared("--csv").hasPrefix("run,optimizer.adam.rate,n,left,test.score,"))
    #expect(try compared("--markdown").hasPrefix("| run | optimizer.adam.rate | n | test.score |"))
    #expect(try compared("--latex").contains("\\toprule"))
    let best = try object(
      place.assay("best", "ring", "--metric", "test.score", "--goal", "minimize", "--json").out)
    let first = try #require((best["best"] as? [String: Any])?["runs"] as? [[String: Any]])
    #expect(
      first.map { $0["id"] as? String }
        == (groups[0]["runs"] as? [[String: Any]])?.map { $0["id"] as? String })
    #expect((best["left_out"] as? [Any])?.count == 1)
    let unknown = try place.assay("best", "ring")
    #expect(unknown.code == 2 && unknown.err.contains("nothing says what is better"))
    let missing = try place.assay("compare", "ring", "--metrics", "test.scor")
    #expect(missing.code == 2 && missing.err.contains("error[no-such-metric]"))
    #expect(missing.err.contains("did you mean `test.score`"))
  }

  @Test func `runs are found, compared and drawn by named parameters`() throws {
    let place = try Workplace(
      Workplace.ring.replacingOccurrences(of: "dense: 8", with: "dense: width")
        + "parameters: {width: 8}\n")
    for words in ["", "seed=2", "parameters.width=4"] {
      _ = try place.train("train.steps=2 \(words)")
    }
    #expect(try rows(place.assay("list", "width=8", "--json").out).count == 2)
    let table = try place.assay("compare", "ring", "--metrics", "generator.loss").out
    let head = table.split(separator: "\n").first?.split(separator: " ")
    #expect(head == ["run", "parameters.width", "n", "generator.loss"], "\(table)")
    #expect(try place.assay("compare", "ring", "--limit", "1").err == "and 1 row more\n")
    let drawn = try place.assay(
      "plot", "ring", "--x", "width", "--y", "generator.loss", "--out", "a.svg")
    #expect(drawn.code == 0, "\(drawn.err)")
    #expect(try place.text("a.svg").components(separatedBy: "<circle").count == 3)
    let id = try #require(try place.names("runs/ring").first)
    #expect(try place.assay("show", id).out.contains("parameters  width: "))
  }

  @Test func `diff names what differs and the first number that does`() throws {
    let place = try Workplace()
    let old = try place.train("train.steps=10")
    let new = try place.train("train.steps=10 train.optimizer.adam.rate=0.01")
    let text = try place.assay("diff", old, new).out
    #expect(text.contains("~ players.generator.optimizer.adam.rate: 0.001 -> 0.01"), "\(text)")
    #expect(text.contains("metrics part at step 1: generator.loss is "), "\(text)")
    let longer = try place.train("train.steps=12")
    let result = try object(place.assay("diff", old, longer, "--json").out)
    #expect(result["parting"] is NSNull && result["common_rows"] as? Int == 10)
    let changes = try #require(result["experiment"] as? [[String: Any]])
    #expect(changes.map { $0["path"] as? String } == ["train.steps"])
    let same = try place.assay("diff", old, old).out
    #expect(same.contains("experiment: no difference"))
    #expect(same.contains("metrics: the same numbers in 10 rows with the same steps"), "\(same)")
  }

  @Test func `show draws the columns that are asked for`() throws {
    let place = try Workplace()
    let run = try place.train("train.steps=10")
    let text = try place.assay("show", run, "--plot", "generator.loss", "--log-y").out
    #expect(text.contains("\ngenerator.loss\n") && text.contains("└──"), "\(text)")
    #expect(text.split(separator: "\n").filter { $0.contains("│") }.allSatisfy { $0.count <= 80 })
    #expect(!text.contains("\u{1b}"), "no colour in a pipe")
    let unknown = try place.assay("show", run, "--plot", "generator.los")
    #expect(unknown.code == 2 && unknown.err.contains("did you mean `generator.loss`"))
  }

  @Test func `a file of a run cannot speak to the terminal`() throws {
    let place = try Workplace()
    let run = try place.train("train.steps=2")
    let record = try place.text("\(run)/run.json")
    try place.write(
      "\(run)/run.json",
      record.replacingOccurrences(
        of: "\"host\": \"", with: "\"message\": \"\\u001b[2J\", \"host\": \"\\u001b[31m"))
    for words in [["show", run], ["list", "host!=x"], ["diff", run, run]] {
      let ending = try place.shell("exec \"$assay\" '\(words.joined(separator: "' '"))'")
      #expect(ending.code == 0 && !ending.out.contains("\u{1b}"), "\(ending.out)\(ending.err)")
    }
  }

  /// Where it is piped, too: who reads it later may be a terminal.
  @Test func `what stands in a table or a name cannot speak to the terminal either`() throws {
    let place = try Workplace()
    let run = try place.train("train.steps=2")
    let text = "\u{1b}]0;title\u{7}\u{1b}[31m\u{9b}32m\u{202e}"
    let rows = try place.text("\(run)/metrics.csv").split(separator: "\n")
    let row = rows[2].split(separator: ",", omittingEmptySubsequences: false)
    for (line, cell) in [(2, 2), (0, 2)] {
      var lines = rows.map(String.init)
      var cells = lines[line].split(separator: ",", omittingEmptySubsequences: false)
      #expect(cells.count == row.count)
      cells[cell] = Substring(text)
      lines[line] = cells.joined(separator: ",")
      try place.write("\(run)/metrics.csv", lines.joined(separator: "\n") + "\n")
      for words in [
        "list", "show \(run)", "compare ring", "tail \(run)", "tail --csv \(run)",
        "report ring --out r.html", "list '\(text)=1'", "show '\(text)'",
      ] {
        let ending = try place.shell("exec \"$assay\" \(words)")
        let all = (ending.out + ending.err).unicodeScalars
        #expect(!all.contains { [0x1b, 0x7, 0x9b, 0x202e].contains($0.value) }, "\(words)")
      }
    }
  }

  @Test func `a table of a terabyte takes no memory, and no other run with it`() throws {
    let place = try Workplace()
    let whole = try place.train("train.steps=2")
    let sparse = try place.train("train.steps=3")
    for file in ["metrics.csv", "timing.csv"] {
      _ = try place.shell("truncate -s 1T \(sparse)/\(file)")
    }
    let listed = try place.shell("ulimit -v 8000000; exec \"$assay\" list")
    let id = try #require(whole.split(separator: "/").last)
    #expect(listed.code == 0 && listed.out.contains(id), "\(listed)")
    let fact = "left out: `\(sparse)/metrics.csv` has bytes that are 0"
    #expect(listed.err.contains(fact), "\(listed.err)")
    for words in ["show \(sparse)", "tail \(sparse)", "compare ring", "report ring --out r.html"] {
      let ending = try place.shell("ulimit -v 8000000; exec \"$assay\" \(words)")
      #expect(ending.code == 2 && ending.err.contains("metrics.csv` has bytes"), "\(ending)")
    }
  }

  @Test func `a sweep that cannot be read keeps its own experiment's runs alone`() throws {
    let place = try LookTests.place()
    let other = try place.shell(
      "exec \"$assay\" run ring.yaml --quiet experiment=other train.steps=10 "
        + "train.optimizer.adam.rate=1e30")
    #expect(other.code == 1)
    try FileManager.default.createDirectory(
      atPath: "\(place.path)/runs/ring/sweeps/0123456789ab", withIntermediateDirectories: true)
    try place.write("runs/ring/sweeps/0123456789ab/sweep.json", "{")
    let cleaned = try place.assay("clean", "--yes")
    #expect(cleaned.code == 0 && cleaned.out.contains("removed 1 run"), "\(cleaned)")
    #expect(
      (cleaned.out + cleaned.err).contains("0123456789ab, which cannot be read"), "\(cleaned)")
    #expect(try place.names("runs/other").isEmpty)
  }

  @Test func `tail follows a run to its end`() throws {
    let place = try Workplace()
    let ending = try place.shell(
      """
      "$assay" run ring.yaml --quiet train.steps=300 &
      while ! ls runs/ring/*/metrics.csv >/dev/null 2>&1; do sleep 0.05; done
      "$assay" tail "$(echo runs/ring/*)" --csv --lines 1000000 > rows
      wait
      cmp rows runs/ring/*/metrics.csv
      """)
    #expect(ending.code == 0, "\(ending.out)\(ending.err)")
    #expect(ending.err.contains("finished, step 300 of 300"))
    let id = try #require(try place.names("runs/ring").first)
    let last = try place.assay("tail", id, "--lines", "1", "--columns", "test.score,loss")
    #expect(last.code == 2 && last.err.contains("can mean"), "two players have a loss")
    let row = try place.assay("tail", id, "--lines", "1", "--columns", "test.score")
    #expect(row.code == 0 && row.out.hasPrefix("step 300  test.score "), "\(row.out)")
  }

  @Test func `clean removes what failed, with --yes alone, and nothing that is in use`() throws {
    let place = try LookTests.place()
    let before = try place.names("runs/ring")
    let listed = try place.assay("clean")
    #expect(listed.code == 0 && listed.out.contains("1 run would go"), "\(listed.out)\(listed.err)")
    #expect(try place.names("runs/ring") == before)
    let none = try place.assay("clean", "--older", "1h", "--yes")
    #expect(none.out.contains("removed 0 runs"))
    _ = try place.shell(
      "mkdir -p runs/.removed/1/ring/left && touch runs/.removed/1/ring/left/run.json")
    #expect(try rows(place.assay("list", "--json").out).count == 5, "what was renamed is no run")
    let done = try object(place.assay("clean", "--yes", "--json").out)
    #expect((done["removed"] as? [Any])?.count == 1 && done["bytes"] as? Int ?? 0 > 0)
    #expect(try place.names("runs/ring").count == before.count - 1)
    #expect(try !place.names("runs").contains(".removed"))
    let busy = try place.shell(
      """
      "$assay" run ring.yaml --quiet train.steps=100000000 checkpoints.every='1000000 steps' &
      while ! grep -q '"running"' runs/ring/*/run.json 2>/dev/null; do sleep 0.05; done
      "$assay" list 'status=running' --json
      "$assay" clean ring --status finished,interrupted,diverged --yes --json
      kill -9 $!; wait $! 2>/dev/null
      "$assay" clean ring --status interrupted
      """)
    #expect(busy.out.contains("\"status\":\"running\"") && busy.out.contains("1 run would go"))
    #expect(try place.names("runs/ring").count == 1)
  }

  @Test func `a sweep is listed, shown, compared and kept`() throws {
    let place = try Workplace(
      Workplace.ring + """
        sweep:
          seeds: [1, 2]
          metric: {name: test.score, goal: minimize}
          parameters: {train.optimizer.adam.rate: [1e-3, 1e-2, 1e30]}

        """)
    let swept = try place.assay("sweep", "ring.yaml", "--quiet", "--jobs", "1")
    #expect(swept.out.contains("sweeps/"), "\(swept.err)")
    let id = try #require(try place.names("runs/ring/sweeps").first)
    let all = try rows(place.assay("list", "--json").out)
    #expect(all.count == 7 && all.last?["kind"] as? String == "sweep")
    let shown = try object(place.assay("show", id, "--json").out)
    #expect((shown["counts"] as? [String: Int]) == ["finished": 4, "diverged": 2])
    #expect(shown["axes"] as? [String] == ["train.optimizer.adam.rate"])
    let text = try place.assay("compare", id).out
    #expect(
      text.contains("train.optimizer.adam.rate") && text.contains("0 (2 diverged)"), "\(text)")
    #expect(try place.assay("show", id).out.contains("runs     6: 4 finished, 2 diverged"))
    let best = try object(place.assay("best", id, "--json").out)
    let runs = try #require((best["best"] as? [String: Any])?["runs"] as? [[String: Any]])
    let kept = try place.assay("clean", id, "--status", "finished,diverged", "--yes")
    #expect(kept.out.contains("as it is the best of the sweep \(id)"), "\(kept.out)")
    let left = try place.names("runs/ring").filter { $0 != "sweeps" }
    #expect(left == runs.compactMap { $0["id"] as? String }.sorted())
  }

  @Test func `a sweep of the command line knows the values of its points`() throws {
    let place = try Workplace(Workplace.ring)
    #expect(
      try place.assay("sweep", "ring.yaml", "--quiet", "data.batch=8,16", "seed=1,2").code == 0)
    let id = try place.names("runs/ring/sweeps")[0]
    for command in ["compare", "show"] {
      let lines = try place.assay(command, id).out.split(separator: "\n")
      let table = lines.drop { !$0.contains("data.batch") }.dropFirst()
      let cells = table.map { $0.split(separator: " ").map(String.init) }
      #expect(cells.contains { $0.contains("8") } && cells.contains { $0.contains("16") })
      #expect(!cells.joined().contains("choice"), "\(lines)")
    }
  }

  @Test func `a sweep whose controller died is counted by its record`() throws {
    let place = try Workplace(
      Workplace.ring + "sweep: {metric: {name: generator.loss}, seeds: [1, 2, 3]}\n")
    #expect(try place.assay("sweep", "ring.yaml", "--quiet", "--jobs", "1").code == 0)
    let file = try "runs/ring/sweeps/\(place.names("runs/ring/sweeps")[0])/sweep.json"
    let record = try place.text(file)
    try place.write(
      file,
      record.replacingOccurrences(of: "\"finished\": 3", with: "\"finished\": 1")
        .replacingOccurrences(
          of: "\"status\": \"finished\"", with: "\"status\": \"running\""))
    let listed = try rows(place.assay("list", "--json").out)
    let now = try #require(listed.last?["record"] as? [String: Any])
    #expect(now["status"] as? String == "interrupted")
    #expect((now["counts"] as? [String: Int])?["finished"] == 3)
    #expect(now["best"] is [String: Any])
    // The end of the third run is the last of six entries.
    let sweep = String(file.dropLast("/sweep.json".count))
    #expect(try place.shell("rm \(sweep)/record/000/000005.json").code == 0)
    #expect(try place.assay("show", sweep).out.contains("runs     3: 2 finished, 1 begun"))
    #expect(try place.assay("report", sweep, "--out", "page.html").code == 0)
    #expect(try place.text("page.html").contains("\"word\":\"begun\""))
  }
}
