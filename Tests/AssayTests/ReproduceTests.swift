import Foundation
import Testing

@Suite struct ReproduceTests {
  /// Claims of which one holds of any run.
  private static let claims = """
    paper: {title: Rings, year: 2018, where: Table 1}
    claims:
      - {metric: score, value: 0, error: 100, seeds: 3}
      - {metric: train.score, value: 1000000, unit: "%"}

    """
  /// The experiment without its pictures, which take most of its time.
  private static let ring = Workplace.ring.replacing("samples: {every: 10 steps}\n", with: "")
  private static let agreeing = "claims: [{metric: score, value: 0, error: 100, seeds: 3}]\n"

  @Test func `it makes the runs of the claims once and puts both side by side`() throws {
    let place = try Workplace(Self.ring + Self.agreeing)
    let plan = try place.assay("reproduce", "ring.yaml", "--plan")
    #expect(plan.code == 0 && plan.out.hasPrefix("3 runs: 1 point, 3 seeds\n"), "\(plan)")
    #expect(try place.names(".") == ["ring.yaml"], "a plan starts nothing")
    let first = try place.assay("reproduce", "ring.yaml")
    #expect(first.code == 0 && first.out.contains("0 ± 100"), "\(first)")
    #expect(first.out.contains(" 3  ") && first.out.contains(" agrees\n"), "\(first.out)")
    #expect(first.err.contains("3 runs: 1 point, 3 seeds\n"), "\(first.err)")
    let runs = try place.names("runs/ring")
    #expect(runs.count == 4, "three runs and the sweep")
    let times = try runs.dropLast().map { try place.bytes("runs/ring/\($0)/run.json") }
    let again = try place.assay("reproduce", "ring.yaml", "--quiet")
    #expect(again.code == 0 && again.out == first.out, "\(again)")
    #expect(again.err.contains("finished before; nothing to do"), "\(again.err)")
    #expect(try runs.dropLast().map { try place.bytes("runs/ring/\($0)/run.json") } == times)
    #expect(try place.shell("exec \"$assay\" verify runs/ring/sweeps/*").code == 0)
  }

  @Test func `its runs are those of the same file without claims, and of a sweep over seeds`()
    throws
  {
    let place = try Workplace(Self.ring)
    let run = try place.train("seed=2")
    let sweep = try place.assay("sweep", "ring.yaml", "seed=1,2,3", "--quiet")
    try place.write("ring.yaml", Self.ring + Self.agreeing)
    let found = try place.assay("reproduce", "ring.yaml", "--json")
    #expect(try object(found.out)["sweep"] as? String == String(sweep.out.prefix { $0 != "\n" }))
    #expect(found.err.contains("nothing to do"))
    #expect(try place.names("runs/ring").contains(String(run.suffix(12))))
    #expect(try place.names("runs/ring").count == 4)
  }

  @Test func `a claim that differs, or that one run cannot decide, is told by the exit code`()
    throws
  {
    let ring = Self.ring.replacing(
      "{every: 1 steps, ", with: "{every: 1 steps, train: {score: mean(discriminator(x))}, ")
    let place = try Workplace(ring + Self.claims)
    let found = try place.assay("reproduce", "ring.yaml")
    #expect(found.code == 1 && found.out.contains("\nRings (2018), Table 1\n"), "\(found)")
    #expect(found.out.contains(" agrees\n") && found.out.contains(" differs\n"), "\(found.out)")
    let fields = try object(try place.assay("reproduce", "ring.yaml", "--json").out)
    let claims = try #require(fields["claims"] as? [[String: Any]])
    #expect(claims.map { $0["verdict"] as? String } == ["agrees", "differs"])
    #expect(claims.map { $0["metric"] as? String } == ["test.score", "train.score"])
    let one = try place.assay("reproduce", "ring.yaml", "--seeds", "1")
    #expect(one.code == 1 && one.out.contains(" undecided\n"), "\(one.out)")
    #expect(one.err.contains("one run has no standard error"))
  }

  @Test func `a section sweep plays no part in it, and runs that diverge are no agreement`() throws
  {
    let place = try Workplace(
      Self.ring + Self.agreeing + "sweep: {parameters: {data.batch: [8, 16]}, seeds: 7}\n")
    let found = try place.assay("reproduce", "ring.yaml", "--quiet")
    #expect(found.code == 0 && found.out.contains(" agrees\n"), "\(found)")
    let wild = try place.assay(
      "reproduce", "ring.yaml", "train.optimizer.adam.rate=1e30", "--quiet")
    #expect(wild.code == 1 && wild.out.contains(" undecided\n"), "\(wild)")
    #expect(wild.err.contains(": `discriminator` diverged"))
  }

  @Test func `killed and called again it does what is missing, and ends in the same`() throws {
    let words = "train.steps=60 metrics.every=50 checkpoints.every=20 --jobs 1 --quiet"
    let (place, alone) = (
      try Workplace(Self.ring + Self.agreeing), try Workplace(Self.ring + Self.agreeing)
    )
    let whole = try alone.shell("exec \"$assay\" reproduce ring.yaml \(words)")
    #expect(whole.code == 0, "\(whole)")
    let ending = try place.shell(
      """
      for step in 1 2 3; do
        "$assay" reproduce ring.yaml \(words) & pid=$!
        for i in $(seq 500); do
          [ $(ls runs/ring 2>/dev/null | wc -l) -gt $step ] && break
          sleep 0.01
        done
        kill -KILL $pid
        wait $pid
      done
      exec "$assay" reproduce ring.yaml \(words)
      """)
    #expect(ending.code == 0 && ending.out.hasSuffix(whole.out), "\(ending)\(whole)")
    let runs = try alone.names("runs/ring").filter { $0 != "sweeps" }
    #expect(try place.names("runs/ring").filter { $0 != "sweeps" } == runs)
    for run in runs {
      #expect(try place.results("runs/ring/\(run)") == alone.results("runs/ring/\(run)"))
    }
  }

  @Test func `show tells of the paper and its claims`() throws {
    let place = try Workplace(Self.ring + Self.agreeing + "paper: {title: Rings}\n")
    #expect(try place.assay("reproduce", "ring.yaml", "--quiet").code == 0)
    let run = try #require(try place.names("runs/ring").first)
    let shown = try place.assay("show", run)
    #expect(shown.out.contains("\npaper    Rings\n"), "\(shown.out)")
    #expect(shown.out.contains("\nclaims   test.score 0 ± 100 (n = 3), this run "), "\(shown.out)")
    let sweep = try place.shell("exec \"$assay\" show runs/ring/sweeps/*")
    #expect(sweep.out.contains(" agrees\n"), "\(sweep.out)")
  }
}
