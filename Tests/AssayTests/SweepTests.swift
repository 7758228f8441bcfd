import Foundation
import TestSupport
import Testing

@Suite struct SweepTests {
  /// Two rates and two seeds: four short runs.
  static let section = """
    sweep:
      parameters: {train.optimizer.adam.rate: [1e-3, 1e-2]}
      seeds: [1, 2]

    """
  /// The experiment without its pictures, which take most of its time.
  private static let ring = Workplace.ring.replacing("samples: {every: 10 steps}\n", with: "")

  /// A folder with a sweep in `ring.yaml`.
  static func place(_ section: String = section) throws -> Workplace {
    try Workplace(ring + section)
  }

  /// The only sweep's directory.
  private func sweep(in place: Workplace) throws -> String {
    let names = try place.names("runs/ring/sweeps")
    try #require(names.count == 1)
    return "runs/ring/sweeps/\(names[0])"
  }

  /// The directories of all runs.
  private func runs(_ place: Workplace) throws -> [String] {
    try place.names("runs/ring").filter { $0 != "sweeps" }
  }

  @Test func `a sweep makes the runs that its plan lists, once`() throws {
    let place = try Self.place()
    let plan = try place.assay("sweep", "ring.yaml", "--plan")
    #expect(plan.code == 0 && plan.out.hasPrefix("4 runs: 2 points, 2 seeds\n"), "\(plan.out)")
    #expect(try place.names(".") == ["ring.yaml"], "a plan starts nothing")
    let planned = plan.out.split(separator: "\n").dropFirst(2).map { $0.split(separator: " ")[0] }
    let ending = try place.assay("sweep", "ring.yaml", "--jobs", "2")
    #expect(ending.code == 0 && ending.out.contains("finished  4"), "\(ending.out)\(ending.err)")
    #expect(try Set(runs(place)) == Set(planned.map(String.init)))
    let again = try place.assay("sweep", "ring.yaml")
    #expect(again.code == 0 && again.err.contains("finished before; nothing to do"))
    let verified = try place.shell("exec \"$assay\" verify runs/ring/sweeps/*")
    #expect(verified.code == 0 && verified.out.contains("4 started trials"), "\(verified.out)")
    #expect(try place.names(sweep(in: place) + "/workers") == [], "all signed out")
  }

  @Test func `a run of a sweep is the run of the same overrides, bit for bit`() throws {
    let (place, alone) = (try Self.place(), try Self.place())
    #expect(try place.assay("sweep", "ring.yaml", "--quiet").code == 0)
    let run = try alone.train(
      "seed=2 train.optimizer.adam.rate=1e-2")
    #expect(try place.results(run) == alone.results(run))
    let verified = try place.assay("verify", run)
    #expect(verified.code == 0, "\(verified.out)\(verified.err)")
  }

  @Test(arguments: ["seed=1,2,3", "seed=range(1,4)", "+sweep.seeds=3", "+sweep.seeds=[1, 2, 3]"])
  func `seeds alone are a sweep`(_ words: String) throws {
    let place = try Self.place("")
    let plan = try place.assay("sweep", "ring.yaml", "--plan", words)
    #expect(plan.code == 0 && plan.out.hasPrefix("3 runs: 1 point, 3 seeds\n"), "\(plan)")
    #expect(plan.out.split(separator: "\n").last?.hasSuffix("     3") == true, "\(plan.out)")
  }

  @Test func `a plan is short for people and whole for programs`() throws {
    let place = try Self.place("")
    let words = [
      "sweep", "ring.yaml", "--plan", "sweep.runs=2", "data.batch=32,32",
      "train.optimizer.adam.rate=interval(1e-4,1e-3)",
    ]
    func plan(_ more: String...) throws -> Ending {
      try place.shell("exec \"$assay\" '\((words + more).joined(separator: "' '"))'")
    }
    let people = try plan()
    let row = try #require(people.out.split(separator: "\n").last?.split(separator: " "))
    #expect(row[1] == "32" && row[2].count <= 8 && row[3] == "1", "\(people.out)")
    let programs = try plan("--json")
    let values = try programs.out.split(separator: "\n").map {
      try #require(object(String($0))["values"] as? [String: Any])
    }
    let rate = try #require(values[1]["train.optimizer.adam.rate"] as? Double)
    #expect(values[1]["data.batch"] as? Int == 32 && "\(rate)".count > 12)
    let same = try place.assay("sweep", "ring.yaml", "--plan", "data.batch=32,32")
    #expect(same.err.contains("1 of these is the same run as another one"), "\(same.err)")
  }

