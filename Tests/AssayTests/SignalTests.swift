import Foundation
import Testing

@Suite struct SignalTests {
  /// Long enough to be met by a signal in the middle.
  private static let long =
    "train.steps=8000 metrics.every='200 steps' metrics.test.every='8000 steps' "
    + "samples.every='8000 steps' checkpoints.every='4000 steps'"

  /// A script that starts a run, waits for its first row, and goes on with `then`.
  private static func script(_ then: String, words: String = "") -> String {
    """
    wait_for() { for i in $(seq 1000); do eval "$1" && return; sleep 0.01; done; }
    "$assay" run ring.yaml --quiet \(words) \(long) & pid=$!
    wait_for '[ "$(cat runs/ring/*/metrics.csv 2>/dev/null | wc -l)" -gt 1 ]'
    \(then)
    wait $pid
    """
  }

  @Test(arguments: [("INT", 130), ("TERM", 143), ("HUP", 129)])
  func `a signal ends the run after its step, and it goes on to the same bits`(
    _ signal: String, _ code: Int
  ) throws {
    let place = try Workplace()
    let ending = try place.shell(Self.script("kill -\(signal) $pid"))
    #expect(ending.code == Int32(code), "\(ending.err)")
    #expect(ending.err.contains("interrupted; the same command continues"))
    let list = try place.assay("list")
    #expect(list.out.contains("interrupted"))
    guard signal == "INT" else { return }
    let verified = try place.shell("exec \"$assay\" verify --quiet runs/ring/*")
    #expect(verified.code == 0 && verified.out.contains("1 checkpoint"), "\(verified.out)")
    let run = try place.train(Self.long)
    let undisturbed = try Workplace()
    #expect(try place.results(run) == undisturbed.results(undisturbed.train(Self.long)))
  }

  @Test func `SIGUSR1 asks for a checkpoint, and the run goes on`() throws {
    let place = try Workplace()
    let ending = try place.shell(
      Self.script(
        """
        kill -USR1 $pid
        wait_for 'ls runs/ring/*/checkpoints/*-interim.safetensors >seen 2>/dev/null'
        kill -TERM $pid
        """))
    #expect(ending.code == 143)
    #expect(try place.text("seen").contains("-interim"))
  }

  @Test func `a second runner on the same run is refused`() throws {
    let place = try Workplace()
    let ending = try place.shell(
      Self.script(
        """
        "$assay" run ring.yaml \(Self.long); echo "second $?"
        "$assay" list
        kill -TERM $pid
        """))
    #expect(ending.code == 143)
    #expect(ending.out.contains("second 2\n"))
    let refusal = try Regex(
      "error\\[storage\\]: `runs/ring/[0-9a-f]+` is in use by process [0-9]+ on ")
    #expect(ending.err.split(separator: "\n").count { $0.starts(with: refusal) } == 1)
    #expect(ending.err.split(separator: "\n").count == 2, "\(ending.err)")
    #expect(ending.out.contains("running"))
    let undisturbed = try Workplace()
    let run = try place.train(Self.long)
    #expect(try place.results(run) == undisturbed.results(undisturbed.train(Self.long)))
  }

  @Test func `a run whose process was killed is shown as interrupted`() throws {
    let place = try Workplace()
    let ending = try place.shell(Self.script("kill -KILL $pid"))
    #expect(ending.code == 137)
    #expect(try place.assay("list").out.contains("interrupted"))
    #expect(try place.shell("exec \"$assay\" show runs/ring/*").out.contains("interrupted, step"))
  }

  @Test func `changed data is another run, with a note about the interrupted one`() throws {
    let place = try Workplace()
    let rows = (0..<200).map { "\(Double($0) / 100),\(Double($0 % 7))\n" }.joined()
    try place.write("points.csv", "a,b\n" + rows)
    let words = "data.dataset='{csv: {path: points.csv}}' '~metrics.test'"
    let shared = Self.long.replacingOccurrences(
      of: "metrics.test.every='8000 steps' ", with: "")
    let script = Self.script("kill -TERM $pid", words: words)
      .replacingOccurrences(of: Self.long, with: shared)
    #expect(try place.shell(script).code == 143)
    try place.write("points.csv", "a,b\n" + rows + "1,1\n")
    let ending = try place.shell("exec \"$assay\" run ring.yaml \(words) \(shared)")
    #expect(ending.code == 0, "\(ending.err)")
    #expect(ending.err.contains("was interrupted; this is another run"), "\(ending.err)")
    #expect(try place.names("runs/ring").count == 2)
    try FileManager.default.removeItem(atPath: "\(place.path)/points.csv")
    let gone = try place.shell("exec \"$assay\" run ring.yaml \(words) \(shared)")
    #expect(gone.code == 2 && gone.out == "")
    #expect(gone.err.contains("points.csv` does not exist"), "\(gone.err)")
    try place.write("points.csv", "a,b\n" + rows + "1,1\n")
    let old = try place.assay("verify", try interrupted(place))
    #expect(old.code == 2 && old.err.contains("error[data-changed]"), "\(old.err)")
    try place.write("points.csv", "a,b\n" + rows)
    let back = try place.shell("exec \"$assay\" run ring.yaml --quiet \(words) \(shared)")
    #expect(
      back.code == 0 && back.out.hasPrefix("runs/ring/"), "the data is back, and so is the run")
    #expect(try place.names("runs/ring").count == 2)
  }

  private func interrupted(_ place: Workplace) throws -> String {
    let runs = try place.names("runs/ring").filter {
      try place.text("runs/ring/\($0)/run.json").contains("\"interrupted\"")
    }
    return try #require(runs.first)
  }
}
