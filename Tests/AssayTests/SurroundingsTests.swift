import Foundation
import TestSupport
import Testing

@Suite struct SurroundingsTests {
  @Test(arguments: [
    "unset HOME; exec \"$assay\" run ring.yaml",
    "export LC_ALL=tr_TR.UTF-8 TZ=Asia/Kathmandu; exec \"$assay\" run ring.yaml",
    "exec \"$assay\" run ring.yaml >&-", "exec \"$assay\" run ring.yaml >&- 2>&- <&-",
    "exec \"$assay\" run ring.yaml >/dev/full", "\"$assay\" run ring.yaml | true",
    "exec \"$assay\" run ring.yaml --threads 3", "umask 077; exec \"$assay\" run ring.yaml",
    // Without what the tests beside it may have left open.
    """
    exec bash -c 'for file in /proc/self/fd/*; do file=${file##*/}
    [ "$file" -gt 2 ] && eval "exec $file>&-"; done; ulimit -n 16; exec "$assay" run ring.yaml'
    """,
  ])
  func `odd surroundings change no bit`(_ script: String) throws {
    let (odd, usual) = (try Workplace(), try Workplace())
    let ending = try odd.shell(script)
    // A run that cannot say how it ended has ended all the same.
    #expect(ending.code == (script.contains("/dev/full") ? 1 : 0), "\(ending.err)")
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
    for (folder, fact) in [("ring.yaml", "is not a folder"), ("/proc/assay-runs", "cannot make")] {
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

  @Test(.enabled(if: Workplace.canMount, "disks cannot be mounted here"))
  func `a disk that fills up fails the run, which goes on to the same bits once there is space`()
    throws
  {
    let (full, usual) = (try Workplace(), try Workplace())
    let words = "train.steps=200"
    // Each picture takes 46 KiB, and 1 MiB stays free.
    let ending = try full.onDisk(
      "1400k",
      """
      run() { "$assay" run ring.yaml --runs disk --quiet \(words); echo "code $?"; }
      run
      "$assay" list --runs disk
      cp -r disk before
      run >/dev/null
      mount -o remount,ro disk
      run
      mount -o remount,rw,size=9m disk
      run
      cp -r disk runs
      """)
    #expect(ending.out.hasPrefix("code 1\n"), "\(ending.out)")
    #expect(ending.out.contains("ring        failed  "), "\(ending.out)")
    #expect(ending.out.contains("code 2\n") && ending.out.contains("code 0\n"), "\(ending.out)")
    let errors = ending.err.split(separator: "\n")
    #expect(errors.count == 3, "\(ending.err)")
    for error in errors.prefix(2) {
      #expect(error.hasPrefix("error[storage]: cannot write `disk/ring/"), "\(error)")
      #expect(error.contains(" and 1.0 MiB must stay free, but the disk has "), "\(error)")
    }
    #expect(errors.last?.hasPrefix("error[storage]: cannot lock `disk/ring/") == true)
    #expect(errors.last?.hasSuffix("/.lock`: Read-only file system") == true, "\(ending.err)")
    #expect(try !full.names("before/ring/\(full.names("before/ring")[0])/checkpoints").isEmpty)
    let run = try usual.train(words)
    #expect(try full.results(run) == usual.results(run))
  }

  @Test(.enabled(if: Workplace.canMount, "disks cannot be mounted here"))
  func `on a disk that can only be read, runs are looked at, and none is started`() throws {
    let place = try Workplace()
    let ending = try place.onDisk(
      "9m",
      """
      "$assay" run ring.yaml --runs disk --quiet >path
      run=$(head -1 path)
      mount -o remount,ro disk
      for words in "run ring.yaml" list "show $run" "verify $run" "evaluate $run" \
        "sample $run --out mine" "run ring.yaml seed=2" "run ring.yaml --again" \
        "sample $run --out disk/ring/mine"; do
        "$assay" $words --runs disk >/dev/null; echo "$?"
      done
      cd disk; "$assay" new ring; echo "$?"
      """)
    #expect(ending.out.filter { $0 != "\n" } == "0000002222", "\(ending.out)")
    let errors = ending.err.split(separator: "\n").filter { $0.hasPrefix("error[") }
    #expect(errors.count == 4, "\(ending.err)")
    #expect(errors.last == "error[storage]: cannot write `ring.yaml`: Read-only file system")
    for error in errors.prefix(3) {
      #expect(error.hasPrefix("error[storage]: cannot make the folder `disk/ring/"), "\(error)")
      #expect(error.hasSuffix("`: Read-only file system"), "\(error)")
    }
  }

  @Test func `a file in the place of a folder is told, and nothing is lost`() throws {
    let place = try Workplace()
    let run = try place.train()
    let before = try place.results(run)
    for folder in ["checkpoints", "samples"] {
      let script = """
        sed -i 's/"finished"/"interrupted"/' \(run)/run.json
        mv \(run)/\(folder) aside; echo >\(run)/\(folder)
        "$assay" run ring.yaml --quiet; code=$?
        rm \(run)/\(folder); mv aside \(run)/\(folder); exit $code
        """
      let ending = try place.shell(script)
      #expect(ending.code == 1)
      #expect(ending.err == "error[storage]: `\(run)/\(folder)` is not a folder\n")
      #expect(try place.train() == run)
      #expect(try place.results(run) == before)
    }
  }
}