  @Test func `a sweep goes on by its id, whatever has become of its file`() throws {
    let place = try Self.place()
    let stopped = try place.assay("sweep", "ring.yaml", "--jobs", "1", "--quiet")
    let id = try #require(try place.names("runs/ring/sweeps").first)
    #expect(stopped.code == 0)
    try place.write("ring.yaml", "nothing: at all\n")
    for word in [id, String(id.prefix(4)), "ring", "runs/ring/sweeps/\(id)"] {
      let again = try place.assay("sweep", word)
      #expect(again.code == 0 && again.err.contains("nothing to do"), "\(again.err)")
    }
    let changed = try place.assay("sweep", id, "seed=3")
    #expect(changed.code == 2 && changed.err.contains("cannot change"))
    #expect(try place.assay("sweep", "status", "ring").out.contains("status    finished"))
    for (words, fact) in [
      ("status", "`sweep status` needs one SWEEP"), ("statsu \(id)", "did you mean `status`"),
      ("status zz", "error[no-such-sweep]"),
      ("\(id) --partition a", "`--partition` has no effect without `--slurm`"),
    ] {
      let ending = try place.shell("exec \"$assay\" sweep \(words)")
      #expect(ending.code == 2 && ending.err.contains(fact), "\(ending.err)")
    }
  }

  @Test func `a failed trial costs itself alone and can be tried again`() throws {
    let place = try Self.place()
    let plan = try place.assay("sweep", "ring.yaml", "--plan")
    let victim = plan.out.split(separator: "\n")[4].split(separator: " ")[0]
    // A run in which a folder is a link.
    #expect(try place.assay("sweep", "ring.yaml", "--quiet", "--runs", "other").code == 0)
    try FileManager.default.createDirectory(
      atPath: "\(place.path)/runs/ring", withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: "\(place.path)/other/ring/\(victim)", toPath: "\(place.path)/runs/ring/\(victim)")
    let record = try place.text("runs/ring/\(victim)/run.json")
    try place.write(
      "runs/ring/\(victim)/run.json",
      record.replacingOccurrences(of: "\"finished\"", with: "\"interrupted\""))
    let checkpoints = "\(place.path)/runs/ring/\(victim)/checkpoints"
    try FileManager.default.removeItem(atPath: checkpoints)
    try FileManager.default.createSymbolicLink(
      atPath: checkpoints, withDestinationPath: "\(place.path)/other")
    let ending = try place.assay("sweep", "ring.yaml", "--jobs", "2")
    #expect(ending.code == 1 && ending.out.contains("finished  3"), "\(ending.out)")
    #expect(ending.out.contains("failed    1") && ending.err.contains("\(victim): "))
    let again = try place.assay("sweep", "ring.yaml")
    #expect(again.code == 1 && again.err.contains("nothing to do"), "kept and counted")
    try FileManager.default.removeItem(atPath: "\(place.path)/runs/ring/\(victim)")
    let retried = try place.assay("sweep", "ring.yaml", "--retry-failed")
    #expect(retried.code == 0 && retried.out.contains("finished  4"), "\(retried.err)")
    #expect(try place.shell("exec \"$assay\" verify runs/ring/sweeps/*").code == 0)
  }

  @Test func `a diverged run is counted, and --fail-fast stops at it`() throws {
    let place = try Self.place(
      "sweep: {parameters: {train.optimizer.adam.rate: [1e30, 1e-3, 1e-2]}}\n")
    let fast = try place.assay("sweep", "ring.yaml", "--fail-fast", "--jobs", "1")
    #expect(fast.code == 1 && fast.out.contains("diverged  1"), "\(fast.out)\(fast.err)")
    let ending = try place.assay("sweep", "ring.yaml")
    #expect(ending.code == 1 && ending.out.contains("finished  2"), "\(ending.out)")
    #expect(ending.err.contains(": `discriminator` diverged"), "\(ending.err)")
    #expect(!ending.err.contains("trial"), "\(ending.err)")
  }

  @Test func `a second controller is refused, and may join`() throws {
    let place = try Self.place()
    let ending = try place.shell(
      """
      "$assay" sweep ring.yaml train.steps=400 metrics.every=100 checkpoints.every=100 --quiet --jobs 1 & pid=$!
      for i in $(seq 500); do [ -e runs/ring/sweeps/*/record/000/000000.json ] && break; sleep 0.01
      done
      "$assay" sweep ring.yaml train.steps=400 metrics.every=100 checkpoints.every=100 --quiet; echo "second $?"
      "$assay" sweep ring.yaml train.steps=400 metrics.every=100 checkpoints.every=100 --quiet --jobs 1 --join; echo "joined $?"
      wait $pid
      """)
    #expect(ending.code == 0 && ending.out.contains("second 2\n"), "\(ending.out)\(ending.err)")
    #expect(ending.out.contains("joined 0\n"), "\(ending.err)")
    #expect(ending.err.contains("is in use by process") && ending.err.contains("--join"))
    #expect(try runs(place).count == 4)
    #expect(try place.shell("exec \"$assay\" verify runs/ring/sweeps/*").code == 0)
  }

