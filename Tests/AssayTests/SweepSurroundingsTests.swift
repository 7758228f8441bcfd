import Foundation
import TestSupport
import Testing

/// Sweeps on disks that fill up, on machines that die, and by clocks that are wrong.
@Suite struct SweepSurroundingsTests {
  /// Eight runs with pictures, which fill a small disk.
  private static let section = """
    sweep:
      parameters: {train.optimizer.adam.rate: [1e-3, 1e-2]}
      seeds: 4

    """

  private static func place() throws -> Workplace { try Workplace(Workplace.ring + section) }

  /// What the files of a sweep's runs must be.
  private func undisturbed(_ words: String = "") throws -> [String: Data] {
    let usual = try Self.place()
    let ending = try usual.shell("exec \"$assay\" sweep ring.yaml --quiet \(words)")
    try #require(ending.code == 0, "\(ending.err)")
    return try usual.allResults()
  }

  @Test(
    .enabled(if: Workplace.canMount, "disks cannot be mounted here"),
    arguments: [
      // Each picture takes 46 KiB, and 1 MiB stays free.
      ("1400k", "sweep", "mount -o remount,size=20m disk"),
      // Something else takes all there is, to the last byte, while the sweep is at work.
      (
        "6m",
        """
        sweep & for i in $(seq 1000); do
          [ -e disk/ring/sweeps/*/record/000/000003.json ] && break; sleep 0.01
        done
        cat /dev/zero >disk/other 2>/dev/null; wait
        """, "rm disk/other"
      ),
    ])
  func `a disk that fills up stops a sweep, and the same command ends it once there is space`(
    _ size: String, _ first: String, _ relief: String
  ) throws {
    let full = try Self.place()
    let ending = try full.onDisk(
      size,
      """
      sweep() { "$assay" sweep ring.yaml --runs disk --quiet --jobs 2 >/dev/null; echo "code $?"; }
      verify() { "$assay" verify disk/ring/sweeps/* >/dev/null; echo "verified $?"; }
      \(first)
      verify
      grep -h '"status"' disk/ring/sweeps/*/sweep.json
      sweep
      \(relief)
      sweep
      verify
      find disk -name '*.tmp'
      cp -r disk runs
      """)
    let said = ending.out.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(
      said == [
        "code 1", "verified 0", "\"status\": \"failed\",", "code 1", "code 0", "verified 0",
      ], "\(ending.out)")
    let errors = ending.err.split(separator: "\n")
    #expect(errors.count == 2, "\(ending.err)")
    for error in errors {
      #expect(error.hasPrefix("error[storage]: cannot write `disk/ring/"), "\(error)")
      #expect(error.contains("but the disk has ") || error.hasSuffix("No space left on device"))
    }
    #expect(try full.allResults() == undisturbed())
  }

  // MARK: - Machines

  /// Whether a process may be given a name of the machine and process numbers of its own here.
  private static let canBeHosts =
    (try? Workplace().shell("exec \(host("other")) true").code) == 0

  /// Words before a command that run it on a machine of its own, as far as the command can tell: it
  /// has another name and other processes. The machine dies with the process of these words.
  private static func host(_ name: String) -> String {
    "unshare -Urupf --mount-proc --kill-child sh -c 'hostname \(name); exec \"$@\"' \(name)"
  }

  @Test(.enabled(if: canBeHosts, "processes cannot be given other names of the machine here"))
  func `where a machine dies, another one that joined takes over what it had in hand, once`() throws
  {
    let words = "train.steps=3000 metrics.every=100 checkpoints.every=100 samples.every=3000"
    let place = try Self.place()
    let ending = try place.shell(
      """
      sweep="sweep ring.yaml \(words) --quiet --jobs 2"
      \(Self.host("first")) "$assay" $sweep >/dev/null & first=$!
      await() { for i in $(seq 3000); do ls $* >/dev/null 2>&1 && break; sleep 0.01; done; }
      await 'runs/ring/*/checkpoints/step-00000200*'
      \(Self.host("second")) "$assay" $sweep --join >/dev/null & second=$!
      await 'runs/ring/sweeps/*/workers/second-*'
      kill -KILL $first; wait $first
      ls runs/ring/sweeps/*/workers | grep -c ^first
      # As if a minute had gone by; a beat that is just now seen to stay away counts too.
      touch -d '-2 minutes' runs/ring/sweeps/*/workers/first-*
      wait $second; echo "second $?"
      exec "$assay" verify runs/ring/sweeps/*
      """)
    #expect(ending.code == 0 && ending.out.hasPrefix("3\nsecond 0\n"), "\(ending)")
    #expect(ending.out.contains("8 started trials, 0 judged rows, 8 ended trials"), "\(ending.out)")
    let sweep = try place.names("runs/ring/sweeps")[0]
    let log = try place.text("runs/ring/sweeps/\(sweep)/log.txt")
    #expect(log.contains(" by second-"), "\(log)")
    #expect(try place.allResults() == undisturbed(words))
  }

  // MARK: - Clocks

  /// Whether there is Debian's `faketime`, which gives a process another clock than the disk's.
  private static let canFakeTime = (try? Workplace().shell("faketime -f +1h true").code) == 0

  @Test(
    .enabled(if: canFakeTime, "there is no `faketime`"),
    arguments: [("+1h", "ahead of"), ("-1h", "behind")])
  func `a clock that is not that of the disk is told, and changes nothing`(
    _ shift: String, _ way: String
  ) throws {
    let place = try Self.place()
    let ending = try place.shell(
      """
      export NO_FAKE_STAT=1 FAKE_UTIME=1
      exec faketime -f \(shift) "$assay" sweep ring.yaml --quiet --jobs 2
      """)
    #expect(ending.code == 0 && ending.out.contains("finished  8"), "\(ending)")
    #expect(ending.err.hasPrefix("warning: the clock of "), "\(ending.err)")
    #expect(ending.err.contains(" is 1:00:00 \(way) that of the disk of the sweep; "))
    #expect(ending.err.split(separator: "\n").count == 1, "\(ending.err)")
    #expect(try place.allResults() == undisturbed())
  }
}
