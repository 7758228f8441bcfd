import Foundation
import Testing

@Suite struct UsageTests {
  @Test(arguments: [
    ("rnu", "did you mean `run`"), ("run", "`run` needs FILE"),
    ("run ring.yaml --thread 2", "did you mean `--threads`"),
    ("run ring.yaml --threads", "needs a value"), ("run ring.yaml --threads 0", "this is `0`"),
    ("run ring.yaml --threads -1", "this is `-1`"),
    ("run ring.yaml --threads abc", "this is `abc`"),
    ("run ring.yaml --threads 1e9", "this is `1e9`"),
    ("run ring.yaml --threads 1000000000", "1 to 1024"),
    ("run ring.yaml --quiet --quiet", "given twice"), ("run ring.yaml -q", "two dashes"),
    ("run ring.yaml --quiet=yes", "takes no value"),
    ("run ring.yaml a..b=1", "a name is missing in the path"),
    ("run ring.yaml train.stps=1", "did you mean `steps`"),
    ("run nowhere.yaml", "nowhere.yaml"),
    ("list rnig", "error[no-such-run]: there is no run `rnig`"),
    ("list --filter ring", "needs a condition, but this is `ring`"),
    ("list --limit 0", "this is `0`"), ("compare", "`compare` needs RUN|SWEEP|EXPERIMENT"),
    ("compare x --csv --latex", "`--csv` and `--latex` exclude each other"),
    ("compare x --goal minimise", "did you mean `minimize`"), ("diff a", "`diff` needs A B"),
    ("diff a b", "there is no run `a`"), ("best zz", "there is no run `zz`"),
    ("tail zz", "there is no run `zz`"), ("clean --status runing", "this is `runing`"),
    ("clean --status failled", "did you mean `failed`"),
    ("clean --older 3x", "needs an age as 12h, 30d or 4w"),
    ("show abc", "error[no-such-run]: there is no run `abc`"),
    ("sample abc", "there is no run `abc`"),
    ("evaluate abc --step x", "`--step` needs a whole number"),
    ("evaluate abc --step 5 --best", "exclude each other"),
    ("verify abc", "there is no run `abc`"),
    ("reproduce ring.yaml", "`ring.yaml` has no section `claims`"),
    ("reproduce ring.yaml --seeds 0", "this is `0`"), ("describe denes", "did you mean `dense`"),
    ("bench ring.yaml --seconds 0", "number of seconds above 0"),
    ("new .hidden", "cannot name an experiment"), ("new x --kind vea", "did you mean `vae`"),
    ("completion bsh", "did you mean `bash`"),
  ])
  func `a line that cannot be meant starts nothing and says why`(
    _ words: String, _ fact: String
  ) throws {
    let place = try Workplace()
    let ending = try place.shell("exec \"$assay\" \(words)")
    #expect(ending.code == 2)
    #expect(ending.err.contains(fact), "\(ending.err)")
    #expect(ending.out == "")
    #expect(try place.names(".") == ["ring.yaml"])
  }

  @Test func `help lists every command, and each command its flags`() throws {
    let place = try Workplace()
    let help = try place.assay("--help")
    #expect(help.code == 0 && help.err == "")
    let commands = [
      "run", "check", "new", "list", "show", "compare", "diff", "best", "tail", "clean", "sample",
      "evaluate", "verify", "reproduce", "plot", "report", "export", "describe", "bench",
      "completion",
    ]
    for command in commands {
      #expect(help.out.contains("  \(command) "))
      let own = try place.assay(command, "--help")
      #expect(own.code == 0 && own.out.contains("usage: assay \(command)"))
      #expect(
        own.out.split(separator: "\n").allSatisfy { $0.count <= 100 }, "it fits a terminal")
    }
  }

  @Test func `the version is one line`() throws {
    let ending = try Workplace().assay("--version")
    #expect(ending.code == 0 && ending.out.hasPrefix("assay "))
  }

  @Test func `completions name every command and are scripts of their shells`() throws {
    let place = try Workplace()
    for shell in ["bash", "zsh", "fish"] {
      let script = try place.assay("completion", shell)
      #expect(script.code == 0)
      #expect(script.out.contains("evaluate") && script.out.contains("threads"))
      try place.write("script", script.out)
      let check = try place.shell("command -v \(shell) >/dev/null || exit 0; \(shell) -n script")
      #expect(check.code == 0, "\(check.err)")
    }
  }

  @Test func `bash completes the names of experiments, runs and sweeps`() throws {
    let place = try Workplace()
    try place.write("completions", place.assay("completion", "bash").out)
    let found = try place.shell(
      """
      mkdir -p runs/ring/3f9a2c61d0b7 runs/ring/sweeps/3fffffffffff
      exec bash -c '
        . ./completions
        try() { COMP_WORDS=(assay "$@"); COMP_CWORD=$#; _assay; echo "${COMPREPLY[@]}"; }
        try compare 3f; try show ri; try comp; try clean --ye; cd /; try show zzz'
      """)
    #expect(
      found.out == """
        3f9a2c61d0b7 3fffffffffff
        ring ring.yaml
        compare completion
        --yes


        """, "\(found.out)\(found.err)")
  }
}