  @Test func `later changes of the file are another sweep, and do not reach the first`() throws {
    let place = try Self.place()
    #expect(try place.assay("sweep", "ring.yaml", "--quiet").code == 0)
    try place.write(
      "ring.yaml",
      Self.ring.replacingOccurrences(of: "batch: 32", with: "batch: 16") + Self.section)
    #expect(try place.shell("exec \"$assay\" verify runs/ring/sweeps/*").code == 0)
    let ending = try place.assay("sweep", "ring.yaml", "--quiet")
    #expect(ending.code == 0)
    #expect(try place.names("runs/ring/sweeps").count == 2 && runs(place).count == 8)
  }

  @Test func `a record that was tampered with is found by verify`() throws {
    let place = try Self.place()
    #expect(try place.assay("sweep", "ring.yaml", "--quiet", "--jobs", "1").code == 0)
    let entry = try sweep(in: place) + "/record/000/000000.json"
    let text = try place.text(entry)
    try place.write(entry, text.replacingOccurrences(of: "\"seed\":\"1\"", with: "\"seed\":\"3\""))
    let verified = try place.shell("exec \"$assay\" verify runs/ring/sweeps/*")
    #expect(verified.code == 1 && verified.out.contains("entry 0: "), "\(verified.out)")
    try place.write(entry, "nothing")
    let ending = try place.assay("sweep", "ring.yaml")
    #expect(ending.code == 1 || ending.code == 2)
    #expect(ending.err.contains("is not an entry of a sweep's record"), "\(ending.err)")
  }

  @Test(arguments: [
    ("", "has no section `sweep`"),
    ("sweep: {parameters: {data.batch: [16, 9999]}}", "at the point data.batch=9999"),
    (
      "sweep: {parameters: {train.steps: {min: 1, max: 1000000000, step: 1}}, method: grid}",
      "1,000,000,000"
    ),
    (
      "sweep: {metric: {name: score}, parameters: {data.batch: [16]}}",
      "`metrics.csv` will have no column `score`"
    ),
    ("sweep: {parameters: {sweep.seeds: [1, 2]}}", "cannot be a parameter of a sweep"),
    ("sweep: {parameters: {data.batch: [8], data.Batch: [8]}}", "differ only in case"),
  ])
  func `a sweep that cannot be meant starts nothing`(_ section: String, _ fact: String) throws {
    let place = try Self.place(section + "\n")
    let ending = try place.assay("sweep", "ring.yaml")
    #expect(ending.code == 2 && ending.err.contains(fact), "\(ending.err)")
    #expect(try place.names(".") == ["ring.yaml"])
  }

  @Test(arguments: [
    ("sweep status nope", "error[no-such-sweep]: there is no sweep `nope` in `runs`"),
    ("sweep ring.yaml --slurm", "error[slurm]: "),
  ])
  func `what is not there is said`(_ words: String, _ fact: String) throws {
    let place = try Self.place()
    let ending = try place.shell("export PATH=/nowhere; exec \"$assay\" \(words)")
    #expect(ending.code == 2 && ending.err.contains(fact), "\(ending.err)")
  }

  /// Programs in the place of Slurm's, which write down how they are called.
  private static let slurm = """
    mkdir bin; export PATH="$HOME/bin:$PATH"
    printf '#!/bin/sh\\necho "MaxArraySize = 3"\\n' > bin/scontrol
    printf '#!/bin/sh\\necho "$2" >> calls; wc -l < calls\\n' > bin/sbatch
    chmod +x bin/*

    """

  @Test func `a submission stays below Slurm's largest array, and its script works by hand`() throws
  {
    let place = try Self.place(Self.section + "  slurm: {time: 60, mem: 1G}\n")
    let ending = try place.shell(
      Self.slurm
        + """
        "$assay" sweep ring.yaml --slurm --partition cpu --sbatch mem=2G --sbatch exclusive &&
        sh runs/ring/sweeps/*/slurm/submit.sh
        """)
    #expect(ending.code == 0 && ending.out.contains("4 tasks for 4 runs, job 1, 2"), "\(ending)")
    #expect(try place.text("calls") == "--array=0-2\n--array=0-0\n")
    let script = try place.text(sweep(in: place) + "/slurm/submit.sh")
    for line in ["time=60", "mem=2G", "partition=cpu", "exclusive", "signal=B:USR2@120"] {
      #expect(script.contains("\n#SBATCH --\(line)\n"), "\(line)")
    }
    #expect(!script.contains("mem=1G"), "the command line's word is the last")
    #expect(try runs(place).count == 4, "one task alone does all that is left")
    let wrong = try place.assay("sweep", "ring.yaml", "--slurm", "--sbatch", "a b=1", "seed=7,8")
    #expect(wrong.code == 2 && wrong.err.contains("`a b=1` is no option that sbatch can"))
  }

