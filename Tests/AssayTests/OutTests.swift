import Foundation
import TestSupport
import Testing

/// Where results go: the file that `--out` names, and standard output.
@Suite struct OutTests {
  @Test func `what --out names is written through, never replaced`() throws {
    let place = try Workplace()
    let run = try place.train()
    let report = "\"$assay\" report \(run) --out"
    let ending = try place.shell(
      """
      mkdir real && echo old > real/page && ln -s real/page link.html && ln -s real/new dangling.html
      ln -s real folder && mkfifo pipe && echo old > fixed.html && chmod 444 fixed.html
      \(report) link.html && \(report) dangling.html && \(report) folder/x.html || exit 9
      cat pipe > piped & \(report) pipe; wait
      \(report) /dev/null && \(report) fixed.html; echo code $?
      test -L link.html && test -L dangling.html && test -p pipe && test -c /dev/null && echo kept
      for f in real/page real/new real/x.html piped; do grep -c '</html>' $f; done
      cat fixed.html; \(report) /dev/stdout > out; tail -n 1 out
      """)
    #expect(ending.out.contains("code 2\nkept\n1\n1\n1\n1\nold\n"), "\(ending.out) \(ending.err)")
    #expect(ending.out.hasSuffix("/dev/stdout\n"), "\(ending.out)")
    #expect(ending.err.contains("`fixed.html` is read-only"), "\(ending.err)")
    #expect(try place.text("out").contains("</html>"))
  }

  @Test func `pictures go into a folder that is a link`() throws {
    let place = try Workplace()
    let run = try place.train()
    let ending = try place.shell(
      "mkdir real; ln -s real l; \"$assay\" sample \(run) --out l && \"$assay\" plot \(run) "
        + "--y generator.loss --out l/x.svg")
    #expect(ending.code == 0, "\(ending.err)")
    #expect(try place.names("real") == ["step-00000020.png", "x.svg"])
  }

  @Test(arguments: [
    "--help", "--version", "list", "list --json", "compare ring", "compare ring --csv",
    "describe dense", "describe --schema", "completion bash", "check ring.yaml", "run ring.yaml",
  ])
  func `results that cannot be written are told, but not to a reader that left`(
    words: String
  ) throws {
    let place = try Workplace()
    _ = try place.train()
    let full = try place.shell("exec \"$assay\" \(words) > /dev/full")
    #expect(full.code == 1, "\(full.err)")
    #expect(full.err.contains("cannot write the results: No space left on device"), "\(full.err)")
    let left = try place.shell(
      "{ sleep 0.2; \"$assay\" \(words); echo $? > code; } | true; cat code")
    #expect(left.out == "0\n" && !left.err.contains("error"), "\(left.err)")
  }

  @Test func `a finished run whose rows are lost is marked where it is shown`() throws {
    let place = try Workplace()
    let run = try place.train()
    let whole = try place.text("\(run)/metrics.csv")
    try place.write(
      "\(run)/metrics.csv", whole.split(separator: "\n")[..<8].joined(separator: "\n"))
    for words in ["list", "show \(run)", "compare ring"] {
      let ending = try place.shell("exec \"$assay\" \(words)")
      #expect(ending.err.contains("but the run ended at step 20"), "\(words): \(ending.err)")
    }
    #expect(try place.train() == run)
    #expect(try place.text("\(run)/metrics.csv") == whole)
  }
}