  @Test func `a job's file is asked about only if it holds numbers of jobs`() throws {
    let place = try Self.place()
    #expect(try place.assay("sweep", "ring.yaml", "--quiet").code == 0)
    let sweep = try sweep(in: place)
    try FileManager.default.createDirectory(
      atPath: "\(place.path)/\(sweep)/slurm", withIntermediateDirectories: true)
    let programs =
      "mkdir -p bin; export PATH=\"$HOME/bin:$PATH\"; for p in scancel squeue; do "
      + "printf '#!/bin/sh\\necho \"$@\" >> calls\\n' > bin/$p; chmod +x bin/$p; done; "
    for text in ["--me\n", "12\n-u root\n", "12,13\n", "1 2\n"] {
      try place.write("\(sweep)/slurm/jobs", text)
      for word in ["cancel", "status"] {
        let ending = try place.shell(programs + "exec \"$assay\" sweep \(word) \(sweep)")
        #expect(ending.code == 2 && ending.err.contains("slurm/jobs"), "\(ending)")
        #expect(ending.err.contains("has a line that is no number of a job"), "\(ending.err)")
      }
    }
    #expect(!FileManager.default.fileExists(atPath: "\(place.path)/calls"), "nothing was called")
    try place.write("\(sweep)/slurm/jobs", "12\n13\n")
    #expect(try place.shell(programs + "exec \"$assay\" sweep cancel \(sweep)").code == 0)
    #expect(try place.text("calls") == "12 13\n")
  }

  @Test func `a batch script's lines are those that Assay wrote`() throws {
    let place = try Self.place(Self.section)
    let broken = try place.shell(
      Self.slurm
        + "\"$assay\" sweep ring.yaml --slurm --runs \"$(printf 'a\\n#SBATCH --export=ALL')\"")
    #expect(broken.code == 2 && broken.err.contains("has a control character"), "\(broken)")
    let odd = try place.shell(
      Self.slurm + "\"$assay\" sweep ring.yaml --slurm --runs 'my %A runs'")
    #expect(odd.code == 0, "\(odd)")
    let scripts = try place.shell("cat 'my %A runs'/ring/sweeps/*/slurm/submit.sh").out
    #expect(scripts.contains("/my\\ %%A\\ runs/ring/sweeps/"), "\(scripts)")
  }

  @Test func `a finished run that was removed is said, and made again with the same bytes`() throws
  {
    let place = try Self.place()
    #expect(try place.assay("sweep", "ring.yaml", "--quiet").code == 0)
    let digest =
      "cat runs/ring/*/metrics.csv runs/ring/*/checkpoints/* runs/ring/*/samples/* | sha256sum"
    let whole = try place.shell(digest).out
    let sweep = try sweep(in: place)
    let record = try place.shell("cat \(sweep)/record/000/*").out
    let victims = try place.shell("ls -d runs/ring/* | grep -v sweeps | head -2").out
      .split(separator: "\n").map(String.init)
    try FileManager.default.removeItem(atPath: "\(place.path)/\(victims[0])")
    // One that was begun anew counts as little as one that is not there.
    let path = "\(victims[1])/run.json"
    try place.write(
      path, place.text(path).replacingOccurrences(of: "\"finished\"", with: "\"interrupted\""))
    for words in ["sweep status \(sweep)", "show \(sweep)", "compare \(sweep)"] {
      let ending = try place.shell("exec \"$assay\" \(words)")
      #expect(ending.code == 0, "\(ending)")
      #expect((ending.out + ending.err).contains("2 finished runs not there any more"), "\(words)")
    }
    let again = try place.assay("sweep", "ring.yaml", "--jobs", "2")
    #expect(again.code == 0 && again.out.contains("finished  4"), "\(again)")
    #expect(!again.err.contains("nothing to do") && !again.out.contains("not there any more"))
    #expect(try place.shell(digest).out == whole, "the same files")
    #expect(try place.shell("cat \(sweep)/record/000/*").out == record, "no decision was made")
    #expect(try place.shell("exec \"$assay\" verify \(sweep)").code == 0)
    #expect(try place.assay("sweep", "ring.yaml").err.contains("nothing to do"))
  }
}
